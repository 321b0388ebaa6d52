"""`trailboss adopt`: a running kubeadm cluster → manifests that describe it, and what the first change would do."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from trailboss.adoption import Proposal, Wish, propose, write
from trailboss.cli.output import ExitStatus, console, error_console, run_async
from trailboss.cli.plan_view import plan_view
from trailboss.cli.writing import write_whole
from trailboss.manifests import load_tree
from trailboss.model.cluster import ArtifactSource, Cluster
from trailboss.model.errors import BadInput
from trailboss.model.machine import SSHAccess
from trailboss.model.problem import Problem


def adopt(
    kubeconfig: Annotated[Path, typer.Option(help="The cluster's kubeconfig; its user may read all.")],
    name: Annotated[str, typer.Option(help="What Trailboss calls the cluster: the name of its folder.")],
    into: Annotated[Path, typer.Option(help="The repository's folder; clusters/NAME/ is written there.")],
    *,
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig; without it: its current one.")
    ] = None,
    ssh_user: Annotated[str, typer.Option(help="Who logs in: root, or who has sudo without a password.")] = "root",
    ssh_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the hosts' SSH servers.")] = 22,
    key_file: Annotated[str | None, typer.Option(help="Path of the private key on the worker.")] = None,
    known_hosts: Annotated[str | None, typer.Option(help="Path of a known_hosts file on the worker.")] = None,
    bastion: Annotated[str | None, typer.Option(help="user@host[:port] of a jump host.")] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="NODE=ADDRESS: where SSH connects, if not the InternalIP. Repeat for more.")
    ] = None,
    binaries: Annotated[
        str, typer.Option(help="Where upgrades come from: base URL of release/vX.Y.Z/bin/….")
    ] = "https://dl.k8s.io",
    images: Annotated[str | None, typer.Option(help="Base URL of images/vX.Y.Z/, as a mirror serves them.")] = None,
    overwrite: Annotated[
        bool, typer.Option(help="Write over manifests that are there and say something else.")
    ] = False,
) -> None:
    """Describe a running kubeadm cluster (by hand, Kubespray, KubeOne), so that Trailboss keeps it from then on.

    Reads the cluster's API and, over SSH, every node's host, and writes clusters/NAME/. Nothing is changed on cluster
    or hosts. What cannot be described is refused, with all reasons, before anything is written. At the end it tells
    what the first change after a push would do: nothing but to mark the hosts. Exit status 1: more than that, or the
    manifests there say something else; 2: refused.

    Examples:
      trailboss adopt --kubeconfig admin.conf --name prod --into ~/herd

      trailboss adopt --kubeconfig admin.conf --name prod --into . --ssh-user ops --address cp-1=198.51.100.7
    """
    wish = Wish(
        name=name,
        ssh=SSHAccess(user=ssh_user, port=ssh_port, key_file=key_file, known_hosts_file=known_hosts, bastion=bastion),
        addresses=dict(_addresses(address or [])),
        artifacts=ArtifactSource(binaries=binaries, images=images),
    )
    proposal = _look(kubeconfig, context, wish)
    files = write(proposal)
    cluster = _cluster(files)
    differs = _put(into, files, overwrite=overwrite)
    for note in proposal.notes:
        console.print(Text(f"note: {note}"), soft_wrap=True)
    well = _foresee(cluster)
    raise typer.Exit(ExitStatus.OK if well and not differs else ExitStatus.FAILED)


def _look(kubeconfig: Path, context: str | None, wish: Wish) -> Proposal:
    from trailboss.activities.command_line.adopting import look
    from trailboss.worker.settings import load_settings
    from trailboss.worker.ssh_defaults import ssh_defaults

    seen = run_async(look(kubeconfig, context, wish, ssh_defaults(load_settings())))
    try:
        return propose(seen, wish)
    except BadInput:
        error_console.print("nothing was written: this cluster cannot be adopted as it is", style="red")
        raise


def _addresses(given: list[str]) -> Iterator[tuple[str, str]]:
    wrong = [text for text in given if not all(text.partition("="))]
    if wrong:
        message, allowed = "cannot be understood", "NODE=ADDRESS"
        problems = (Problem(file="--address", document=0, found=one, message=message, allowed=allowed) for one in wrong)
        raise BadInput(tuple(problems))
    for text in given:
        node, _, address = text.partition("=")
        yield node, address


def _cluster(files: Mapping[str, str]) -> Cluster:
    """Read what is to be written as a poll would.

    Raises:
        BadInput: what was read is nothing that manifests can say.
    """
    loaded = load_tree(files)
    if loaded.errors:
        error_console.print("nothing was written: what was read is nothing that manifests can say", style="red")
        raise BadInput(loaded.errors)
    return loaded.clusters[0]


def _put(into: Path, files: Mapping[str, str], *, overwrite: bool) -> bool:
    """Write the files; where they are and say something else, show the difference. Tell whether any is left so."""
    left = False
    for file, text in files.items():
        path = into / file
        before = _text(path)
        if before == text:
            console.print(Text.assemble(("unchanged ", "dim"), str(path)), soft_wrap=True)
            continue
        if before is not None:
            _show_difference(path, before, text)
        if before is None or overwrite:
            write_whole(path, text)
            console.print(Text.assemble(("wrote ", "green"), str(path)), soft_wrap=True)
        else:
            left = True
            console.print(
                Text.assemble(("kept ", "yellow"), str(path), "; --overwrite takes the new one"), soft_wrap=True
            )
    return left


def _text(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput((Problem(file=str(path), document=0, message=f"cannot be read: {error}"),)) from error


def _show_difference(path: Path, before: str, after: str) -> None:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{path} (as it is)", f"{path} (as the cluster runs)", lineterm=""
    )
    for line in lines:
        console.print(Text(line, styles.get(line[:1], "")), soft_wrap=True)


def _foresee(cluster: Cluster) -> bool:
    """Tell what the first change would do; False: more than to take the cluster over."""
    from trailboss.activities.command_line.adopting import first_plans
    from trailboss.worker.settings import load_settings
    from trailboss.worker.ssh_defaults import ssh_defaults

    plan, remains = run_async(first_plans(cluster, ssh_defaults(load_settings())))
    if plan.refusals:
        console.print(Text("first reconcile: refused", "bold red"))
        console.print(plan_view(plan))
        return False
    marks = sum(operation.operation == "adopt" for operation in plan.operations)
    takes = (
        f"; it takes the cluster over: marks {marks} host(s), and touches no setting, no pod and no process"
        if marks
        else ""
    )
    if remains.changes_nothing and not remains.postponed:
        console.print(Text.assemble(("first reconcile: nothing to change", "bold green"), takes), soft_wrap=True)
        console.print(Text(f"next: review clusters/{cluster.name}/, commit and push"), soft_wrap=True)
        return True
    console.print(Text.assemble(("first reconcile: would change something", "bold yellow"), takes, "; then:"))
    console.print(plan_view(remains))
    return False
