"""Prices of the past, as one-minute candles recorded them: looked up again, they are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ONE, divide

if TYPE_CHECKING:
    from asyncpg import Pool

# A close counts from when its minute is over: before that it was still to come. In an instrument's very first
# minute there is no other record than how it opened.
SELECT_CLOSES = """
select wanted.n, c.at, c.price
from unnest($1::int[], $2::text[], $3::timestamptz[]) wanted(n, instrument_id, at)
cross join lateral (
    (select start + interval '1 minute' as at, close as price, 1 as choice from market.candles_1m c
     where c.instrument_id = wanted.instrument_id and c.start <= wanted.at - interval '1 minute'
     order by c.start desc limit 1)
    union all
    (select start, open, 2 from market.candles_1m c
     where c.instrument_id = wanted.instrument_id and c.start <= wanted.at
       and c.start > wanted.at - interval '1 minute')
    order by choice limit 1
) c
"""

Between = Callable[[Asset, Asset], Sequence[InstrumentId]]
"""Instruments by base and quote asset, in the order in which they are asked for a price."""


class Rate(NamedTuple):
    """What one of an asset was worth in another, and who said so when."""

    value: Decimal
    at: datetime
    instrument_id: InstrumentId | None
    """None where an asset is measured in itself."""
    price: Decimal
    """The instrument's own price: the value, or where ``is_inverse`` one divided by it."""
    is_inverse: bool = False


class Wish(NamedTuple):
    """Which rate is wanted, as of when."""

    asset: Asset
    unit: Asset
    at: datetime


class _Candidate(NamedTuple):
    wish: int
    instrument_id: InstrumentId
    is_inverse: bool


def itself(at: datetime) -> Rate:
    """An asset in itself."""
    return Rate(ONE, at, None, ONE)


def turned(price: Decimal, at: datetime, instrument_id: InstrumentId) -> Rate:
    """The rate that a price gives to the quote asset: 28 digits of its inverse."""
    return Rate(divide(ONE, price), at, instrument_id, price, is_inverse=True)


class RecordedPrices:
    """Rates as of a moment, by the close of the newest minute that was over then.

    In an instrument's first minute it is the price that the minute opened at. Pairs are chosen as for the
    last prices: those that quote the asset in the unit come first, in order of their ids, then those the
    other way round. However old a close is, it is the last one known; its time says so.
    """

    def __init__(self, pool: Pool, between: Between) -> None:
        self._pool = pool
        self._between = between

    async def rates(self, wishes: Sequence[Wish]) -> list[Rate | None]:
        """The rate of each wish; None where nothing between its assets had a price by then."""
        candidates = [
            _Candidate(number, instrument_id, is_inverse)
            for number, wish in enumerate(wishes)
            if wish.asset != wish.unit
            for instrument_id, is_inverse in self._pairs(wish)
        ]
        found: dict[int, Rate] = {
            number: itself(wish.at) for number, wish in enumerate(wishes) if wish.asset == wish.unit
        }
        prices = await self._closes(candidates, wishes) if candidates else {}
        for number, candidate in enumerate(candidates):
            row = prices.get(number)
            if row is None or candidate.wish in found:
                continue
            at, price = row
            found[candidate.wish] = (
                turned(price, at, candidate.instrument_id)
                if candidate.is_inverse
                else Rate(price, at, candidate.instrument_id, price)
            )
        return [found.get(number) for number in range(len(wishes))]

    async def close(self, instrument_id: InstrumentId, at: datetime) -> tuple[datetime, Decimal] | None:
        """When the instrument's newest minute was over by then, and its close; None before its first."""
        row = await self._pool.fetchrow(SELECT_CLOSES, [0], [instrument_id], [at])
        return (row["at"], row["price"]) if row is not None and row["price"] else None

    def _pairs(self, wish: Wish) -> list[tuple[InstrumentId, bool]]:
        direct = [(each, False) for each in self._between(wish.asset, wish.unit)]
        return direct + [(each, True) for each in self._between(wish.unit, wish.asset)]

    async def _closes(
        self, candidates: Sequence[_Candidate], wishes: Sequence[Wish]
    ) -> dict[int, tuple[datetime, Decimal]]:
        """By number of the candidate: when its newest minute was over, and its close."""
        rows = await self._pool.fetch(
            SELECT_CLOSES,
            list(range(len(candidates))),
            [each.instrument_id for each in candidates],
            [wishes[each.wish].at for each in candidates],
        )
        return {n: (at, price) for n, at, price in rows if price}
