"""The market's picture, candles, tapes and their player."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.support.vectors import TAPES

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import InstrumentId
from tradebook.market.candles import CandleBuilder, derive
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed
from tradebook.market.replay.pairs import pair_of
from tradebook.market.replay.player import TapePlayer
from tradebook.market.replay.tape import read_tape
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Candle,
    Instrument,
    Interval,
    Level,
    MarketEvent,
    MarketStream,
    Quote,
    Trade,
)

BTC = InstrumentId("BTC-USDT.SIM")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def trade(price: str, *, after_s: float = 0, quantity: str = "1", sequence: int = 1) -> Trade:
    return Trade(
        instrument_id=BTC,
        trade_id=str(sequence),
        price=Decimal(price),
        quantity=Decimal(quantity),
        aggressor=Aggressor.BUY,
        at=AT + timedelta(seconds=after_s),
        sequence=sequence,
    )


def level(price: str, size: str) -> Level:
    return Level(price=Decimal(price), size=Decimal(size))


def test_a_snapshot_replaces_the_book_and_a_zero_removes_a_level() -> None:
    market = LiveMarketData(SystemClock())
    bids, asks = (level("99", "1"), level("98", "2")), (level("101", "1"),)
    whole = BookUpdate(instrument_id=BTC, bids=bids, asks=asks, is_snapshot=True, at=AT, sequence=1)
    market.apply(whole)
    change = BookUpdate(
        instrument_id=BTC,
        bids=(level("99", "0"),),
        asks=(level("100", "3"),),
        is_snapshot=False,
        at=AT,
        sequence=2,
    )
    market.apply(change)
    assert market.depth(BTC) == ([level("98", "2")], [level("100", "3"), level("101", "1")])


def test_without_a_book_the_quote_is_the_depth() -> None:
    market = LiveMarketData(SystemClock())
    assert market.depth(BTC) == ((), ())
    market.apply(
        Quote(
            instrument_id=BTC,
            bid=Decimal(99),
            bid_size=Decimal(1),
            ask=Decimal(101),
            ask_size=Decimal(2),
            at=AT,
            sequence=1,
        )
    )
    assert market.depth(BTC) == ([level("99", "1")], [level("101", "2")])


def quote(bid: str, ask: str, *, after_s: float, sequence: int) -> Quote:
    return Quote(
        instrument_id=BTC,
        bid=Decimal(bid),
        bid_size=Decimal(5),
        ask=Decimal(ask),
        ask_size=Decimal(6),
        at=AT + timedelta(seconds=after_s),
        sequence=sequence,
    )


@pytest.fixture
def market_with_book() -> LiveMarketData:
    market = LiveMarketData(SystemClock())
    bids, asks = (level("99", "1"), level("98", "2")), (level("101", "1"), level("102", "2"))
    market.apply(BookUpdate(instrument_id=BTC, bids=bids, asks=asks, is_snapshot=True, at=AT, sequence=10))
    return market


def test_a_newer_quote_stands_on_top_of_the_book(market_with_book: LiveMarketData) -> None:
    market_with_book.apply(quote("98.5", "101", after_s=1, sequence=11))
    assert market_with_book.depth(BTC) == (
        [level("98.5", "5"), level("98", "2")],
        [level("101", "6"), level("102", "2")],
    )
    assert market_with_book.depth(BTC, 1) == ([level("98.5", "5")], [level("101", "6")])


def test_an_older_quote_says_nothing_where_the_book_does(market_with_book: LiveMarketData) -> None:
    market_with_book.apply(quote("90", "110", after_s=0, sequence=9))
    assert market_with_book.depth(BTC, 1) == ([level("99", "1")], [level("101", "1")])
    gone = (level("101", "0"), level("102", "0"))
    market_with_book.apply(
        BookUpdate(instrument_id=BTC, bids=(), asks=gone, is_snapshot=False, at=AT, sequence=12)
    )
    assert market_with_book.depth(BTC, 1) == ([level("99", "1")], [level("110", "6")])


def test_a_book_that_fell_silent_long_before_the_quote_is_not_believed(
    market_with_book: LiveMarketData,
) -> None:
    market_with_book.apply(quote("50", "51", after_s=61, sequence=11))
    assert market_with_book.depth(BTC) == ([level("50", "5")], [level("51", "6")])


def test_a_feed_that_is_silent_for_a_minute_is_stale() -> None:
    market = LiveMarketData(SystemClock())
    market.follow_tape(AT)
    assert market.is_stale(BTC)
    market.apply(trade("100"))
    assert not market.is_stale(BTC)
    market.follow_tape(AT + timedelta(seconds=61))
    assert market.is_stale(BTC)
    assert market.silence_s() == 61


def test_each_stream_of_an_instrument_falls_silent_by_itself() -> None:
    market = LiveMarketData(SystemClock())
    market.follow_tape(AT)
    market.apply(trade("100"))
    market.apply(quote("99", "101", after_s=61, sequence=2))
    assert market.ages_s(BTC) == {MarketStream.TRADES: 61, MarketStream.QUOTES: 0}
    assert not market.is_stale(BTC)


def test_listeners_hear_until_they_stop() -> None:
    market, heard = LiveMarketData(SystemClock()), list[MarketEvent]()
    stop = market.subscribe(heard.append)
    market.apply(trade("100"))
    stop()
    market.apply(trade("101"))
    assert [event.price for event in heard if isinstance(event, Trade)] == [Decimal(100)]


def test_minutes_without_a_trade_have_no_candle_and_late_trades_still_count() -> None:
    builder, minutes = CandleBuilder(), dict[datetime, Candle]()
    for each in (
        trade("100"),
        trade("105", after_s=59),
        trade("90", after_s=130),
        trade("95", after_s=30),
        trade("1", after_s=600),
        trade("7", after_s=1),
    ):
        candle = builder.add(each)
        if candle is not None:
            minutes[candle.start] = candle
    first = minutes[AT]
    assert [int(v) for v in (first.open, first.high, first.low, first.close, first.trade_count)] == [
        100,
        105,
        95,
        95,
        3,
    ]
    assert len(minutes) == 3


def test_longer_candles_are_derived_from_minutes() -> None:
    builder = CandleBuilder()
    minutes = [c for n in range(6) if (c := builder.add(trade(str(100 + n), after_s=60 * n))) is not None]
    five, next_five = derive(minutes, Interval.M5)
    assert [int(v) for v in (five.open, five.high, five.low, five.close, five.volume)] == [
        100,
        104,
        100,
        104,
        5,
    ]
    assert next_five.start == AT + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("btcusdt-trades", ("BTC", "USDT")),
        ("XRP_ETH-trades", ("XRP", "ETH")),
        ("btc-perp-20211231-20220201_1m", ("BTC", "USD")),
        ("AAPL_daily", ("AAPL", "USD")),
        ("EURUSD", ("EUR", "USD")),
    ],
)
def test_a_file_is_about_what_its_name_says(name: str, pair: tuple[str, str]) -> None:
    assert pair_of(name) == pair


TRADES = "timestamp,trade_id,price,quantity,buyer_maker\n"


def test_the_tape_is_merged_by_time_quotes_first_and_sizes_are_cut_to_the_lot(tmp_path: Path) -> None:
    trades = tmp_path / "btcusdt-trades.csv"
    trades.write_text(
        TRADES
        + "2021-01-08T00:00:02Z,10,100.00,0.00031099999999999997,True\n"
        + "2021-01-08T00:00:01Z,9,100.00,0.5,False\n"
    )
    quotes = tmp_path / "btcusdt-quotes.csv"
    quotes.write_text(
        "timestamp,symbol,ask_size,ask,bid_size,bid\n2021-01-08T00:00:01Z,BTC/USDT,1,101,1,99\n"
    )
    tape = read_tape(f"{trades},{quotes}")
    assert [type(event).__name__ for event in tape.events()] == ["Quote", "Trade", "Trade"]
    *_, last = tape.events()
    assert isinstance(last, Trade)
    assert (last.quantity, last.aggressor) == (Decimal("0.000311"), Aggressor.SELL)
    assert tape.instruments[0].instrument_id == "BTC-USDT.REPLAY"


def test_bars_become_four_prints_through_the_nearer_extreme_first(tmp_path: Path) -> None:
    (tmp_path / "btcusd.csv").write_text(
        "date,open,high,low,close,volume\n2021-01-01T00:00:00Z,10,14,9,12,8\n"
    )
    prices = [event.price for event in read_tape(str(tmp_path)).events() if isinstance(event, Trade)]
    assert prices == [10, 9, 14, 12]


@pytest.mark.parametrize(
    ("content", "words"),
    [("a,b\n1,2\n", "no known shape"), (TRADES + "yesterday,1,2,3,True\n", "line 2 is broken")],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "btcusdt.csv"
    file.write_text(content)
    with pytest.raises(InvalidInput, match=words):
        read_tape(str(file))


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file or folder"):
        read_tape(str(tmp_path / "nowhere"))
    with pytest.raises(InvalidInput, match="holds no"):
        read_tape(str(tmp_path))


class OneEvent:
    """A source that has one print, and then a defect if it is given one."""

    run_id = "run"

    def __init__(self, defect: Exception | None = None) -> None:
        self._defect = defect

    def instruments(self) -> list[Instrument]:
        return []

    async def events(self) -> AsyncIterator[list[MarketEvent]]:
        yield [trade("100")]
        if self._defect is not None:
            raise self._defect


class Heard:
    """Follows the market, as a listener and as a sink."""

    def __init__(self, defect: Exception | None = None) -> None:
        self.events: list[MarketEvent] = []
        self._defect = defect

    def listen(self, event: MarketEvent) -> None:
        self.take([event])

    def take(self, events: Sequence[MarketEvent]) -> None:
        if self._defect is not None:
            raise self._defect
        self.events += events


@pytest.mark.parametrize("fails", ["listener", "sink"])
async def test_a_follower_with_a_defect_ends_neither_the_market_nor_the_others(fails: str) -> None:
    market, broken, listener, sink = LiveMarketData(SystemClock()), Heard(KeyError("x")), Heard(), Heard()
    if fails == "listener":
        market.subscribe(broken.listen)
    market.subscribe(listener.listen)
    feed = Feed(OneEvent(), market, sinks=[broken, sink] if fails == "sink" else [sink])
    assert feed.problem == ""
    await feed.run()
    assert len(listener.events) == len(sink.events) == 1
    assert "1 times a follower of the market failed" in feed.problem


async def test_a_defect_that_strikes_at_every_event_does_not_flood_the_log() -> None:
    market = LiveMarketData(SystemClock())
    market.subscribe(Heard(KeyError("x")).listen)
    with capture_logs() as logged:
        for n in range(5):
            market.apply(trade("100", sequence=n))
    assert [(line["event"], line["follower"]) for line in logged] == [
        ("market_follower_failed", "Heard.listen")
    ]


async def test_the_tape_stops_where_it_is_told_and_time_is_its_own(tmp_path: Path) -> None:
    file = tmp_path / "btcusdt-trades.csv"
    file.write_text(TRADES + "".join(f"2021-01-08T00:00:0{n}Z,{n},10{n}.00,1,True\n" for n in range(6)))
    market = LiveMarketData(SystemClock())
    player = TapePlayer(read_tape(str(file)), SystemClock(), market.follow_tape, speed=None, paused=True)
    running = asyncio.create_task(Feed(player, market, sinks=[]).run())
    await player.run_until(datetime(2021, 1, 8, 0, 0, 2, tzinfo=UTC))
    assert (player.played, player.state) == (3, "paused")
    assert market.now() == datetime(2021, 1, 8, 0, 0, 2, tzinfo=UTC)
    player.run()
    await running
    assert (player.played, player.total, player.state) == (6, 6, "ended")


async def test_a_tape_that_can_be_read_no_further_ends_and_nobody_waits_for_it(tmp_path: Path) -> None:
    file = tmp_path / "btcusdt-trades.csv"
    file.write_text(TRADES + "".join(f"2021-01-08T00:00:0{n}Z,{n},10{n}.00,1,True\n" for n in (1, 2)))
    market = LiveMarketData(SystemClock())
    tape = read_tape(str(file))
    file.write_text(TRADES + "2021-01-08T00:00:01Z,1,101.00,1,True\nbroken\n")
    player = TapePlayer(tape, SystemClock(), market.follow_tape, speed=None, paused=True)
    feed = Feed(player, market, sinks=[])
    running = asyncio.create_task(feed.run())
    await player.run_until(datetime(2021, 1, 8, 0, 0, 9, tzinfo=UTC))
    await running
    assert player.state == "ended"
    assert "can be read no further" in feed.problem


async def test_a_tape_at_full_speed_waits_before_and_after_every_event(tmp_path: Path) -> None:
    file = tmp_path / "btcusdt-trades.csv"
    file.write_text(TRADES + "".join(f"2021-01-08T00:00:0{n}Z,{n},10{n}.00,1,True\n" for n in (1, 2)))
    market, waits = LiveMarketData(SystemClock()), list[datetime]()
    player = TapePlayer(read_tape(str(file)), SystemClock(), market.follow_tape, speed=None, paused=False)

    async def keep_step() -> None:
        waits.append(market.now())

    await Feed(player, market, sinks=[], keep_step=keep_step).run()
    assert [at.second for at in waits] == [1, 1, 2]


@pytest.mark.parametrize(
    ("files", "events"),
    [
        ("nautilus/btcusdt-trades.csv,nautilus/btcusdt-quotes.csv", 2_452),
        ("freqtrade/XRP_ETH-trades.csv", 12_477),
        ("nautilus/btc-perp-20211231-20220201_1m.csv", 180_124),
    ],
)
async def test_recorded_tapes_run_through(files: str, events: int, tmp_path: Path) -> None:
    """Where the recordings are not at hand, a made one of the same shape takes their place."""
    paths = [TAPES / each for each in files.split(",")]
    if not all(path.exists() for path in paths):
        paths, events = [tmp_path / paths[0].name], 1_000
        rows = (f"2021-01-08T00:{n // 60:02}:{n % 60:02}Z,{n},100.5,1,True\n" for n in range(1_000))
        paths[0].write_text(TRADES + "".join(rows))
    market = LiveMarketData(SystemClock())
    player = TapePlayer(
        read_tape(",".join(map(str, paths))), SystemClock(), market.follow_tape, speed=None, paused=False
    )
    await Feed(player, market, sinks=[]).run()
    assert player.played == events
