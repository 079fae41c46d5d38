"""A market that walks at random in virtual time."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from random import Random

from tests.support.market import BTC_USDT
from tradebook.kernel.clock import Clock
from tradebook.market.data import LiveMarketData
from tradebook.market.values import Aggressor, Quote, Trade

TICK = BTC_USDT.tick_size


class WalkingMarket(LiveMarketData):
    """Quotes around a price that moves a little with every event; now and then it jumps."""

    def __init__(self, clock: Clock, random: Random) -> None:
        super().__init__(clock)
        self.add_instruments([BTC_USDT])
        self._random = random
        self._price = Decimal("100.00")
        self._sequence = 0

    @property
    def price(self) -> Decimal:
        return self._price

    def step(self) -> None:
        """One quote and perhaps one trade."""
        reach = 200 if self._random.random() < 0.05 else 20
        self._price = max(self._price + self._random.randint(-reach, reach) * TICK, Decimal(50))
        spread = self._random.randint(1, 10) * TICK
        self.apply(
            Quote(
                instrument_id=BTC_USDT.instrument_id,
                bid=self._price - spread,
                bid_size=self._size(),
                ask=self._price + spread,
                ask_size=self._size(),
                at=self.now(),
                sequence=self._next(),
            )
        )
        sequence = self._next()
        self.apply(
            Trade(
                instrument_id=BTC_USDT.instrument_id,
                trade_id=str(sequence),
                price=self._price + self._random.choice((-1, 0, 1)) * spread,
                quantity=self._size(),
                aggressor=Aggressor.UNKNOWN,
                at=self.now(),
                sequence=sequence,
            )
        )

    async def run(self) -> None:
        """Walk without end."""
        while True:
            await asyncio.sleep(self._random.uniform(0.05, 0.8))
            self.step()

    def _size(self) -> Decimal:
        return Decimal(self._random.randint(1, 3000)) / 1000

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence
