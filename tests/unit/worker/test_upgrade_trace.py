"""One push → one trace: a real poll by schedule, our own workflows, steps that run on a real SSH server.

Only what the steps' scripts do is stood in for (`Herd`).
"""

import base64
import json
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client
from temporalio.worker import Worker
from tests.unit.git.origin import Origin, manifest
from tests.unit.ssh.server import machine_that_answers
from tests.unit.triggers.following import NEVER, _ignoring, until
from tests.unit.worker.spans import check_one_trace, of_collector, of_sdk, trace_of_push
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, upgrade

from trailboss.activities.git.poll import PollActivities
from trailboss.model import names
from trailboss.model.machine import Machine
from trailboss.ssh import Host, SSHDefaults, SSHPool
from trailboss.triggers import schedule
from trailboss.worker.telemetry import new_provider, tracing_interceptors
from trailboss.worker.workflow_runner import workflow_runner
from trailboss.workflows.change import ChangeWorkflow
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.machine import MachineWorkflow
from trailboss.workflows.poll import PollWorkflow

MACHINES = {"cp-1", "cp-2", "worker-1", "worker-2"}


@dataclass
class SSHHerd(Herd):
    """Each step is one script on its machine."""

    pool: SSHPool = field(default_factory=lambda: SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=5))))
    machines: dict[str, Machine] = field(default_factory=dict)

    async def _take_time(self, call: str) -> None:
        machine, step = call.split(" ", 1)
        await Host(self.pool, self.machines[machine]).read("true", summary=step)


async def _upgraded(client: Client, tmp_path: Path, stack: AsyncExitStack) -> tuple[str, str]:
    """Push a revision that takes an upgrade and wait for its end; returns cluster and commit."""
    name = f"c{uuid.uuid4().hex[:8]}"
    herd = SSHHerd([upgrade(), NOTHING])
    herd.machines = {one: await stack.enter_async_context(machine_that_answers(one)) for one in sorted(MACHINES)}
    stack.push_async_callback(herd.pool.close)
    origin = Origin(tmp_path / "origin")
    commit = origin.push({f"clusters/{name}/cluster.yaml": manifest(name)}, "to 1.34.4")
    workflows = [PollWorkflow, ClusterWorkflow, ChangeWorkflow, MachineWorkflow]
    activities = [PollActivities(client, tmp_path / "cache").poll_repository, *herd.activities()]
    await stack.enter_async_context(
        Worker(
            client,
            task_queue=name,
            workflows=workflows,
            activities=activities,
            workflow_runner=workflow_runner(),
        )
    )
    cluster = client.get_workflow_handle_for(ClusterWorkflow.run, names.cluster_id(name))
    await schedule.add_repository(client, origin.repository(name=name, interval_seconds=NEVER), task_queue=name)
    stack.push_async_callback(_ignoring, client.get_schedule_handle(names.schedule_id(name)).delete())
    stack.push_async_callback(_ignoring, cluster.terminate())
    await until(lambda: _is_ready(client, name), 60)
    return name, commit


async def _is_ready(client: Client, name: str) -> bool:
    query = f'WorkflowId = "{names.cluster_id(name)}" AND {names.ATTRIBUTE_PHASE} = "Ready"'
    return (await client.count_workflows(query)).count == 1


@pytest.mark.slow
async def test_an_upgrade_is_one_trace_with_one_root_that_tells_cluster_revision_and_machine(
    temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, exporter = new_provider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    config = temporal_client.config()
    config["interceptors"] = tracing_interceptors(provider)
    async with AsyncExitStack() as stack:
        name, commit = await _upgraded(Client(**config), tmp_path, stack)
    found = of_sdk(exporter.get_finished_spans())
    push = trace_of_push(found, commit[:12])
    assert check_one_trace(push, name, commit[:12]) == MACHINES
    ssh = [span for span in found if span.name.startswith("ssh ")]
    assert len(ssh) == sum(len(one.steps) for stage in upgrade().stages for one in stage.operations)
    assert {span.trace for span in ssh} == {push[0].trace}
    for span in ssh:
        [attempt] = [one for one in push if one.id == span.parent]
        assert attempt.name == f"RunActivity:{span.name.removeprefix('ssh ')}"
        assert attempt.attributes["trailboss.machine"] == span.attributes["trailboss.machine"]


def test_what_a_collector_writes_is_read_as_what_the_sdk_has(tmp_path: Path) -> None:
    """The collector's JSON has ids in hexadecimal, where protobuf's own would have them in base64."""
    provider, exporter = new_provider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    told = {"temporalWorkflowID": names.machine_id("demo", "0" * 40, "cp-1", "upgrade")}
    with tracer.start_as_current_span("RunActivity:drain", attributes=told), tracer.start_as_current_span("ssh drain"):
        pass
    spans = exporter.get_finished_spans()
    request = MessageToDict(encode_spans(spans))
    for span in request["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for key in {"traceId", "spanId", "parentSpanId"} & span.keys():
            span[key] = base64.b64decode(span[key]).hex()
    (tmp_path / "traces.json").write_text(json.dumps(request) + '\n{"resourceSp')
    assert of_collector(tmp_path / "traces.json") == of_sdk(spans)
    assert of_sdk(spans)[0].attributes["trailboss.machine"] == "cp-1"
