import dataclasses

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from trailboss.activities.errors import attempt
from trailboss.model.errors import CommandFailed, HostUnreachable, StepFailed, TrailbossError

FAILED = CommandFailed("cp-1", "kubeadm join", 1, "the end of its output")


def environment(failures_before: int) -> ActivityEnvironment:
    environment = ActivityEnvironment()
    details = [failures_before] if failures_before else []
    environment.info = dataclasses.replace(environment.info, heartbeat_details=details)
    return environment


async def mapped(error: TrailbossError, failures_before: int = 0) -> ApplicationError:
    async def step() -> None:
        async with attempt():
            raise error

    with pytest.raises(ApplicationError) as caught:
        await environment(failures_before).run(step)
    return caught.value


async def test_a_permanent_error_is_not_retried() -> None:
    assert (await mapped(StepFailed("no such machine"))).non_retryable


async def test_an_unreachable_host_is_retried_without_end() -> None:
    error = await mapped(HostUnreachable("cp-1"), failures_before=3)
    assert not error.non_retryable
    assert error.type == "HostUnreachable"


@pytest.mark.parametrize(("failures_before", "final"), [(0, False), (2, False), (3, True)])
async def test_a_command_that_keeps_failing_ends_after_four_failures(failures_before: int, *, final: bool) -> None:
    assert (await mapped(FAILED, failures_before)).non_retryable is final


async def test_a_failed_command_that_said_much_is_within_what_temporal_keeps_of_an_attempt() -> None:
    failure = Failure()
    await DataConverter.default.encode_failure(await mapped(CommandFailed("cp-1", "kubeadm", 1, "x" * 9000)), failure)
    assert failure.ByteSize() < 4096
    assert failure.message.endswith("x" * 2000)


async def test_failures_are_counted_in_the_heartbeat() -> None:
    beats: list[int] = []
    counted = environment(1)
    counted.on_heartbeat = lambda *details: beats.append(details[0])

    async def step() -> None:
        async with attempt():
            raise FAILED

    with pytest.raises(ApplicationError):
        await counted.run(step)
    assert beats[-1] == 2
