import stat
from pathlib import Path

from trailboss.cli.private_file import write_private


def test_the_file_is_replaced_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "admin.conf"
    file.parent.mkdir()
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "secret")
    assert file.read_text() == "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
