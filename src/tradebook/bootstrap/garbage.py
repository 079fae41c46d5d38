"""Garbage collection that no order waits for.

Nearly everything is freed by its reference count; the collector only looks for cycles, and looking through a
book of a million open orders takes a third of a second. So it looks at what is young, often and briefly, and
what has stayed is set apart for good: a cycle among old objects is then never freed, and we make none.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator

from tradebook.infra.metrics import GARBAGE_PAUSES

YOUNG_OBJECTS = 10_000
"""Looking through so many takes a fraction of a millisecond."""
YOUNG_ROUNDS = 10
"""After so many rounds their survivors are looked at once more: a few milliseconds."""
NEVER = 1_000_000_000
SET_APART_EVERY_S = 1.0


def settle() -> None:
    """What is here now stays; from now on look at what comes after, and measure how long that takes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_ROUNDS, NEVER)
    gc.callbacks.append(GARBAGE_PAUSES)


async def set_apart() -> None:
    """Set apart what has survived, without end."""
    while True:
        await asyncio.sleep(SET_APART_EVERY_S)
        gc.collect(1)
        gc.freeze()


@contextlib.asynccontextmanager
async def kept_apart() -> AsyncIterator[None]:
    """Settle, and set apart until the end of the block."""
    settle()
    setting_apart = asyncio.create_task(set_apart())
    try:
        yield
    finally:
        setting_apart.cancel()
