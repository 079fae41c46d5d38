"""``tradebook run ROLE``: one role of a cluster in this process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

from tradebook.bootstrap.foundation import foundation
from tradebook.bootstrap.projector import run_projector, until_parent_ends
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.logs import configure_logs
from tradebook.infra.settings import Settings
from tradebook.journal.projection_follower import AWAY
from tradebook.kernel.errors import InvalidInput

RETRY_AFTER_S = 0.5
NICENESS = 10
"""Where processors are few, orders go first and views follow."""

log = structlog.get_logger("tradebook.projector")


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
    urls = {
        "database_url": settings.database_url.get_secret_value(),
        "redis_url": settings.redis_url.get_secret_value(),
    }
    os.nice(NICENESS)
    await _until_told(_project(settings, urls))


async def _project(settings: Settings, urls: dict[str, str]) -> None:
    """Project for as long as the database is there, and again once it is back."""
    directory = DataDirectory(settings.data_dir)
    while True:
        try:
            async with foundation(settings, directory, **urls, name="projector") as base:
                await run_projector(base)
        except AWAY as error:
            log.warning("projector_waits", reason=type(error).__name__)
        await asyncio.sleep(RETRY_AFTER_S)


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
