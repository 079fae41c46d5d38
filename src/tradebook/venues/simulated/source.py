"""The simulated market as a source of market events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulated.crowd import crowds_of
from tradebook.venues.simulated.instruments import CHARACTERS, Character

STEP_S = 0.25
"""How often each instrument lives on. Human eyes and paper orders need no more."""


class SimulatedMarket:
    """Implements ``MarketSource``; the same seed and clock give the same market."""

    def __init__(
        self, clock: Clock, *, seed: int, run_id: str, characters: Sequence[Character] = CHARACTERS
    ) -> None:
        self.run_id = run_id
        self._clock = clock
        self._crowds = crowds_of(characters, seed)

    def instruments(self) -> Sequence[Instrument]:
        """What is traded here."""
        return [crowd.instrument for crowd in self._crowds]

    async def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        """Without end; instruments take turns, so that the work is spread evenly."""
        now = self._clock.now()
        yield [event for crowd in self._crowds for event in crowd.snapshot(now)]
        pause_s = STEP_S / len(self._crowds)
        while True:
            for crowd in self._crowds:
                await self._clock.sleep(pause_s)
                yield list(crowd.step(STEP_S, self._clock.now()))
