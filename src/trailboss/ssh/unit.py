"""Long actions run on the host as transient systemd units named by their step key.

A retry, on whichever worker, re-attaches to the unit or reads its result. What is kept on the host, under
/var/lib/trailboss/steps/KEY: `run.sh`, `output`, and `exit`, which is written last and makes the result count.
"""

import shlex
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from trailboss.model.errors import CommandFailed, TemporaryError
from trailboss.ssh.host import STATE, Host, Writer

_BUSY = 75
_INTERRUPTED = 70
_ENDED_WELL_OR_RUNNING = ("0", "running")
_TAIL_LINES = 40
_END = "TRAILBOSS_END_OF_FILE"
_ATTACH = files(__package__).joinpath("attach.sh").read_text()
_WRAPPER = files(__package__).joinpath("wrapper.sh").read_text()


@dataclass(frozen=True)
class Action:
    """One long action. `key` names it on the host and must be the same for every attempt at the same step.

    `inputs`: (name, content) of files that the script finds in `$STEP_DIR/inputs`, readable by root only and removed
    when the action ends. Secrets belong there and nowhere else.
    """

    key: str
    summary: str
    script: str
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def unit(self) -> str:
        return f"trailboss-step-{self.key}.service"


async def outcome(host: Host, key: str) -> str:
    """Return what the host knows of an action: "none", "running", "interrupted", or its exit status."""
    step, unit = f"{STATE}/steps/{key}", f"trailboss-step-{key}.service"
    script = (
        f"if [ -f {step}/exit ]; then cat {step}/exit; elif [ ! -d {step} ]; then echo none;"
        f" elif systemctl is-active -q {unit}; then echo running; else echo interrupted; fi"
    )
    return (await host.read(script, summary=f"look for {key}")).strip()


async def has_begun(host: Host, key: str) -> bool:
    """Tell whether an action runs or has ended well: it then needs no inputs any more."""
    return await outcome(host, key) in _ENDED_WELL_OR_RUNNING


def last_line(output: str) -> str:
    """Return the last line that an action has printed: what it came to."""
    return output.strip().rpartition("\n")[2]


async def run(host: Host, writer: Writer, action: Action, *, within: timedelta) -> str:
    """Start `action`, or attach to it where it runs already, wait for its end, and return the end of its output.

    Raises:
        CommandFailed: it ended with an exit status other than 0; the next call starts it anew.
        TemporaryError: another action of ours is still running on this host.
        HostUnreachable: the connection dropped; the action goes on, and the next call attaches to it.
    """
    try:
        return await host.change(writer, script(action), summary=action.summary, within=within)
    except CommandFailed as failure:
        if failure.exit_status == _BUSY:
            raise TemporaryError(f"{failure.host}: another action is still running there") from failure
        raise


def script(action: Action) -> str:
    """Return the script that starts `action` or attaches to it."""
    settings = {
        "step": f"{STATE}/steps/{action.key}",
        "unit": action.unit,
        "summary": action.summary,
        "busy": str(_BUSY),
        "interrupted": str(_INTERRUPTED),
        "tail": str(_TAIL_LINES),
    }
    assignments = [f"{name}={shlex.quote(value)}" for name, value in settings.items()]
    return "\n".join([*assignments, "write_files() {", *_writes(action), "}", _ATTACH])


def _writes(action: Action) -> list[str]:
    lines = ['umask 077; mkdir -p "$step/inputs"; : > "$step/output"']
    contents = [("run.sh", action.script), ("wrapper.sh", _WRAPPER)]
    contents += [(f"inputs/{name}", content) for name, content in action.inputs]
    for name, content in contents:
        lines += [f"cat > \"$step/{name}\" <<'{_END}'", content.rstrip("\n"), _END]
    return [*lines, "umask 022"]
