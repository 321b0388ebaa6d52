"""Fixtures for every kind of test. A test that needs Temporal asks for `temporal_client`: a real server, not a fake."""

import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from trailboss.model import names

TEMPORAL = Path(sysconfig.get_path("scripts")) / "temporal"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """One dev server for the whole test run, in memory, with our search attributes."""
    environment = await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        search_attributes=[SearchAttributeKey.for_keyword(name) for name in names.ATTRIBUTES],
        dev_server_existing_path=str(TEMPORAL),
        dev_server_extra_args=["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"],
    )
    async with environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_client(temporal_env: WorkflowEnvironment) -> Client:
    return temporal_env.client
