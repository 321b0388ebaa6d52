"""The `trailboss` command. Each subcommand's module is imported when it is used, so that `validate` stays quick.

Help of the whole lists the table below; a subcommand that is run, asked for help or completed is imported, it alone.
"""

import importlib
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from trailboss.cli.examples import examples_of
from trailboss.cli.output import report_error
from trailboss.model.errors import TrailbossError
from trailboss.worker.leaving import leave

# Every subcommand: where it lives (a function, or a Typer of further subcommands), and what `--help` says of it.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("trailboss.cli.init:init", "Write a repository to start from."),
    "import": ("trailboss.cli.imports:app", "Machines of Terraform, Ansible, Salt, Chef, vSphere or a table."),
    "adopt": ("trailboss.cli.adopt:adopt", "Describe a running kubeadm cluster, so that Trailboss takes it over."),
    "validate": ("trailboss.cli.validate:validate", "Check manifests; tells every problem at once."),
    "explain": ("trailboss.cli.explain:explain_", "Say what a field of a manifest means."),
    "schemas": ("trailboss.cli.schemas:app", "JSON Schemas of all kinds, for editors."),
    "convert": ("trailboss.cli.convert:convert", "Rewrite wksctl's manifests to today's form, comments kept."),
    "plan": ("trailboss.cli.plan:plan", "Show what would be done, and why; changes nothing."),
    "preflight": ("trailboss.cli.preflight:preflight", "Run the checks that come before a change, and those alone."),
    "status": ("trailboss.cli.status:status", "Show clusters, what is being done, and what stands in the way."),
    "kubeconfig": ("trailboss.cli.kubeconfig:kubeconfig", "Fetch a cluster's admin kubeconfig."),
    "pause": ("trailboss.cli.signals:pause", "Hold a cluster's change at the next safe point."),
    "resume": ("trailboss.cli.signals:resume", "Let a paused cluster go on."),
    "abort": ("trailboss.cli.signals:abort", "Stop a cluster's change at the next safe point."),
    "approve": ("trailboss.cli.signals:approve", "Let what waits for an operator go on."),
    "skip": ("trailboss.cli.signals:skip", "Leave one machine out of the change under way."),
    "retry": ("trailboss.cli.signals:retry", "Try the desired revision again after a change that failed."),
    "snapshot": ("trailboss.cli.snapshot:app", "Snapshots of a cluster's etcd: create, list, restore."),
    "destroy": ("trailboss.cli.destroy:destroy", "Confirm that a cluster is destroyed, as its manifests say."),
    "logs": ("trailboss.cli.logs:logs", "Show what steps wrote on a cluster's hosts."),
    "history": ("trailboss.cli.history:history", "Show a cluster's changes, and how they ended."),
    "ssh": ("trailboss.cli.ssh:ssh", "Log in to a machine as its manifests say, or run a command there."),
    "doctor": ("trailboss.cli.doctor:doctor", "Check Temporal, worker, Git, SSH, clocks and versions."),
    "repo": ("trailboss.cli.repo:app", "Git repositories that Trailboss follows."),
    "dev": ("trailboss.cli.dev:dev", "Run an embedded Temporal and a worker, until Ctrl-C."),
    "worker": ("trailboss.cli.worker:worker", "Run a worker alone, until Ctrl-C."),
    "demo": ("trailboss.cli.demo:demo", "From a git push to a running cluster, on hosts of the lab."),
    "lab": ("trailboss.cli.lab:app", "Local hosts to try things on."),
    "mirror": ("trailboss.cli.mirror:app", "Kubernetes' binaries and images for the lab."),
}


class LazyGroup(TyperGroup):
    """Knows subcommands by the table; the real one is made once its name has been read."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - click's, of which typer has its own
        name, command, rest = super().resolve_command(ctx, args)
        return name, command_of(name) if name in COMMANDS else command, rest


app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, help="Keeps vanilla kubeadm Kubernetes clusters as Git says, over SSH."
)


def main() -> NoReturn:
    """Run the command line; errors of ours become words and an exit status: 1 failed, 2 bad input."""
    try:
        app()
    except TrailbossError as error:
        leave(report_error(error))
    except SystemExit as ended:
        leave(ended.code)
    leave(0)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"trailboss {version('trailboss')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Stand for what comes before the subcommand."""


def typer_for(target: str) -> typer.Typer:
    """Import `module:name` and return it as a Typer of its own."""
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(module), name)
    if isinstance(found, typer.Typer):
        return found
    single = typer.Typer(add_completion=False)
    single.command()(found)
    return single


def command_of(name: str) -> Any:  # noqa: ANN401 - as above
    """Return the subcommand itself, with examples in its help."""
    found = typer_for(COMMANDS[name][0])
    single = not found.registered_callback and len(found.registered_commands) == 1 and not found.info.name
    command = typer.main.get_command(found) if single else typer.main.get_group(found)
    command.name = name
    _show_examples(name, command)
    return command


def _show_examples(name: str, command: Any) -> None:  # noqa: ANN401 - as above
    for below, each in getattr(command, "commands", {}).items():
        _show_examples(f"{name} {below}", each)
    if lines := examples_of(name):
        command.epilog = "\n\n".join(("Examples:", *lines))


def _stand_in() -> Callable[[], None]:
    def run() -> None:
        """Never run: `LazyGroup` puts the real one in its place."""

    return run


for _name, (_target, _help) in COMMANDS.items():
    app.command(_name, help=_help)(_stand_in())
