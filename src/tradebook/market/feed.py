"""Runs a source: every event reaches the market's picture first, then those who keep or show it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from tradebook.kernel.errors import InvalidInput
from tradebook.market.data import LiveMarketData
from tradebook.market.ports import MarketSource
from tradebook.market.values import MarketEvent

log = structlog.get_logger("tradebook.market")

APPLY_AT_ONCE = 200
"""Events between two turns of the loop, so that orders are not kept waiting."""


class Sink(Protocol):
    """Follows the market at its own pace: takes events without waiting and bounds what it keeps."""

    def take(self, events: Sequence[MarketEvent]) -> None:
        """Note the events; must not block."""
        ...


class Feed:
    """One source into one picture."""

    def __init__(
        self,
        source: MarketSource,
        market: LiveMarketData,
        sinks: Sequence[Sink],
        *,
        keep_step: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``keep_step`` is awaited before and after every event, by a tape that must not run ahead."""
        self._source = source
        self._market = market
        self._sinks = sinks
        self._keep_step = keep_step
        self._failure = ""

    @property
    def problem(self) -> str:
        """What is wrong with the source or with those who follow it; nothing when all is well."""
        return self._failure or self._market.failures.problem

    async def run(self) -> None:
        """Until the source is exhausted, or can be read no further. Raises what is a defect of the source."""
        try:
            async for batch in self._source.events():
                for start in range(0, len(batch), APPLY_AT_ONCE):
                    part = batch[start : start + APPLY_AT_ONCE]
                    await self._apply(part)
                    self._tell(part)
                    await asyncio.sleep(0)
        except InvalidInput:
            self._failure = "the source can be read no further; the log says why"
            log.exception("market_source_failed", run_id=self._source.run_id)
        else:
            log.info("market_source_ended", run_id=self._source.run_id)

    def _tell(self, events: Sequence[MarketEvent]) -> None:
        for sink in self._sinks:
            try:
                sink.take(events)
            except Exception:  # noqa: BLE001  # whatever it is, the market goes on
                self._market.failures.note(sink.take)

    async def _apply(self, events: Sequence[MarketEvent]) -> None:
        if self._keep_step is None:
            for event in events:
                self._market.apply(event)
            return
        await self._keep_step()
        for event in events:
            self._market.apply(event)
            await self._keep_step()
