"""What the benchmark of market data is fed with, and what it calls right."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from bench import bare_pipeline, market_books, market_decode
from bench.__main__ import _in_words
from bench.report import part
from bench.venue_frames import BEGIN, END, STAMP, SYMBOLS, VenueFrames, mark
from tests.support.vectors import VECTORS

from tradebook.market.values import Quote, Trade
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.messages.market import BookChange

RECORDED = json.loads((VECTORS / "exchange_wire/hummingbot/exchange_binance.json").read_text())["payloads"]
NO_MORE_ON_THE_WIRE = {"a", "b"}
"""Order ids of trades, which Binance has ended."""


class AnySymbol:
    """Lists everything."""

    def instrument_of(self, venue_symbol: str) -> Any:
        return venue_symbol


def frame_of(event: str) -> dict[str, Any]:
    """The first of the mixture that is of this event."""
    for frame in VenueFrames().mixed(1_000):
        data: dict[str, Any] = json.loads(frame)["data"]
        if data.get("e") == event:
            return data
    raise AssertionError(event)


@pytest.mark.parametrize("event", ["trade", "depthUpdate"])
def test_frames_have_the_fields_of_recorded_ones(event: str) -> None:
    recorded = next(each["payload"] for each in RECORDED if each["payload"].get("e") == event)
    gone = NO_MORE_ON_THE_WIRE if event == "trade" else set()
    assert set(frame_of(event)) == set(recorded) - gone


def test_the_same_seed_makes_the_same_frames() -> None:
    assert VenueFrames(3).mixed(500) == VenueFrames(3).mixed(500)
    assert VenueFrames(3).mixed(500) != VenueFrames(4).mixed(500)


def test_the_mixture_is_understood_to_the_last_frame() -> None:
    frames = PublicFrames(AnySymbol())
    kinds = [type(frames.decode(each, datetime.now(UTC))[0]) for each in VenueFrames().mixed(2_000)]
    assert {Quote, Trade, BookChange} == set(kinds)
    assert kinds.count(Quote) > 1_400


def test_a_stamped_quote_keeps_its_width() -> None:
    quotes = [each for each in VenueFrames().mixed(50, stamped=True) if b"bookTicker" in each]
    assert all(each.count(b'"u":%d' % STAMP) == 1 for each in quotes)


def test_books_are_those_of_a_naive_book() -> None:
    assert market_books.rate(VenueFrames(), 500) > 0


def test_the_bare_pipeline_keeps_the_newest() -> None:
    made, pipeline = VenueFrames(), bare_pipeline.BarePipeline()
    for each in (mark(BEGIN), *made.mixed(3_000), mark(END)):
        pipeline.take(each)
    assert {symbol for symbol, _ in pipeline.newest} == set(SYMBOLS)
    assert pipeline.ended.is_set()


def test_decoding_is_measured() -> None:
    assert market_decode.decode_rate(VenueFrames().mixed(100)) > 0


def test_parts_stand_below_the_figure() -> None:
    inner = part("inner", 2, "x/s", baseline_name="y", baseline=1)
    outer = part("outer", 4, "x/s", baseline_name="y", baseline=1, parts=[inner])
    assert _in_words(outer) == "outer: 4 x/s, ×4.0 of 1 (y)\n  inner: 2 x/s, ×2.0 of 1 (y)"
