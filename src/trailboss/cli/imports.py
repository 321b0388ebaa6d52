"""`trailboss import`: one command for each kind of source, all with the same options."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from trailboss.cli.import_folder import ImportFolder
from trailboss.cli.import_texts import read_texts
from trailboss.cli.import_view import ImportReport, print_report
from trailboss.cli.output import ExitStatus, Output, OutputOption, print_json
from trailboss.imports import Wishes, import_machines, read_source
from trailboss.imports.wanted import Login
from trailboss.model.base import Frozen
from trailboss.model.supported import SUPPORTED

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Write machines that another tool knows into a cluster's manifests.\n\nRun it again whenever the source has"
    " changed: what it tells is brought in, and what you have written stays.",
)

_ROLE_HELP = (
    "Which machines are {}: a group, role, folder or tag; KEY=VALUE of a tag; name:NAME; rest. With commas: all of"
    " these; ! before one: not. Repeat for more. Default: by common conventions, such as {}."
)


class _Source(Frozen):
    """`about`: what is imported; `takes`: what SOURCE may be; `examples`: whole command lines."""

    about: str
    takes: str
    examples: tuple[str, ...]


_SOURCES = {
    "terraform": _Source(
        about="Import machines of Terraform or OpenTofu.",
        takes="A state file, a folder with one, or what `terraform show -json` or `terraform output -json` prints.",
        examples=("terraform show -json | trailboss import terraform - --cluster-dir clusters/prod",),
    ),
    "ansible": _Source(
        about="Import machines of an Ansible inventory.",
        takes="An inventory of any kind, which Ansible itself reads, or what `ansible-inventory --list` prints.",
        examples=(
            "trailboss import ansible inventory/ --cluster-dir clusters/prod",
            "trailboss import ansible hosts.ini --cluster-dir clusters/prod --worker 'kube_node,!kube_control_plane'",
        ),
    ),
    "salt": _Source(
        about="Import machines that Salt knows.",
        takes="A roster of salt-ssh, or what `salt '*' grains.items --out json` prints.",
        examples=("trailboss import salt /etc/salt/roster --cluster-dir clusters/prod",),
    ),
    "chef": _Source(
        about="Import nodes of Chef.",
        takes="What `knife search node 'QUERY' -l -F json` or `knife node show NAME -l -F json` prints.",
        examples=("knife search node 'role:k8s*' -l -F json | trailboss import chef - --cluster-dir clusters/prod",),
    ),
    "vsphere": _Source(
        about="Import virtual machines of vSphere.",
        takes="What `govc vm.info -json VM…` or `govc ls -json -l FOLDER` prints; `govc tags.attached.ls -l -json TAG`"
        " beside it, to choose by tags.",
        examples=("govc ls -json -l '/DC/vm/k8s/*' | trailboss import vsphere - --cluster-dir clusters/prod",),
    ),
    "csv": _Source(
        about="Import machines of a table: CSV with commas, semicolons, tabs or bars.",
        takes="Columns name, role, address; if you like, private_address, user, port, key_file, bastion, labels,"
        " groups, zone, region.",
        examples=("trailboss import csv machines.csv --cluster-dir clusters/prod",),
    ),
}


def _command(kind: str, source: _Source) -> Callable[..., None]:
    def run(
        sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help=f"{source.takes} - is standard input.")],
        *,
        cluster_dir: Annotated[
            Path, typer.Option("--cluster-dir", "--into", help="The cluster's folder, such as clusters/prod.")
        ],
        control_plane: Annotated[
            list[str] | None, typer.Option(help=_ROLE_HELP.format("control planes", "kube_control_plane, masters"))
        ] = None,
        worker: Annotated[
            list[str] | None, typer.Option(help=_ROLE_HELP.format("workers", "kube_node, Role=worker"))
        ] = None,
        network: Annotated[
            str | None, typer.Option(help="Take only addresses of this IPv4 range; for vSphere, or of this port group.")
        ] = None,
        private: Annotated[
            bool, typer.Option("--private", help="SSH connects to private addresses, where there are two.")
        ] = False,
        user: Annotated[str | None, typer.Option(help="Who logs in, whatever the source says.")] = None,
        key_file: Annotated[str | None, typer.Option(help="Path of the private key on the worker, likewise.")] = None,
        bastion: Annotated[str | None, typer.Option(help="A jump host, USER@HOST[:PORT], likewise.")] = None,
        kubernetes: Annotated[
            str, typer.Option(help=f"Where no cluster is described yet: its version of Kubernetes, {SUPPORTED}.")
        ] = "1.34.4",
        endpoint: Annotated[
            str | None, typer.Option(help="Where no cluster is described yet: HOST or HOST:PORT of its API servers.")
        ] = None,
        prune: Annotated[
            bool, typer.Option("--prune", help="Take out machines that the source does not have.")
        ] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the diff and write nothing.")] = False,
        check: Annotated[
            bool, typer.Option("--check", help="As --dry-run, with exit status 1 where something would change.")
        ] = False,
        output: OutputOption = Output.TEXT,
    ) -> None:
        wishes = Wishes(
            control_plane=tuple(control_plane or ()),
            worker=tuple(worker or ()),
            login=Login(user=user, key_file=key_file, bastion=bastion, private=private),
            prune=prune,
            kubernetes_version=kubernetes,
            endpoint=endpoint,
        )
        report = _import(kind, sources, network, cluster_dir, wishes, write=not (dry_run or check))
        if output is Output.JSON:
            print_json(report)
        else:
            print_report(report)
        raise typer.Exit(ExitStatus.FAILED if check and report.files else ExitStatus.OK)

    run.__doc__ = "\n\n".join((source.about, _DOC, "Examples:", *source.examples))
    return run


_DOC = (
    "New machines are added to machines.yaml, what the source says otherwise is changed in place, and all else stays as"
    " it is; machines that the source does not have are told, and stay without --prune. A unified diff is shown."
    " Exit status 2: something is wrong, all of it is told, and nothing was written."
)


def _import(
    kind: str, sources: list[str], network: str | None, cluster_dir: Path, wishes: Wishes, *, write: bool
) -> ImportReport:
    folder = ImportFolder.read(cluster_dir)
    found = read_source(kind, read_texts(kind, sources), network)
    imported = import_machines(found, folder.texts, folder.prefix, folder.name, wishes)
    changed, warnings = folder.changes(imported.files)
    if write:
        folder.write(changed)
    return ImportReport.of(imported, folder.diffs(changed), warnings, written=write)


for _kind, _source in _SOURCES.items():
    app.command(_kind)(_command(_kind, _source))
