from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from tests.conftest import configured, started

_SUGGEST = "limit.historyCount.suggestContinueAsNew"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose workflows do not wait for their timers; and one that suggests to continue as new soon."""
    settings = ("frontend.WorkflowTimeSkippingEnabled=true", f"{_SUGGEST}=150")
    start = configured(WorkflowEnvironment.start_time_skipping_v2, *settings)
    async with await started(start) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def short_histories() -> AsyncIterator[Client]:
    """A server that suggests to continue as new sooner still, so that every change does in its middle."""
    start = configured(WorkflowEnvironment.start_local, f"{_SUGGEST}=60")
    async with await started(start) as environment:
        yield environment.client
