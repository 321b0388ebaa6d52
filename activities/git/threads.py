import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Not asyncio's own threads: those resolve names for SSH connections too, and remotes that say nothing would hold them.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="git")


async def in_git_thread(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a blocking function of `git/` in a thread; as `asyncio.to_thread`, the context goes with it."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_threads, lambda: context.run(function, *args, **kwargs))
