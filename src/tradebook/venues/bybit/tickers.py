"""What a ticker tells, from a stream or an answer."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.bybit.wire.base import moment, moment_of, told
from tradebook.venues.bybit.wire.market import TickerData
from tradebook.venues.messages.market import DayStatistics, LastPrice, MarketMessage, MarkPrice, OpenInterest


def ticker_messages(instrument_id: InstrumentId, ticker: TickerData, at_ms: int) -> list[MarketMessage]:
    """What a ticker tells. Its best prices are left out: they are older than the quotes and not numbered
    like them."""
    at = moment(at_ms)
    messages: list[MarketMessage] = []
    mark = told(ticker.mark_price, "tickers.markPrice")
    if mark is not None:
        funding_at = ticker.next_funding_time
        messages.append(
            MarkPrice(
                instrument_id=instrument_id,
                mark=mark,
                index=told(ticker.index_price, "tickers.indexPrice"),
                funding_rate=told(ticker.funding_rate, "tickers.fundingRate"),
                next_funding_at=moment_of(funding_at, "tickers.nextFundingTime") if funding_at else None,
                at=at,
            )
        )
    interest = told(ticker.open_interest, "tickers.openInterest")
    if interest is not None:
        messages.append(OpenInterest(instrument_id=instrument_id, quantity=interest, at=at))
    last = told(ticker.last_price, "tickers.lastPrice")
    if last is not None:
        messages.append(LastPrice(instrument_id=instrument_id, price=last, at=at))
        day = _day(instrument_id, ticker, last, at_ms)
        if day is not None:
            messages.append(day)
    return messages


def _day(instrument_id: InstrumentId, ticker: TickerData, last: Decimal, at_ms: int) -> DayStatistics | None:
    first = told(ticker.prev_price24h, "tickers.prevPrice24h")
    high = told(ticker.high_price24h, "tickers.highPrice24h")
    low = told(ticker.low_price24h, "tickers.lowPrice24h")
    volume = told(ticker.volume24h, "tickers.volume24h")
    turnover = told(ticker.turnover24h, "tickers.turnover24h")
    if first is None or high is None or low is None or volume is None or turnover is None:
        return None
    return DayStatistics(
        instrument_id=instrument_id,
        open=first,
        high=high,
        low=low,
        last=last,
        volume=volume,
        turnover=turnover,
        at=moment(at_ms),
    )
