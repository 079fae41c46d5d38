"""``tradebook run ROLE``: one role of a cluster in this process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from tradebook.bootstrap.foundation import foundation
from tradebook.bootstrap.projector import run_projector, until_parent_ends
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.logs import configure_logs
from tradebook.infra.settings import Settings
from tradebook.kernel.errors import InvalidInput


async def run_role(name: str, settings: Settings) -> None:
    """Run until a signal comes or whoever started us is gone. Raises InvalidInput for what cannot be run."""
    configure_logs(level=settings.log_level, as_json=settings.log_json)
    if name != "projector":
        raise InvalidInput("ROLE", f"{name} runs inside `tradebook up` for now", "use projector")
    if settings.database_url is None or settings.redis_url is None:
        raise InvalidInput(
            "TRADEBOOK_DATABASE_URL",
            "a role needs servers that others share",
            "set it and TRADEBOOK_REDIS_URL",
        )
    async with foundation(
        settings,
        DataDirectory(settings.data_dir),
        database_url=settings.database_url.get_secret_value(),
        redis_url=settings.redis_url.get_secret_value(),
        name=name,
    ) as base:
        await _until_told(run_projector(base))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(each) for each in (work, stop.wait(), until_parent_ends())]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for task in done:
        task.result()
