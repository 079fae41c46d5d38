"""Public REST answers: books, prints, candles, tickers, past funding, the venue's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tradebook.market.values import Candle, Interval, Trade
from tradebook.venues.bybit.market_data import AGGRESSORS, PublicMessage, book_of
from tradebook.venues.bybit.symbols import known, named
from tradebook.venues.bybit.tickers import ticker_messages
from tradebook.venues.bybit.wire.base import VENUE, Listing, answered, moment, moment_of, word_of
from tradebook.venues.bybit.wire.market import (
    BookData,
    Candles,
    PastFunding,
    RecentTrade,
    ServerTime,
    TickerData,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import VenueProblem
from tradebook.venues.messages.market import CandleUpdate, FundingRate
from tradebook.venues.symbols import Symbols

LENGTHS = {
    Interval.M1: timedelta(minutes=1),
    Interval.M5: timedelta(minutes=5),
    Interval.M15: timedelta(minutes=15),
    Interval.H1: timedelta(hours=1),
    Interval.H4: timedelta(hours=4),
    Interval.D1: timedelta(days=1),
}

_book = msgspec.json.Decoder(BookData)
_trades = msgspec.json.Decoder(Listing[RecentTrade])
_candles = msgspec.json.Decoder(Candles)
_tickers = msgspec.json.Decoder(Listing[TickerData])
_funding = msgspec.json.Decoder(Listing[PastFunding])
_time = msgspec.json.Decoder(ServerTime)


def decode_book(symbols: Symbols, data: bytes, *, asked: str) -> Sequence[PublicMessage]:
    """``/v5/market/orderbook`` of the symbol that was asked for, whole as deep as it was asked for."""
    opened = answered(data, _book, "orderbook")
    if isinstance(opened, VenueProblem):
        return [opened]
    book, _ = opened
    at_ms = book.cts or book.ts
    if at_ms is None:
        raise UndecodableFrame(VENUE, "orderbook.ts", "is missing")
    instrument_id = named(symbols, book.s or asked, "orderbook.s")
    return [book_of(instrument_id, book, at_ms, is_snapshot=True)]


def decode_trades(symbols: Symbols, data: bytes) -> Sequence[PublicMessage]:
    """``/v5/market/recent-trade``, newest first as the venue has them, without block trades."""
    opened = answered(data, _trades, "recent-trade")
    if isinstance(opened, VenueProblem):
        return [opened]
    return [
        Trade(
            instrument_id=named(symbols, trade.symbol, "recent-trade.symbol"),
            trade_id=trade.exec_id,
            price=trade.price,
            quantity=trade.size,
            aggressor=word_of(AGGRESSORS, trade.side, "recent-trade.side"),
            at=moment_of(trade.time, "recent-trade.time"),
            sequence=_number(trade),
        )
        for trade in opened[0].list
        if not trade.is_block_trade
    ]


def _number(trade: RecentTrade) -> int:
    digits = trade.seq or trade.time
    if digits.isascii() and digits.isdigit():
        return int(digits)
    raise UndecodableFrame(VENUE, "recent-trade.seq", "not a number")


def decode_candles(symbols: Symbols, data: bytes, *, interval: Interval) -> Sequence[PublicMessage]:
    """``/v5/market/kline`` of the interval that was asked for, newest first.

    A candle is closed when the venue's clock in the answer has passed its end.
    """
    opened = answered(data, _candles, "kline")
    if isinstance(opened, VenueProblem):
        return [opened]
    candles, now = opened
    if now is None:
        raise UndecodableFrame(VENUE, "kline.time", "is missing")
    instrument_id = named(symbols, candles.symbol, "kline.symbol")
    messages: list[PublicMessage] = []
    for start_ms, *figures, _turnover in candles.list:
        if not all(each.is_finite() for each in figures):
            raise UndecodableFrame(VENUE, "kline.list", "a number is not finite")
        first, high, low, last, volume = figures
        start = moment_of(start_ms, "kline.start")
        candle = Candle(
            instrument_id=instrument_id,
            interval=interval,
            start=start,
            open=first,
            high=high,
            low=low,
            close=last,
            volume=volume,
            trade_count=0,
        )
        messages.append(CandleUpdate(candle=candle, is_closed=start + LENGTHS[interval] <= now))
    return messages


def decode_tickers(symbols: Symbols, data: bytes) -> Sequence[PublicMessage]:
    """``/v5/market/tickers``; symbols that are not listed (yet) are passed over, since it has all of them."""
    opened = answered(data, _tickers, "tickers")
    if isinstance(opened, VenueProblem):
        return [opened]
    tickers, now = opened
    if now is None:
        raise UndecodableFrame(VENUE, "tickers.time", "is missing")
    at_ms = round(now.timestamp() * 1000)
    messages: list[PublicMessage] = []
    for ticker in tickers.list:
        if known(symbols, ticker.symbol):
            messages += ticker_messages(symbols.instrument_of(ticker.symbol), ticker, at_ms)
    return messages


def decode_funding_rates(symbols: Symbols, data: bytes) -> Sequence[PublicMessage]:
    """``/v5/market/funding/history``, newest first."""
    opened = answered(data, _funding, "funding/history")
    if isinstance(opened, VenueProblem):
        return [opened]
    return [
        FundingRate(
            instrument_id=named(symbols, past.symbol, "funding/history.symbol"),
            rate=past.funding_rate,
            at=moment_of(past.funding_rate_timestamp, "funding/history.fundingRateTimestamp"),
        )
        for past in opened[0].list
    ]


def decode_server_time(data: bytes) -> datetime | VenueProblem:
    """``/v5/market/time``: the venue's clock, to the microsecond."""
    opened = answered(data, _time, "time")
    if isinstance(opened, VenueProblem):
        return opened
    nanoseconds = opened[0].time_nano
    if not (nanoseconds.isdigit() and len(nanoseconds) <= 20):
        raise UndecodableFrame(VENUE, "time.timeNano", "not nanoseconds since 1970")
    return moment(0) + timedelta(microseconds=int(nanoseconds) // 1000)
