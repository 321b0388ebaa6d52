"""The firewall rules that an engine of ours leaves behind when it ends; the engine itself never takes them away."""

import re
import subprocess

_TABLES = ("filter", "nat")
_ENGINES_OWN = re.compile(r"\bDOCKER\b|\bDOCKER-|\bdocker0\b|\bbr-[0-9a-f]{12}\b")
_FORWARD = re.compile(r"^:FORWARD \S+", re.MULTILINE)


def forward_policy() -> str:
    """Return what the machine does with packets that no rule of FORWARD speaks of, "" where nothing can be read."""
    found = _FORWARD.search(_saved("filter"))
    return found[0].split()[1] if found else ""


def remove_engine_rules(policy: str) -> None:
    """Remove the engine's chains, rules and bridge, and give FORWARD its policy back; others' rules stay."""
    for table in _TABLES:
        rules = _saved(table)
        if _ENGINES_OWN.search(rules):
            _run(["iptables-restore", "--table", table], without_engine(rules, policy))
    _run(["ip", "link", "delete", "docker0"])


def without_engine(rules: str, policy: str) -> str:
    """Return iptables-save's text without the engine's chains and rules, and with FORWARD's `policy` ("": as it is)."""
    kept = "".join(line for line in rules.splitlines(keepends=True) if not _ENGINES_OWN.search(line))
    return _FORWARD.sub(f":FORWARD {policy}", kept) if policy else kept


def _saved(table: str) -> str:
    return _run(["iptables-save", "--table", table])


def _run(command: list[str], given: str | None = None) -> str:
    try:
        return subprocess.run(command, input=given, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # no firewall, no rules
        return ""
