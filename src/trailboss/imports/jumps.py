"""The jump host in arguments of ssh: ProxyJump, -J, or a ProxyCommand that runs `ssh -W %h:%p`."""

import re
import shlex

_WITH_VALUE = set("BbcDEeFIiJLlmOopQRSWw")
"""Options of ssh that take a value."""


def jump_of(arguments: str, user: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return `user@host[:port]` of the jump host in arguments of ssh, and notes on what cannot be imported.

    `user`: who logs in at the jump host where the arguments do not say it; None: root.
    """
    try:
        words = shlex.split(arguments)
    except ValueError:
        return None, ("arguments of ssh that cannot be understood are not imported",)
    options = _options(words)
    if command := options.get("proxycommand"):
        return _from_command(command, user)
    return _from_jump(options.get("proxyjump") or options.get("J", ""), user)


def _options(words: list[str]) -> dict[str, str]:
    """Return -o options by name in lower case, and those of one letter; the first of a name counts, as for ssh."""
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "--":
            found.setdefault("", word)
            continue
        letter = word[1:2]
        value = (word[2:] or next(rest, "")) if letter in _WITH_VALUE else ""
        if letter == "o":
            name, _, text = value.replace(" ", "=", 1).partition("=") if "=" not in value else value.partition("=")
            found.setdefault(name.strip().lower(), text.strip())
        else:
            found.setdefault(letter, value)
    return found


def _from_jump(jump: str, user: str | None) -> tuple[str | None, tuple[str, ...]]:
    if not jump or jump.lower() == "none":
        return None, ()
    if "," in jump:
        return None, ("several jump hosts in a row are not imported: Trailboss goes through one",)
    return _with_user(jump.removeprefix("ssh://"), user), ()


def _from_command(command: str, user: str | None) -> tuple[str | None, tuple[str, ...]]:
    words = shlex.split(command, posix=True) if command.count('"') % 2 == 0 and command.count("'") % 2 == 0 else []
    options = _options(words[1:]) if words and re.search(r"(^|/)ssh$", words[0]) else {}
    if "W" not in options or not options.get(""):
        return None, ("a ProxyCommand other than `ssh -W %h:%p USER@HOST` is not imported",)
    host, port = options[""], options.get("p", "")
    return _with_user(f"{host}:{port}" if port else host, options.get("l") or user), ()


def _with_user(host: str, user: str | None) -> str:
    return host if "@" in host else f"{user or 'root'}@{host}"
