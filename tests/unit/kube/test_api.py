import pytest
from kubernetes.client.exceptions import ApiException
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from trailboss.kube import ClusterApi, api
from trailboss.model.errors import ApiUnavailable


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(api, "_TRACER", provider.get_tracer("test"))
    return exporter


@pytest.mark.parametrize(("status", "raised"), [(404, ApiException), (503, ApiUnavailable)])
def test_each_call_is_a_span_that_holds_nothing_of_the_answer(
    status: int, raised: type[Exception], spans: InMemorySpanExporter
) -> None:
    def list_node(**_: object) -> None:
        raise ApiException(status=status, reason="token=hunter2")

    with pytest.raises(raised):
        ClusterApi.__new__(ClusterApi).run(list_node)
    [span] = spans.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("kube list_node", {"http.response.status_code": status})
    assert "hunter2" not in span.to_json()
