"""``tradebook run ROLE``: one role of a cluster in this process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

from tradebook.bootstrap.foundation import foundation
from tradebook.bootstrap.projector import run_projector, until_parent_ends
from tradebook.bootstrap.serve import Milestone, serve
from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.logs import configure_logs
from tradebook.infra.migrations import current_revision, revisions
from tradebook.infra.settings import Settings
from tradebook.journal.projection_follower import AWAY
from tradebook.kernel.errors import InvalidInput

RETRY_AFTER_S = 0.5
SCHEMA_AGAIN_AFTER_S = 1.0
END_WITHIN_S = 10.0
NICENESS = 5
"""Where processors are few, orders go first and views follow with a third of an equal share. At 10, a ninth,
they stood still for minutes on a machine that others kept busy."""

log = structlog.get_logger("tradebook.projector")


async def run_role(name: str, settings: Settings, on_milestone: Milestone, *, as_child: bool = False) -> None:
    """Run until a signal comes, or as a child until standard input ends.

    Raises InvalidInput for what cannot be run, and what keeps it from running.
    """
    if settings.database_url is None or settings.redis_url is None:
        raise InvalidInput(
            "TRADEBOOK_DATABASE_URL",
            "a role needs servers that others share",
            "set it and TRADEBOOK_REDIS_URL",
        )
    match name:
        case "api":
            await serve(settings, on_milestone, with_projector=False)
        case "projector":
            database_url = settings.database_url.get_secret_value()
            redis_url = settings.redis_url.get_secret_value()
            configure_logs(level=settings.log_level, as_json=settings.log_json)
            os.nice(NICENESS)
            await _until_told(_project(settings, database_url, redis_url), as_child=as_child)
        case _:
            raise InvalidInput("ROLE", f"there is no role {name!r}", "use api or projector")


async def _project(settings: Settings, database_url: str, redis_url: str) -> None:
    """Project for as long as the database is there and of our schema, and again once it is so."""
    directory = DataDirectory(settings.data_dir)
    while True:
        try:
            await _wait_for_schema(database_url)
            async with foundation(
                settings, directory, database_url=database_url, redis_url=redis_url, name="projector"
            ) as base:
                await run_projector(base)
        except AWAY as error:
            heed_cancellation()
            log.warning("projector_waits", reason=type(error).__name__)
        await asyncio.sleep(RETRY_AFTER_S)


async def _wait_for_schema(database_url: str) -> None:
    """The server brings the database up to date; until then there is nothing to project into."""
    known = revisions()[-1]
    while (found := await current_revision(database_url)) != known:
        log.warning("projector_waits", reason=f"schema {found or 'none'}, not {known}")
        await asyncio.sleep(SCHEMA_AGAIN_AFTER_S)


async def _until_told(work: Coroutine[Any, Any, None], *, as_child: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ends = [work, stop.wait(), until_parent_ends()] if as_child else [work, stop.wait()]
    tasks = [asyncio.create_task(each) for each in ends]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    _, undead = await asyncio.wait(rest, timeout=END_WITHIN_S)
    if undead:
        log.error("does_not_end", tasks=[task.get_name() for task in undead])
        os._exit(1)  # the database keeps what is committed; waiting longer would leave an orphan
    for task in done:
        task.result()
