"""What the machine is: names, operating system, size, clock."""

from trailboss.facts.fact import Fact, whole_number

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}


def architecture(machine: str) -> str:
    """Return Kubernetes' word for what `uname -m` says."""
    return _ARCHITECTURES.get(machine.strip(), machine.strip())


def kibibytes(output: str) -> int:
    """Return bytes."""
    return whole_number(output) * 1024


def seconds(output: str) -> float:
    return float(output) if output.replace(".", "", 1).isdigit() else 0.0


CLOCK = Fact("epoch", "date +%s.%N", seconds)
"""Printed last, so that little time passes until the reader looks at its own clock."""

FACTS = (
    Fact("hostname", "cat /proc/sys/kernel/hostname", str.lower),
    Fact("machine_id", "cat /etc/machine-id", str),
    Fact("boot_id", "cat /proc/sys/kernel/random/boot_id", str),
    Fact("os_id", '. /etc/os-release; echo "$ID"', str),
    Fact("os_version", '. /etc/os-release; echo "$VERSION_ID"', str),
    Fact("architecture", "uname -m", architecture),
    Fact("kernel", "uname -r", str),
    Fact("cpus", "nproc", whole_number),
    Fact("memory_bytes", "awk '/^MemTotal:/ {print $2}' /proc/meminfo", kibibytes),
    Fact("disk_free_bytes", "df --output=avail -k /var/lib | tail -n 1", kibibytes),
)
