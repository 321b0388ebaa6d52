"""What the kernel offers and how it is set."""

from trailboss.facts.fact import Fact, lines, pairs, yes

SYSCTLS = ("net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables")
"""Sysctls that Kubernetes' networking needs at 1."""

_BRIDGE = "/proc/sys/net/bridge/bridge-nf-call-iptables"
_READ_SYSCTLS = f"""for key in {" ".join(SYSCTLS)}; do
  file=/proc/sys/${{key//.//}}; [ -e "$file" ] && echo "$key $(cat "$file")"
done"""


def active_swaps(output: str) -> tuple[str, ...]:
    """Parse /proc/swaps: a heading, then one device or file in each line."""
    return tuple(line.split()[0] for line in lines(output) if not line.startswith("Filename"))


def fstab_swaps(output: str) -> tuple[str, ...]:
    """Return the lines of /etc/fstab that would bring swap back at boot."""
    return tuple(line for line in lines(output) if not line.startswith("#") and line.split()[2:3] == ["swap"])


def cgroup_version(filesystem: str) -> int:
    """Parse the type of what is mounted at /sys/fs/cgroup: the unified hierarchy is version 2."""
    return {"cgroup2fs": 2, "tmpfs": 1}.get(filesystem.strip(), 0)


FACTS = (
    Fact("swaps", "cat /proc/swaps", active_swaps),
    Fact("fstab_swaps", "cat /etc/fstab", fstab_swaps),
    Fact("overlay", "grep -qw overlay /proc/filesystems && echo yes", yes),
    # Inside containers /lib/modules may be missing and lsmod empty: what counts is what the module brings.
    Fact("bridge_netfilter", f"[ -e {_BRIDGE} ] && echo yes", yes),
    Fact("sysctls", _READ_SYSCTLS, pairs),
    Fact("cgroup_version", "stat -f -c %T /sys/fs/cgroup", cgroup_version),
)
