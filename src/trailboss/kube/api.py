"""One cluster's API server, reached through a local port that leads to a control plane over SSH."""

import json
from dataclasses import dataclass
from typing import Any

import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from opentelemetry import trace
from urllib3.exceptions import HTTPError

from trailboss.model.errors import ApiUnavailable

_TIMEOUT_SECONDS = 15
_NOT_GOOD = 400
_SERVER_ERRORS = 500
_TOO_MANY_REQUESTS = 429
# Every kubeadm API server certificate holds this name, whatever address the server is reached by.
_SERVER_NAME = "kubernetes"
_TRACER = trace.get_tracer("trailboss.kube")


@dataclass(frozen=True)
class Answer:
    """What the API server said, whatever its status. `retry_after`: seconds it asks to be left alone, 0 if none."""

    status: int
    body: str
    retry_after: float = 0

    @property
    def told(self) -> dict[str, Any]:
        """The Status object in it; filters that turn requests away answer in plain text, and there is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class ClusterApi:
    """A client with the rights of the kubeconfig it is made from.

    Args:
        kubeconfig: the text of an admin.conf; kept in memory only.
        port: the local port that leads to the API server.
    """

    def __init__(self, kubeconfig: str, port: int) -> None:
        document = yaml.safe_load(kubeconfig)
        document["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{port}"
        settings = client.Configuration()
        load = config.load_kube_config_from_dict
        load(document, client_configuration=settings, persist_config=False)  # type: ignore[no-untyped-call]
        settings.tls_server_name = _SERVER_NAME
        self._connect(settings)
        self.certificate_authority: str = document["clusters"][0]["cluster"]["certificate-authority-data"]

    def _connect(self, settings: client.Configuration) -> None:
        settings.retries = False
        self.client = client.ApiClient(settings)
        self.core = client.CoreV1Api(self.client)

    def ready(self) -> bool:
        """Tell whether this API server answers /readyz with ok."""
        try:
            self.call("GET", "/readyz")
        except ApiUnavailable:
            return False
        return True

    def version(self) -> str:
        """Return the API server's version without the leading v, such as "1.34.4"."""
        return str(self.run(client.VersionApi(self.client).get_code).git_version).removeprefix("v")

    def call(self, method: str, path: str) -> str:
        """Send one plain request and return the body as text.

        Raises:
            ApiUnavailable: no answer, or not a good one.
        """
        answer = self.send(method, path)
        if answer.status >= _NOT_GOOD:
            raise ApiUnavailable(f"{path} answered {answer.status}: {answer.body[-500:]}")
        return answer.body

    def send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        content_type: str = "application/json",
        accept: str = "",
    ) -> Answer:
        """Send one plain request, with `body` as JSON, and return the answer, good or not.

        `content_type`: what kind of JSON, for patches. `accept`: in which form the answer is asked for.

        Raises:
            ApiUnavailable: no answer.
        """
        url, headers = f"{self.client.configuration.host}{path}", {"Content-Type": content_type}
        if accept:
            headers["Accept"] = accept
        # The client itself writes JSON for kinds of JSON alone.
        sent = body if content_type.endswith("json") or body is None else json.dumps(body)
        response = self.run(self.client.call_api, method, url, header_params=headers, body=sent)
        text = (response.read() or b"").decode(errors="replace")
        retry_after = str(response.getheader("Retry-After", "0"))
        return Answer(response.status, text, float(retry_after) if retry_after.isdigit() else 0)

    def run(self, function: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the client has no types
        """Call a function of the client with a time limit, in our own errors.

        Raises:
            ApiUnavailable: no answer, or one that says "not now" (5xx, 429).
            ApiException: any other refusal, for the caller to tell apart (404, 409).
        """
        try:
            return _traced(function, *args, _request_timeout=_TIMEOUT_SECONDS, **kwargs)
        except ApiException as error:
            if error.status is None or error.status >= _SERVER_ERRORS or error.status == _TOO_MANY_REQUESTS:
                raise ApiUnavailable(f"the API server answered {error.status}: {error.reason}") from error
            raise
        except (HTTPError, OSError) as error:
            raise ApiUnavailable(f"the API server does not answer: {type(error).__name__}") from error

    def close(self) -> None:
        self.client.close()  # type: ignore[no-untyped-call]


def _traced(function: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the client has no types
    """Call a function in a span of its name. Its errors stay out of it: their text repeats what a server answered."""
    with _TRACER.start_as_current_span(
        f"kube {function.__name__}", record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            return function(*args, **kwargs)
        except ApiException as error:
            span.set_attribute("http.response.status_code", error.status or 0)
            raise
