"""How much of the machine a host container gets: all the engine can grant, so that kubeadm finds a machine.

`--privileged` asks for every capability. On a machine whose own bounding set lacks one (CAP_SYS_RESOURCE in some
virtual machines) the engine cannot grant it and the container does not start; then each is granted by name.
"""

from functools import cache
from pathlib import Path

# Numbers from linux/capability.h, in order from 0.
CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"),
    *("SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"),
    *("SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"),
    *("MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ"),
)
"""Those every engine knows; PERFMON, BPF and CHECKPOINT_RESTORE (38 to 40) are unknown to Docker 20.10."""

DEVICES = ("/dev/kmsg", "/dev/fuse", "/dev/net/tun")


def bounding_set(status: str) -> set[str]:
    """Names of the capabilities in the CapBnd line of /proc/self/status."""
    mask = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapBnd:"))
    return {name for number, name in enumerate(CAPABILITIES) if mask >> number & 1}


@cache
def privilege_arguments() -> tuple[str, ...]:
    """`docker create` options that make a container as much of a machine as this one allows."""
    found = bounding_set(Path("/proc/self/status").read_text())
    if found == set(CAPABILITIES):
        return ("--privileged",)
    granted = [f"--cap-add={name}" for name in CAPABILITIES if name in found]
    devices = [f"--device={device}" for device in DEVICES if Path(device).exists()]
    unconfined = [f"--security-opt={option}" for option in _UNCONFINED]
    return (*granted, *devices, *unconfined, "--device-cgroup-rule=a *:* rwm")


_UNCONFINED = ("seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined")
