from trailboss.ssh import SSHDefaults
from trailboss.worker.settings import Settings


def ssh_defaults(settings: Settings) -> SSHDefaults:
    """Return how to log in where a cluster's manifests say nothing."""
    return SSHDefaults(
        key_file=settings.ssh_key_file.expanduser() if settings.ssh_key_file else None,
        known_hosts_file=settings.ssh_known_hosts_file.expanduser(),
        connect_timeout=settings.ssh_connect_timeout,
        keepalive=settings.ssh_keepalive,
    )
