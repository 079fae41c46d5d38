"""The simulated market looks like one: to whoever reads its events, for any seed, for as long as it runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.money import is_multiple
from tradebook.market.data import LiveMarketData
from tradebook.market.values import MarketEvent, Quote, Trade
from tradebook.venues.simulated.crowd import LEVELS, Crowd, crowds_of
from tradebook.venues.simulated.instruments import CHARACTERS, PERPETUALS, Character
from tradebook.venues.simulated.source import STEP_S

AT = datetime(2026, 1, 1, tzinfo=UTC)
SEEDS = (1, 2026)

each_character = pytest.mark.parametrize(
    "character", CHARACTERS, ids=lambda character: character.instrument.symbol
)
each_seed = pytest.mark.parametrize("seed", SEEDS)


def lived(character: Character, seed: int, *, steps: int, step_s: float) -> Iterator[list[MarketEvent]]:
    """The events of each step; the first are those of the beginning."""
    crowd, now = Crowd(character, seed), AT
    yield list(crowd.snapshot(now))
    for _ in range(steps):
        now += timedelta(seconds=step_s)
        yield list(crowd.step(step_s, now))


def test_a_seed_decides_everything() -> None:
    first, again, other = (list(lived(CHARACTERS[0], seed, steps=200, step_s=STEP_S)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_instruments_differ_in_price_and_liveliness() -> None:
    assert len({character.price for character in CHARACTERS}) == len(CHARACTERS) >= 4
    trades = [
        sum(
            isinstance(event, Trade)
            for events in lived(each, 1, steps=2_000, step_s=STEP_S)
            for event in events
        )
        for each in CHARACTERS
    ]
    assert trades == sorted(trades, reverse=True)


@each_seed
@each_character
def test_ten_minutes_look_like_a_market(character: Character, seed: int) -> None:
    instrument = character.instrument
    market = LiveMarketData(SystemClock())
    market.follow_tape(AT)
    spreads: list[float] = []
    trades: list[Trade] = []
    for events in lived(character, seed, steps=round(600 / STEP_S), step_s=STEP_S):
        for event in events:
            market.apply(event)
            if isinstance(event, Trade):
                trades.append(event)
        quote = market.quote(instrument.instrument_id)
        assert quote is not None
        bids, asks = market.depth(instrument.instrument_id, 2 * LEVELS)
        assert bids[0].price < asks[0].price
        assert (bids[0].price, asks[0].price) == (quote.bid, quote.ask)
        assert len(bids) == len(asks) == LEVELS
        assert all(is_multiple(level.price, instrument.tick_size) for level in (*bids, *asks))
        mid = float(quote.bid + quote.ask) / 2
        spreads.append(float(quote.ask - quote.bid) / mid * 10_000)
    tick_bps = float(instrument.tick_size / character.price) * 10_000
    assert statistics.median(spreads) == pytest.approx(character.spread_bps, abs=0.4 * character.spread_bps)
    assert max(spreads) < 5 * max(character.spread_bps, tick_bps)
    assert len(trades) / 600 == pytest.approx(character.trades_per_s, rel=0.6)
    values = [float(trade.price * trade.quantity) for trade in trades]
    assert statistics.median(values) == pytest.approx(character.trade_value, rel=0.4)
    assert max(values) > 3 * statistics.median(values)
    assert {trade.aggressor.value for trade in trades} == {"buy", "sell"}
    for side in (bids, asks):
        worth = float(sum(level.price * level.size for level in side))
        assert 20 * character.trade_value < worth < 500 * character.trade_value


@each_seed
@each_character
def test_a_day_neither_dies_nor_explodes(character: Character, seed: int) -> None:
    """Half a minute a step: the value and the volatility do not depend on how time is cut."""
    crowd, now, mids = Crowd(character, seed), AT, list[float]()
    list(crowd.snapshot(now))
    for _ in range(2_880):
        now += timedelta(seconds=30)
        mids += [
            float(event.bid + event.ask) / 2 for event in crowd.step(30, now) if isinstance(event, Quote)
        ][-1:]
    assert len(mids) > 2_000
    returns = [math.log(after / before) for before, after in pairwise(mids)]
    volatility = math.sqrt(sum(each * each for each in returns))
    assert volatility == pytest.approx(character.volatility_per_day, rel=0.4)
    start = float(character.price)
    bound = math.exp(4.5 * character.volatility_per_day)
    assert start / bound < min(mids) < max(mids) < start * bound
    calm, wild = (quantile * math.sqrt(len(returns)) for quantile in _spread_of(returns))
    assert calm < character.volatility_per_day < wild


def _spread_of(returns: list[float]) -> tuple[float, float]:
    """The volatility of the calmest and the wildest half hour."""
    halves = [returns[n : n + 60] for n in range(0, len(returns) - 60, 60)]
    volatilities = [math.sqrt(statistics.fmean(each * each for each in half)) for half in halves]
    return min(volatilities), max(volatilities)


def test_a_long_run_keeps_no_more_orders_than_a_short_one() -> None:
    crowd, now, sizes = Crowd(CHARACTERS[2], 1), AT, list[int]()
    for _ in range(8_000):
        now += timedelta(seconds=1)
        list(crowd.step(1, now))
        sizes.append(len(crowd._book))
    assert max(sizes[4_000:]) <= 1.5 * max(sizes[:4_000]) < 300


def test_a_perpetual_stays_near_what_it_is_a_bet_on() -> None:
    spot, perpetual = crowds_of([CHARACTERS[0], PERPETUALS[0]], 7)
    market, now = LiveMarketData(SystemClock()), AT
    apart: list[float] = []
    for step in range(2_000):
        now += timedelta(seconds=STEP_S)
        for crowd in (spot, perpetual):
            for event in crowd.snapshot(now) if step == 0 else crowd.step(STEP_S, now):
                market.apply(event)
        quotes = [market.quote(each.instrument.instrument_id) for each in (spot, perpetual)]
        mids = [float(quote.bid + quote.ask) / 2 for quote in quotes if quote is not None]
        apart.append(abs(mids[1] / mids[0] - 1))
    assert max(apart) < 0.003
    assert statistics.fmean(apart) > 0.00001
