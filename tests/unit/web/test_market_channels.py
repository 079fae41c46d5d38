from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.web import principal

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Candle,
    Instrument,
    Interval,
    Level,
    MarketEvent,
    Quote,
    Trade,
)
from tradebook.web import conflation, market_channels
from tradebook.web.channels import parse_channel
from tradebook.web.market_channels import MarketChannels

BTC = InstrumentId("BTC-USDT.SIM")
START = datetime(2026, 1, 1, tzinfo=UTC)

INSTRUMENT = Instrument(
    instrument_id=BTC,
    symbol="BTC/USDT",
    venue="SIM",
    base_asset=Asset("BTC"),
    quote_asset=Asset("USDT"),
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.001"),
)


class Watched:
    """A hub that takes down what is published to the channels that someone watches."""

    def __init__(self, *channels: str) -> None:
        self.channels = channels
        self.published: list[tuple[str, int, Any]] = []

    def is_watched(self, channel: str) -> bool:
        return channel in self.channels

    def publish_latest(self, channel: str, sequence: int, data: bytes) -> None:
        self.published.append((channel, sequence, msgspec.json.decode(data)))


class Market:
    """A market with its channels."""

    def __init__(self) -> None:
        self.data = LiveMarketData(SystemClock())
        self.data.add_instruments([INSTRUMENT])
        self.channels = MarketChannels(market=self.data, candles=self.newest_candles)

    def tell(self, event: MarketEvent) -> None:
        """As the feed does."""
        self.data.apply(event)
        self.channels.take([event])

    async def newest_candles(self, _: InstrumentId, interval: Interval, count: int) -> Sequence[Candle]:
        return [a_candle(interval)] * min(count, 2)

    def watched_by(self, *channels: str) -> Watched:
        hub: Any = Watched(*channels)
        self.channels.start(hub)
        return hub  # type: ignore[no-any-return]  # stands in for the hub

    async def snapshot(self, channel: str) -> tuple[int, Any]:
        parsed = parse_channel(channel)
        snapshot = await self.channels.snapshots()[parsed.kind](principal(), parsed)
        return snapshot.position, msgspec.json.decode(snapshot.data)


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rests does so for a moment only."""
    monkeypatch.setattr(conflation, "EVERY_S", 0.01)


def a_quote(bid: str, sequence: int = 1) -> Quote:
    return Quote(
        instrument_id=BTC,
        bid=Decimal(bid),
        bid_size=Decimal("1.50"),
        ask=Decimal(101),
        ask_size=Decimal(2),
        at=START + timedelta(seconds=sequence),
        sequence=sequence,
    )


def a_trade(sequence: int = 1) -> Trade:
    return Trade(
        instrument_id=BTC,
        trade_id="t1",
        price=Decimal("100.50"),
        quantity=Decimal("0.010"),
        aggressor=Aggressor.BUY,
        at=START + timedelta(seconds=sequence),
        sequence=sequence,
    )


def a_candle(interval: Interval = Interval.M1) -> Candle:
    price = Decimal("100.10")
    return Candle(
        instrument_id=BTC,
        interval=interval,
        start=START,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=Decimal(1),
        trade_count=1,
    )


async def test_a_watched_quote_is_published_with_plain_decimals(market: Market) -> None:
    hub = market.watched_by("quotes:BTC-USDT.SIM")
    market.tell(a_quote("99.50"))
    market.tell(a_trade(2))
    [(channel, _, document)] = hub.published
    assert channel == "quotes:BTC-USDT.SIM"
    assert (document["bid"], document["bid_size"], document["sequence"]) == ("99.5", "1.5", "1")


async def test_of_many_quotes_the_first_and_then_the_newest_are_published(market: Market, soon: None) -> None:
    hub = market.watched_by("quotes:BTC-USDT.SIM")
    for sequence in range(1, 6):
        market.tell(a_quote("99.50", sequence))
    await asyncio.sleep(0.05)
    assert [document["sequence"] for _, _, document in hub.published] == ["1", "5"]


async def test_prints_are_published_together_to_those_who_watch_the_tape(market: Market, soon: None) -> None:
    hub = market.watched_by("trades:BTC-USDT.SIM")
    for sequence in range(1, 4):
        market.tell(a_trade(sequence))
    await asyncio.sleep(0.05)
    told = [[each["sequence"] for each in documents] for _, _, documents in hub.published]
    assert told == [["1"], ["2", "3"]]
    [document] = hub.published[0][2]
    assert (document["price"], document["quantity"], document["aggressor"]) == ("100.5", "0.01", "buy")


async def test_of_a_flood_of_prints_the_newest_are_published(
    market: Market, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_channels, "PRINTS_MAX", 2)
    hub = market.watched_by("trades:BTC-USDT.SIM")
    for sequence in range(1, 6):
        market.tell(a_trade(sequence))
    await asyncio.sleep(0.05)
    assert [each["sequence"] for each in hub.published[-1][2]] == ["4", "5"]


async def test_a_change_after_a_snapshot_has_a_higher_sequence(market: Market, soon: None) -> None:
    hub = market.watched_by("quotes:BTC-USDT.SIM")
    market.tell(a_quote("99", 1))
    position, document = await market.snapshot("quotes:BTC-USDT.SIM")
    market.tell(a_quote("98", 2))
    await asyncio.sleep(0.05)
    assert document["bid"] == "99"
    assert [sequence for _, sequence, _ in hub.published] == [position, position + 1]


async def test_a_book_is_published_as_it_is_by_then(market: Market, soon: None) -> None:
    hub = market.watched_by("depth:BTC-USDT.SIM")
    for size in range(1, 6):
        bids = (Level(price=Decimal("99.5"), size=Decimal(size)),)
        market.tell(
            BookUpdate(instrument_id=BTC, bids=bids, asks=(), is_snapshot=size == 1, at=START, sequence=size)
        )
    await asyncio.sleep(0.05)
    assert [document["bids"] for _, _, document in hub.published] == [[["99.5", "1"]], [["99.5", "5"]]]


async def test_a_grown_minute_is_published_and_the_hour_follows(
    market: Market, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_channels, "DERIVED_EVERY_S", 0.03)
    hub = market.watched_by("candles:BTC-USDT.SIM:1m", "candles:BTC-USDT.SIM:1h")
    for _ in range(3):
        market.channels.publish_candle(a_candle())
    await asyncio.sleep(0.05)
    published = [channel for channel, _, _ in hub.published]
    assert published == ["candles:BTC-USDT.SIM:1m"] * 2 + ["candles:BTC-USDT.SIM:1h"]
    assert hub.published[-1][2]["close"] == "100.1"


async def test_candles_that_cannot_be_read_are_left_out(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_channels, "DERIVED_EVERY_S", 0.001)

    async def away(*_: object) -> Sequence[Candle]:
        raise ConnectionRefusedError

    channels = MarketChannels(market=market.data, candles=away)
    hub: Any = Watched("candles:BTC-USDT.SIM:1h")
    channels.start(hub)
    for _ in range(2):
        channels.publish_candle(a_candle())
        await asyncio.sleep(0.02)
    assert hub.published == []


async def test_snapshots_show_what_there_is_and_nothing_where_there_is_nothing(market: Market) -> None:
    assert (await market.snapshot("quotes:BTC-USDT.SIM"))[1] is None
    assert (await market.snapshot("trades:BTC-USDT.SIM"))[1] == []
    assert (await market.snapshot("depth:BTC-USDT.SIM"))[1]["bids"] == []
    assert len((await market.snapshot("candles:BTC-USDT.SIM:1h"))[1]["items"]) == 2
    with pytest.raises(NotFound):
        await market.snapshot("quotes:NOTHING.SIM")


async def test_after_stop_nothing_is_published(market: Market) -> None:
    hub = market.watched_by("quotes:BTC-USDT.SIM", "candles:BTC-USDT.SIM:1h")
    market.channels.publish_candle(a_candle())
    market.channels.stop()
    market.tell(a_quote("99"))
    await asyncio.sleep(0)
    assert hub.published == []
