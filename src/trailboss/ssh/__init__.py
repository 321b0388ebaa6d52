"""The only home of asyncssh: pooled connections, scripts over standard input, long actions as systemd units."""

from trailboss.ssh.counting import ConnectionCounts
from trailboss.ssh.host import Host, Writer
from trailboss.ssh.pool import SSHDefaults, SSHPool

__all__ = ["ConnectionCounts", "Host", "SSHDefaults", "SSHPool", "Writer"]
