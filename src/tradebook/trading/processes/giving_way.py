"""Process managers give way: they share an event loop with order entry, which must not wait for them."""

from __future__ import annotations

import asyncio

BATCH_MAX = 32
"""Commands that a process manager decides at once: a millisecond or two during which nobody else runs."""
REST_FACTOR = 4
REST_S_MAX = 0.04
"""However busy the loop is, process managers come to their turn this soon: they lag, and never starve."""
_BUSY_S = 0.001


async def give_way() -> None:
    """Let the loop turn; when that showed it to be busy, rest for a few times as long."""
    loop = asyncio.get_running_loop()
    began = loop.time()  # the loop's time, which a simulation owns
    await asyncio.sleep(0)
    turn_s = loop.time() - began
    if turn_s > _BUSY_S:
        await asyncio.sleep(min(REST_FACTOR * turn_s, REST_S_MAX))
