"""The wheel holds every linked package, also when it is built from the sdist."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINKED = ("workflows", "activities", "worker", "triggers")


def test_wheel_from_sdist_holds_the_linked_packages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for package in LINKED:
        sources = {f"trailboss/{file.relative_to(ROOT)}" for file in (ROOT / package).rglob("*.py")}
        assert sources <= set(names)
