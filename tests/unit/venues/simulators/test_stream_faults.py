"""Faults of public streams come by the minute, not by the frame."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from tests.support.simulated_binance import HandClock

from tradebook.venues.simulators.binance import public as binance
from tradebook.venues.simulators.binance.streams import combined
from tradebook.venues.simulators.bybit import public as bybit
from tradebook.venues.simulators.faults import UNHARMED, SeededFaults
from tradebook.venues.simulators.hyperliquid import public as hyperliquid
from tradebook.venues.simulators.hyperliquid.sessions import said
from tradebook.venues.simulators.stream_faults import StreamFaults, by_prefix

TRADES, QUOTES = combined("btcusdt@trade", {}), combined("btcusdt@bookTicker", {})


def struck(seed: int, *, frames_per_second: int, seconds: int, per_minute: float = 2.0) -> list[int]:
    """At which seconds the stream of trades has a fault."""
    clock = HandClock()
    begin = clock.now()
    faults = StreamFaults(
        SeededFaults(seed, 1),
        by_prefix(binance.STREAM_NAME),
        seed=seed,
        per_minute=per_minute,
        clock=clock,
    )
    found = []
    for second in range(seconds):
        clock.at = begin + timedelta(seconds=second)
        if any(faults.of_frame(TRADES).fault for _ in range(frames_per_second)):
            found.append(second)
    return found


def test_a_busy_stream_breaks_as_often_as_a_quiet_one() -> None:
    quiet, busy = (struck(7, frames_per_second=n, seconds=3_600) for n in (1, 50))
    assert quiet == busy
    assert 80 <= len(quiet) <= 160, "two in each of sixty minutes"
    assert quiet != struck(8, frames_per_second=1, seconds=3_600)


def test_each_stream_has_its_own_and_other_frames_fare_as_before() -> None:
    clock = HandClock()
    begin = clock.now()
    stream_of = by_prefix(binance.STREAM_NAME)
    faults = StreamFaults(SeededFaults(1, 1), stream_of, seed=1, per_minute=1, clock=clock)
    assert faults.of_frame(TRADES) == faults.of_frame(QUOTES) == UNHARMED, "a stream begins well"
    assert faults.of_frame(b'{"subscriptionId":0,"event":{}}').fault is not None
    assert faults.refuses("/stream")
    clock.at = begin + timedelta(hours=1)
    assert faults.of_frame(TRADES).fault is not None
    assert faults.of_frame(QUOTES).fault is not None


def test_public_streams_may_have_none() -> None:
    assert struck(7, frames_per_second=1, seconds=600, per_minute=0) == []


@pytest.mark.parametrize(
    ("pattern", "public", "other"),
    [
        (binance.STREAM_NAME, TRADES, b'{"result":null,"id":1}'),
        (
            bybit.STREAM_NAME,
            msgspec.json.encode({"topic": "orderbook.50.BTCUSDT", "type": "delta"}),
            msgspec.json.encode({"topic": "execution", "data": []}),
        ),
        (hyperliquid.STREAM_NAME, said("trades", [{"coin": "BTC"}]), said("orderUpdates", [{"coin": "BTC"}])),
        (hyperliquid.STREAM_NAME, said("bbo", {"coin": "@3"}), said("pong", {})),
    ],
)
def test_public_frames_are_told_from_an_accounts(pattern: bytes, public: bytes, other: bytes) -> None:
    stream_of = by_prefix(pattern)
    assert stream_of(public)
    assert stream_of(other) is None
