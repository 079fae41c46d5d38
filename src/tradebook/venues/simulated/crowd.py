"""The crowd of one instrument: providers around a wandering value, and takers who come in bursts.

The value follows a random walk whose volatility itself drifts; takers excite each other (a Hawkes process
with an exponential kernel), which gives the clustered trading that real tapes show. Floats are fine here:
this makes up a market, it keeps no books.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO, round_down, round_half_even
from tradebook.market.values import Aggressor, BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.matching.order_book import BookSide, OrderBook
from tradebook.venues.simulated.instruments import Character

LEVELS = 20
"""Levels that the crowd keeps on each side, and that are published."""
SECONDS_PER_DAY = 86_400
EXCITATION = 0.55
"""Trades that a trade sets off on average; below one, or the market would never rest."""
CALMING_PER_S = 1.2
VOLATILITY_RETURNS_PER_S = 0.002
"""How fast volatility forgets that it was high or low: half of it in six minutes."""
VOLATILITY_OF_VOLATILITY = 0.47
"""Standard deviation of its logarithm; its square is taken off, so that a day varies as it should."""
BASIS, BASIS_RETURNS_PER_S = 0.0003, 0.01
"""How far a perpetual's price is from that of what it is a bet on, as a standard deviation, and how fast it
comes back."""
REACH = 60
"""Half spreads from the value to the last order that anybody keeps."""


class Crowd:
    """Deterministic for a seed and the sequence of steps."""

    def __init__(self, character: Character, seed: int, *, underlying: Crowd | None = None) -> None:
        """``underlying``: the crowd of what it is a bet on, which lives through each step first."""
        self.character = character
        self._underlying = underlying
        self._basis = 0.0
        self.instrument = character.instrument
        self._chance = random.Random(f"{seed}:{self.instrument.instrument_id}")  # nosec B311  # a market, not a secret
        self._book = OrderBook()
        self._value = float(character.price)
        self._log_volatility = 0.0
        self._excitement = 0.0
        self._sequence = 0
        self._orders = 0
        self._published: dict[BookSide, dict[Decimal, Decimal]] = {BookSide.BID: {}, BookSide.ASK: {}}

    def step(self, seconds: float, now: datetime) -> Iterator[MarketEvent]:
        """Live through ``seconds``: the value moves, providers adjust, takers trade."""
        self._wander(seconds)
        self._provide()
        yield from self._take(seconds, now)
        self._provide()
        yield from self._publish(now)

    def snapshot(self, now: datetime) -> Iterator[MarketEvent]:
        """The whole visible book and a first trade, to begin with."""
        self._provide()
        yield from self._publish(now, whole=True)
        yield from self._trade(BookSide.BID, now)

    def _wander(self, seconds: float) -> None:
        gauss = self._chance.gauss
        if self._underlying is not None:
            back = math.exp(-BASIS_RETURNS_PER_S * seconds)
            self._basis = back * self._basis + BASIS * math.sqrt(1 - back * back) * gauss(0, 1)
            self._value = self._underlying._value * (1 + self._basis)
            return
        back = math.exp(-VOLATILITY_RETURNS_PER_S * seconds)
        shock = VOLATILITY_OF_VOLATILITY * math.sqrt(1 - back * back)
        self._log_volatility = back * self._log_volatility + shock * gauss(0, 1)
        share_of_day = math.sqrt(seconds / SECONDS_PER_DAY)
        excess = self._log_volatility - VOLATILITY_OF_VOLATILITY**2
        volatility = self.character.volatility_per_day * math.exp(excess)
        self._value *= math.exp(volatility * share_of_day * gauss(0, 1))

    def _provide(self) -> None:
        """Cancel what the value has overtaken or left far behind, and refill each side to its levels."""
        half = self._value * self.character.spread_bps / 20_000
        for side, sign in ((BookSide.BID, -1), (BookSide.ASK, 1)):
            edge = self._value + sign * half
            for level in self._book.depth(side, len(self._book)):
                beyond = (float(level.price) - edge) * sign
                if beyond < -half or beyond > REACH * half:
                    self._withdraw(side, level.price)
            missing = LEVELS - len(self._book.depth(side, LEVELS))
            for n in range(missing):
                distance = half * (0.1 + self._chance.expovariate(0.18) if n else 0.0)
                self._offer(side, edge + sign * distance, thickness=1 + 0.1 * distance / half)
            best = self._book.best(side)
            if best is not None and (float(best) - edge) * sign > half:
                self._offer(side, edge)

    def _withdraw(self, side: BookSide, price: Decimal) -> None:
        for key in self._book.keys_at(side, price):
            self._book.cancel(key)

    def _offer(self, side: BookSide, price: float, *, thickness: float = 1.0) -> None:
        """Offer at a price, or at the next one outward where nobody does: levels would grow without end."""
        quantity = self._quantity(3.0 * thickness)
        outward = -self.instrument.tick_size if side is BookSide.BID else self.instrument.tick_size
        rounded = round_half_even(Decimal(repr(price)), self.instrument.tick_size)
        opposite = self._book.best(side.other)
        if opposite is not None and (rounded >= opposite if side is BookSide.BID else rounded <= opposite):
            rounded = opposite + outward
        while self._book.size_at(side, rounded):
            rounded += outward
        if rounded > 0 and quantity > 0:
            self._orders += 1
            self._book.place(f"m{self._orders}", side, quantity, rounded)

    def _quantity(self, times: float) -> Decimal:
        value = self.character.trade_value * times * math.exp(self._chance.gauss(0, 1.1))
        value = max(value, 1.1 * float(self.instrument.min_notional))
        return round_down(Decimal(repr(value / self._value)), self.instrument.lot_size)

    def _take(self, seconds: float, now: datetime) -> Iterator[MarketEvent]:
        base = self.character.trades_per_s * (1 - EXCITATION)
        self._excitement *= math.exp(-CALMING_PER_S * seconds)
        expected = (base + self._excitement) * seconds
        side = BookSide.BID if self._chance.random() < 0.5 else BookSide.ASK
        while expected > 0 and self._chance.random() < expected:
            expected -= 1
            self._excitement += EXCITATION * CALMING_PER_S
            yield from self._trade(side, now)
            if self._chance.random() < 0.3:
                side = side.other

    def _trade(self, side: BookSide, now: datetime) -> Iterator[MarketEvent]:
        self._orders += 1
        aggressor = Aggressor.BUY if side is BookSide.BID else Aggressor.SELL
        for fill in self._book.match(f"t{self._orders}", side, self._quantity(1.0), None):
            self._sequence += 1
            yield Trade(
                instrument_id=self.instrument.instrument_id,
                trade_id=str(self._sequence),
                price=fill.price,
                quantity=fill.quantity,
                aggressor=aggressor,
                at=now,
                sequence=self._sequence,
            )

    def _publish(self, now: datetime, *, whole: bool = False) -> Iterator[MarketEvent]:
        """What changed in the visible book, then the quote if it changed."""
        changed: dict[BookSide, tuple[Level, ...]] = {}
        before = {side: self._best_of(side) for side in BookSide}
        for side in BookSide:
            known = self._published[side]
            visible = {level.price: level.size for level in self._book.depth(side, LEVELS)}
            gone = [Level(price=price, size=ZERO) for price in known if price not in visible]
            new = [Level(price=p, size=s) for p, s in visible.items() if known.get(p) != s]
            changed[side] = (*gone, *new)
            self._published[side] = visible
        if not any(changed.values()):
            return
        self._sequence += 1
        yield BookUpdate(
            instrument_id=self.instrument.instrument_id,
            bids=changed[BookSide.BID],
            asks=changed[BookSide.ASK],
            is_snapshot=whole,
            at=now,
            sequence=self._sequence,
        )
        if before != {side: self._best_of(side) for side in BookSide}:
            yield self._quote(now)

    def _best_of(self, side: BookSide) -> tuple[Decimal, Decimal] | None:
        known = self._published[side]
        if not known:
            return None
        price = max(known) if side is BookSide.BID else min(known)
        return price, known[price]

    def _quote(self, now: datetime) -> Quote:
        bid, ask = self._book.depth(BookSide.BID, 1)[0], self._book.depth(BookSide.ASK, 1)[0]
        self._sequence += 1
        return Quote(
            instrument_id=self.instrument.instrument_id,
            bid=bid.price,
            bid_size=bid.size,
            ask=ask.price,
            ask_size=ask.size,
            at=now,
            sequence=self._sequence,
        )


def crowds_of(characters: Iterable[Character], seed: int) -> list[Crowd]:
    """A crowd for each, in that order; who follows another comes after it."""
    crowds: dict[InstrumentId, Crowd] = {}
    for each in characters:
        underlying = None if each.follows is None else crowds.get(each.follows)
        crowds[each.instrument.instrument_id] = Crowd(each, seed, underlying=underlying)
    return list(crowds.values())
