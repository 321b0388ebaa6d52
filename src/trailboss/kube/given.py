"""A cluster's API as a user's own kubeconfig reaches it: directly, with whatever way to log in that names."""

from pathlib import Path

import yaml
from kubernetes import client, config
from kubernetes.config.config_exception import ConfigException

from trailboss.kube.api import ClusterApi
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


class GivenApi(ClusterApi):
    """A client of the server that a kubeconfig names. `context` None: its current one.

    Raises:
        BadInput: the file cannot be read, or has no such context.
    """

    def __init__(self, path: Path, context: str | None) -> None:
        settings = client.Configuration()
        load = config.load_kube_config
        try:
            load(str(path), context, client_configuration=settings, persist_config=False)  # type: ignore[no-untyped-call]
        except (ConfigException, OSError, yaml.YAMLError) as error:
            message = f"cannot be read as a kubeconfig: {str(error).splitlines()[0]}"
            raise BadInput((Problem(file=str(path), document=0, message=message),)) from error
        self._connect(settings)
        self.certificate_authority = ""
