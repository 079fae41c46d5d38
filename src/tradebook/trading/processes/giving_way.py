"""Process managers give way: they share an event loop with order entry, which must not wait long for them."""

from __future__ import annotations

import asyncio

SLICE_MAX = 16
"""Commands that a process manager decides at once: a millisecond or two during which nobody else runs."""
ROUND_MAX = 1_024
"""Commands that a process manager has on their way to the journal at a time."""


async def give_way() -> None:
    """Let the loop turn: whoever came meanwhile is served first."""
    await asyncio.sleep(0)
