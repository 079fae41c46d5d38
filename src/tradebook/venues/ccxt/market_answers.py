"""What ccxt makes of an exchange's prices → our words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Candle, Interval, Level, Quote, Trade
from tradebook.venues.ccxt.fields import Fields
from tradebook.venues.messages.market import CandleUpdate, DayStatistics, FundingRate, LastPrice
from tradebook.venues.symbols import Symbols

Told = Mapping[str, Any]

_AGGRESSORS = {"buy": Aggressor.BUY, "sell": Aggressor.SELL}
INTERVALS = {each.value: each for each in Interval}


def decode_book(
    told: Told, venue: str, instrument_id: InstrumentId, *, now: datetime, sequence: int
) -> BookUpdate:
    """The whole book, as deep as was asked for. Raises UndecodableFrame."""
    read = Fields(venue, "book", told)
    return BookUpdate(
        instrument_id=instrument_id,
        bids=_levels(read, "bids"),
        asks=_levels(read, "asks"),
        is_snapshot=True,
        at=read.moment_or_none("timestamp") or now,
        sequence=sequence,
    )


def quote_of(book: BookUpdate) -> Quote | None:
    """Its best prices; None where a side is empty."""
    if not book.bids or not book.asks:
        return None
    bid, ask = book.bids[0], book.asks[0]
    return Quote(
        instrument_id=book.instrument_id,
        bid=bid.price,
        bid_size=bid.size,
        ask=ask.price,
        ask_size=ask.size,
        at=book.at,
        sequence=book.sequence,
    )


def decode_print(told: Told, venue: str, symbols: Symbols, *, sequence: int) -> Trade:
    """One trade of the tape. Raises UndecodableFrame.

    Where the exchange gives it no id, its time, price and size are taken for one.
    """
    read = Fields(venue, "trade", told)
    at = read.moment_or_none("timestamp")
    if at is None:
        raise read.wrong("timestamp", "is missing")
    price, quantity = read.decimal("price"), read.decimal("amount")
    return Trade(
        instrument_id=read.instrument(symbols),
        trade_id=read.text_or_empty("id") or f"{told['timestamp']}-{price}-{quantity}",
        price=price,
        quantity=quantity,
        aggressor=_AGGRESSORS.get(read.text_or_empty("side"), Aggressor.UNKNOWN),
        at=at,
        sequence=sequence,
    )


def decode_ticker(
    told: Told, venue: str, symbols: Symbols, *, now: datetime, sequence: int = 0
) -> list[Quote | LastPrice | DayStatistics]:
    """Best prices, the last one, and the last day, as far as they are told. Raises UndecodableFrame."""
    read = Fields(venue, "ticker", told)
    instrument_id, at = read.instrument(symbols), read.moment_or_none("timestamp")
    found: list[Quote | LastPrice | DayStatistics] = []
    sides = [read.decimal_or_none(each) for each in ("bid", "bidVolume", "ask", "askVolume")]
    if all(each is not None for each in sides):
        bid, bid_size, ask, ask_size = (each or Decimal(0) for each in sides)
        found.append(
            Quote(
                instrument_id=instrument_id,
                bid=bid,
                bid_size=bid_size,
                ask=ask,
                ask_size=ask_size,
                at=at or now,
                sequence=sequence,
            )
        )
    last = read.decimal_or_none("last")
    if last is not None:
        found.append(LastPrice(instrument_id=instrument_id, price=last, at=at))
    volume, turnover = read.decimal_or_none("baseVolume"), read.decimal_or_none("quoteVolume")
    opened = read.decimal_or_none("open")
    if None not in (volume, turnover, opened):
        found.append(
            DayStatistics(
                instrument_id=instrument_id,
                open=opened or Decimal(0),
                high=read.decimal_or_none("high"),
                low=read.decimal_or_none("low"),
                last=last,
                volume=volume or Decimal(0),
                turnover=turnover or Decimal(0),
                at=at,
            )
        )
    return found


def decode_candle(
    told: Sequence[Any], venue: str, instrument_id: InstrumentId, timeframe: str, *, is_closed: bool
) -> CandleUpdate:
    """One line of open, high, low, close and volume. Raises UndecodableFrame."""
    names = ("start", "open", "high", "low", "close", "volume")
    read = Fields(venue, "candle", dict(zip(names, told, strict=False)))
    start = read.moment_or_none("start")
    if start is None or timeframe not in INTERVALS:
        raise read.wrong("start" if start is None else "interval", "is not one of ours")
    return CandleUpdate(
        candle=Candle(
            instrument_id=instrument_id,
            interval=INTERVALS[timeframe],
            start=start,
            open=read.decimal("open"),
            high=read.decimal("high"),
            low=read.decimal("low"),
            close=read.decimal("close"),
            volume=read.decimal("volume"),
            trade_count=0,
        ),
        is_closed=is_closed,
    )


def decode_funding_rate(told: Told, venue: str, symbols: Symbols) -> FundingRate:
    """A rate at which funding was paid. Raises UndecodableFrame."""
    read = Fields(venue, "funding rate", told)
    at = read.moment_or_none("timestamp")
    if at is None:
        raise read.wrong("timestamp", "is missing")
    return FundingRate(
        instrument_id=read.instrument(symbols),
        rate=read.decimal("fundingRate"),
        mark=read.decimal_or_none("markPrice"),
        at=at,
    )


def _levels(read: Fields, field: str) -> tuple[Level, ...]:
    found = []
    for each in read.get(field) or ():
        level = Fields(read.venue, f"book {field}", dict(zip(("price", "size"), each, strict=False)))
        found.append(Level(price=level.decimal("price"), size=level.decimal("size")))
    return tuple(found)
