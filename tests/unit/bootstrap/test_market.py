"""The market as a part that must always run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from tradebook.bootstrap.market import run_always
from tradebook.kernel.clock import SystemClock
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed
from tradebook.market.values import Instrument, MarketEvent


class Source:
    """Ends at once, as told."""

    run_id = "run"

    def __init__(self, defect: Exception | None = None) -> None:
        self._defect = defect

    def instruments(self) -> Sequence[Instrument]:
        return ()

    async def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        yield ()
        if self._defect is not None:
            raise self._defect


def feed(defect: Exception | None = None) -> Feed:
    return Feed(Source(defect), LiveMarketData(SystemClock()), sinks=[])


async def test_a_market_that_has_a_defect_is_a_part_that_ended() -> None:
    async with asyncio.timeout(5):
        with pytest.raises(KeyError):
            await run_always(feed(KeyError("x")))


async def test_the_end_of_a_tape_is_not_the_end_of_a_part() -> None:
    running = asyncio.create_task(run_always(feed()))
    await asyncio.wait([running], timeout=0.05)
    assert not running.done()
    running.cancel()
