"""Chores that keep a running book tidy: what will be needed is made in time, what is over is thrown away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError

EVERY_S = 30.0
"""Half a partition of the journal is room for more than a minute at its highest rate."""
CHORE_S_MAX = 60.0

Chore = Callable[[], Awaitable[None]]

log = structlog.get_logger("tradebook.housekeeping")


async def keep_house(chores: Mapping[str, Chore], clock: Clock) -> None:
    """Do every chore now and again every half minute, without end.

    One that fails or takes too long is logged and left to the next round; it never holds up the others.
    """
    while True:
        for name, chore in chores.items():
            try:
                async with asyncio.timeout(CHORE_S_MAX):
                    await chore()
            except (TradebookError, *DATABASE_ERRORS) as error:
                heed_cancellation()
                log.warning("chore_failed", chore=name, reason=type(error).__name__)
        await clock.sleep(EVERY_S)
