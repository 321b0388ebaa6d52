"""Fixtures for every kind of test. A test that needs Temporal asks for `temporal_client`: a real server, not a fake."""

import os
import sysconfig
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import hypothesis
import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from trailboss.model import names

Start = Callable[[], Awaitable[WorkflowEnvironment]]
TEMPORAL = Path(sysconfig.get_path("scripts")) / "temporal"

# Examples of each property: few with the fast tests, many with the slow ones (--hypothesis-profile, scripts/test.sh).
# In CI they are the same each time: what a new one finds must be mended, and is no fault of the change that CI judges.
_SAME = bool(os.environ.get("CI"))
hypothesis.settings.register_profile("few", max_examples=25, deadline=None, derandomize=_SAME)
hypothesis.settings.register_profile("many", max_examples=200, deadline=None, derandomize=_SAME)
hypothesis.settings.load_profile("few")


async def started(start: Start) -> WorkflowEnvironment:
    """Start a server. The SDK gives it 5 s, too little now and then while the machine is busy: it is tried again."""
    retrying = AsyncRetrying(stop=stop_after_attempt(8), retry=retry_if_exception_type(RuntimeError), reraise=True)
    return await retrying(start)


def configured(start: Callable[..., Awaitable[WorkflowEnvironment]], *settings: str) -> Start:
    """Return how to start a dev server in memory with our search attributes; `settings`: of its dynamic config."""
    return partial(
        start,
        data_converter=pydantic_data_converter,
        search_attributes=[SearchAttributeKey.for_keyword(name) for name in names.ATTRIBUTES],
        dev_server_existing_path=str(TEMPORAL),
        dev_server_extra_args=[part for setting in settings for part in ("--dynamic-config-value", setting)],
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """One dev server for each process that runs tests."""
    start = configured(WorkflowEnvironment.start_local, "history.transferProcessorMaxPollRPS=2000")
    async with await started(start) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_client(temporal_env: WorkflowEnvironment) -> Client:
    return temporal_env.client
