"""The edge of a lab: TCP load balancer of its API servers, and HTTP server of the artifact mirror."""

from trailboss.lab.engine.docker import docker
from trailboss.lab.hosts.model import API_PORT, Lab

HEAD = f"""\
# Written by the lab; a control plane gets traffic only while its own /readyz says so.
global
    log /dev/log local0
    maxconn 4000
    stats socket /run/haproxy/admin.sock mode 660 level admin

defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
    timeout check 2s
    retries 2
    option redispatch
    option clitcpka
    option srvtcpka

frontend api
    bind :{API_PORT}
    default_backend api-servers

backend api-servers
    balance roundrobin
    option httpchk GET /readyz
    http-check expect status 200
    default-server check check-ssl verify none inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
"""


def haproxy_config(lab: Lab) -> str:
    """haproxy.cfg with one server line per control plane."""
    servers = [f"    server {host.name} {host.address}:{API_PORT}" for host in lab.control_planes]
    return "\n".join((HEAD.rstrip("\n"), *servers)) + "\n"


def configure_edge(lab: Lab) -> None:
    """Bring the running edge's balancer to the lab's control planes; nothing happens when it has them already.

    The services are enabled each time, so that they come back with the container.
    """
    config = haproxy_config(lab)
    script = (
        "set -e; new=$(cat); old=$(cat /etc/haproxy/haproxy.cfg); "
        'if [ "$new" != "$old" ]; then printf "%s\\n" "$new" > /etc/haproxy/haproxy.cfg.new; '
        "haproxy -q -c -f /etc/haproxy/haproxy.cfg.new; mv /etc/haproxy/haproxy.cfg.new /etc/haproxy/haproxy.cfg; "
        "systemctl reload-or-restart haproxy; fi; "
        "systemctl --quiet enable --now haproxy nginx"
    )
    docker("exec", "--interactive", lab.edge.container, "bash", "-c", script, stdin=config.encode())
