from collections.abc import AsyncIterator
from functools import partial

import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from tests.conftest import TEMPORAL, started

from trailboss.model import names


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose workflows do not wait for their timers; and one that suggests to continue as new soon."""
    settings = ("frontend.WorkflowTimeSkippingEnabled=true", "limit.historyCount.suggestContinueAsNew=150")
    start = partial(
        WorkflowEnvironment.start_time_skipping_v2,
        data_converter=pydantic_data_converter,
        search_attributes=[SearchAttributeKey.for_keyword(name) for name in names.ATTRIBUTES],
        dev_server_existing_path=str(TEMPORAL),
        dev_server_extra_args=[part for setting in settings for part in ("--dynamic-config-value", setting)],
    )
    async with await started(start) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def short_histories() -> AsyncIterator[Client]:
    """A server that suggests to continue as new sooner still, so that every change does in its middle."""
    start = partial(
        WorkflowEnvironment.start_local,
        data_converter=pydantic_data_converter,
        search_attributes=[SearchAttributeKey.for_keyword(name) for name in names.ATTRIBUTES],
        dev_server_existing_path=str(TEMPORAL),
        dev_server_extra_args=["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=60"],
    )
    async with await started(start) as environment:
        yield environment.client
