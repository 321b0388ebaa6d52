"""The only home of asyncssh: pooled connections, scripts over standard input, long actions as systemd units."""

from trailboss.ssh.host import Host, Writer
from trailboss.ssh.pool import SSHDefaults, SSHPool

__all__ = ["Host", "SSHDefaults", "SSHPool", "Writer"]
