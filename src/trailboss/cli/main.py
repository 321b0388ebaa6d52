"""The `trailboss` command. Each subcommand's module is imported when it is used, so that `validate` stays quick."""

import importlib
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer

from trailboss.cli.output import report_error
from trailboss.model.errors import TrailbossError
from trailboss.worker.leaving import leave

# Every subcommand: where it lives (a function, or a Typer of further subcommands), and what `--help` says of it.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("trailboss.cli.init:init", "Write a repository to start from."),
    "validate": ("trailboss.cli.validate:validate", "Check manifests; tells every problem at once."),
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
    "repo": ("trailboss.cli.repo:app", "Git repositories that Trailboss follows."),
    "dev": ("trailboss.cli.dev:dev", "Run an embedded Temporal and a worker, until Ctrl-C."),
    "worker": ("trailboss.cli.worker:worker", "Run a worker alone, until Ctrl-C."),
    "demo": ("trailboss.cli.demo:demo", "From a git push to a running cluster, on hosts of the lab."),
    "lab": ("trailboss.cli.lab:app", "Local hosts to try things on."),
    "mirror": ("trailboss.cli.mirror:app", "Kubernetes' binaries and images for the lab."),
}
# What comes after a subcommand's name is its own to read, `--help` too.
_PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}

app = typer.Typer(no_args_is_help=True, help="Keeps vanilla kubeadm Kubernetes clusters as Git says, over SSH.")


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


def _passing_on(target: str) -> Callable[[typer.Context], None]:
    def run(context: typer.Context) -> None:
        command = typer.main.get_command(typer_for(target))
        command.main(args=list(context.args), prog_name=context.command_path)

    return run


for _name, (_target, _help) in COMMANDS.items():
    app.command(_name, help=_help, add_help_option=False, context_settings=_PASS_ON)(_passing_on(_target))
