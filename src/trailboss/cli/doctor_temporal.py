"""`trailboss doctor`: Temporal, its namespace, our search attributes, and the workers that ask for work."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.doctor_findings import Finding, fail, ok, warn
from trailboss.model import names
from trailboss.worker.temporal import search_attributes
from trailboss.worker.temporal.identity import version_in

_FRESH = timedelta(seconds=90)
"""A worker asks anew at least every minute; Temporal lists one that has ended for some minutes."""
_SHORT_RETENTION = timedelta(days=1)
_START = "start one: `trailboss worker`, or `trailboss dev`, which brings one"
_BOTH = {
    "workflows": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activities": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


async def temporal_findings(client: Client, task_queue: str) -> list[Finding]:
    """Look at what a client that is connected can tell."""
    namespace = await _namespace(client)
    found = [await _server(client), namespace]
    if namespace.state == "fail":
        return found
    return [*found, await _attributes(client), *await _workers(client, task_queue)]


async def _server(client: Client) -> Finding:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return ok("Temporal", "reachable", f"{client.service_client.config.target_host}, version {info.server_version}")


async def _namespace(client: Client) -> Finding:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        told = await client.workflow_service.describe_namespace(request)
    except RPCError as error:
        create = f"temporal operator namespace create --namespace {client.namespace}"
        mend = (
            f"`{create}`, or set TEMPORAL_NAMESPACE" if error.status is RPCStatusCode.NOT_FOUND else "see its message"
        )
        return fail("Temporal", "namespace", f"{client.namespace}: {error.message}", mend)
    keeps = told.config.workflow_execution_retention_ttl.ToTimedelta()
    words = f"{client.namespace}, keeps histories for {keeps.total_seconds() / 86400:g} days"
    if keeps < _SHORT_RETENTION:
        mend = f"`temporal operator namespace update --namespace {client.namespace} --retention 7d`"
        return warn("Temporal", "namespace", words, mend)
    return ok("Temporal", "namespace", words)


async def _attributes(client: Client) -> Finding:
    about = ("Temporal", "search attributes")
    found = await search_attributes.found(client)
    if found is None:
        return warn(*about, "we may not ask for them", f"if workflows fail for lack of them: {_create(client)}")
    wrong = [name for name, kind in found.items() if kind != IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]
    missing = [name for name in names.ATTRIBUTES if name not in found]
    if wrong:
        mend = "`temporal operator search-attribute remove`, then start a worker"
        return fail(*about, f"of another type than Keyword: {', '.join(wrong)}", mend)
    if missing:
        return warn(
            *about, f"missing: {', '.join(missing)}", f"a worker adds them when it starts; else {_create(client)}"
        )
    return ok(*about, f"all {len(found)} are there")


def _create(client: Client) -> str:
    return f"`{search_attributes.command(client, names.ATTRIBUTES)}`"


async def _workers(client: Client, task_queue: str) -> list[Finding]:
    findings = []
    pollers: list[PollerInfo] = []
    for what, kind in _BOTH.items():
        request = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
        )
        answer = await client.workflow_service.describe_task_queue(request)
        pollers += answer.pollers
        findings.append(_polling(what, task_queue, answer.pollers))
    return [*findings, *_versions({poller.identity for poller in pollers if _age(poller) < _FRESH})]


def _polling(what: str, task_queue: str, pollers: Sequence[PollerInfo]) -> Finding:
    check = f"asks for {what}"
    if not pollers:
        return fail("worker", check, f"no worker asks on task queue {task_queue}", _START)
    newest = min(_age(poller) for poller in pollers)
    if newest > _FRESH:
        return warn("worker", check, f"the last one asked {newest.total_seconds():.0f} s ago", _START)
    asking = sorted(poller.identity for poller in pollers if _age(poller) < _FRESH)
    return ok("worker", check, f"on {task_queue}: {', '.join(asking)}")


def _age(poller: PollerInfo) -> timedelta:
    return datetime.now(UTC) - poller.last_access_time.ToDatetime(tzinfo=UTC)


def _versions(identities: set[str]) -> list[Finding]:
    """Compare each worker's version with this command's."""
    own = version("trailboss")
    other = sorted(f"{identity}" for identity in identities if version_in(identity) not in ("", own))
    if other:
        mend = f"run one version everywhere: this command is {own}; restart older workers with it"
        return [warn("worker", "version", ", ".join(other), mend)]
    known = {identity for identity in identities if version_in(identity)}
    return [ok("worker", "version", own)] if known else []


def temporal_missing(words: str) -> Finding:
    """Tell that nothing answers; `words` has the remedy after its colon."""
    found, _, mend = re.sub(r"\s+", " ", words).rpartition(": ")
    return fail("Temporal", "reachable", found or words, mend)
