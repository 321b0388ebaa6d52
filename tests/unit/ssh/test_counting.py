import asyncio
from datetime import timedelta

import pytest
from tests.unit.ssh.server import machine_that_answers
from tests.unit.worker.measured import Measured

from trailboss.model.errors import HostRefused, HostUnreachable
from trailboss.ssh import ConnectionCounts, Host, SSHDefaults, SSHPool
from trailboss.ssh.counting import FAILURES, OPEN, OPENED


async def test_connections_are_counted_until_they_end() -> None:
    measured = Measured()
    pool = SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=2)), ConnectionCounts(measured.meter))
    assert measured.values(OPEN) == {(): 0}
    async with machine_that_answers() as machine:
        await asyncio.gather(*(Host(pool, machine).read("true", summary="look") for _ in range(3)))
        assert (measured.values(OPEN), measured.values(OPENED)) == ({(): 1}, {(): 1})
        (await pool.connection(machine)).abort()
        async with asyncio.timeout(10):
            while measured.values(OPEN) != {(): 0}:
                await asyncio.sleep(0.02)
        await Host(pool, machine).read("true", summary="look again")
        assert (measured.values(OPEN), measured.values(OPENED)) == ({(): 1}, {(): 2})
        await pool.close()
    assert set(measured.values(FAILURES, "kind").values()) == {0}


async def test_failures_are_counted_by_kind() -> None:
    measured = Measured()
    pool = SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=2)), ConnectionCounts(measured.meter))
    async with machine_that_answers() as machine:
        gone = machine.model_copy(update={"ssh": machine.ssh.model_copy(update={"port": 1})})
        stranger = machine.model_copy(
            update={"ssh": machine.ssh.model_copy(update={"known_hosts": ("* ssh-rsa AAAA",)})}
        )
        for _ in range(2):
            with pytest.raises(HostUnreachable):
                await pool.connection(gone)
        with pytest.raises(HostRefused):
            await pool.connection(stranger)
    assert measured.values(FAILURES, "kind") == {("HostUnreachable",): 2, ("HostRefused",): 1}
    assert measured.values(OPEN) == {(): 0}
