"""Answers to public requests → our words. Where one does not name its instrument, whoever asked does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Candle, Interval, Quote, Trade
from tradebook.venues.binance import market_wire as wire
from tradebook.venues.binance.market_data import levels
from tradebook.venues.binance.wire import (
    VENUE,
    instrument,
    moment,
    moment_or_none,
    number,
    one_or_many,
    rate_or_none,
    reader,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.market import (
    CandleUpdate,
    CollateralRate,
    DayStatistics,
    FundingRate,
    LastPrice,
    MarkPrice,
    OpenInterest,
)
from tradebook.venues.symbols import Symbols

_KlineRow = tuple[
    int, Decimal, Decimal, Decimal, Decimal, Decimal, int, Decimal, int, Decimal, Decimal, Decimal
]

_read_depth = reader(wire.DepthAnswer, "depth")
_read_trades = reader(list[wire.TradeAnswer], "trades")
_read_aggregate_trades = reader(list[wire.AggregateTrade], "aggTrades")
_read_klines = reader(list[_KlineRow], "klines")
_read_book_tickers = one_or_many(wire.BookTickerAnswer, "bookTicker")
_read_day_tickers = one_or_many(wire.DayTickerAnswer, "24hr ticker")
_read_prices = one_or_many(wire.PriceAnswer, "price ticker")
_read_average_price = reader(wire.AveragePriceAnswer, "avgPrice")
_read_premium_indices = one_or_many(wire.PremiumIndexAnswer, "premiumIndex")
_read_funding_rates = reader(list[wire.FundingRateAnswer], "fundingRate")
_read_open_interest = reader(wire.OpenInterestAnswer, "openInterest")
_read_open_interest_history = reader(list[wire.OpenInterestHistoryAnswer], "openInterestHist")
_read_asset_indices = one_or_many(wire.AssetIndexAnswer, "assetIndex")
_read_server_time = reader(wire.ServerTimeAnswer, "time")


def decode_server_time(body: bytes) -> datetime:
    """Binance's clock. Raises UndecodableFrame, like every function here."""
    return moment(_read_server_time(body).server_time)


def decode_depth(body: bytes, instrument_id: InstrumentId, received_at: datetime) -> BookUpdate:
    """The whole book; spot does not tell when."""
    read = _read_depth(body)
    return BookUpdate(
        instrument_id=instrument_id,
        bids=levels(read.bids),
        asks=levels(read.asks),
        is_snapshot=True,
        at=moment_or_none(read.time) or received_at,
        sequence=read.last_update_id,
    )


def decode_trades(body: bytes, instrument_id: InstrumentId) -> Sequence[Trade]:
    """The latest trades, or old ones, oldest first."""
    return [
        _trade(
            instrument_id, each.id, price=each.price, quantity=each.qty, m=each.is_buyer_maker, time=each.time
        )
        for each in _read_trades(body)
    ]


def decode_aggregate_trades(body: bytes, instrument_id: InstrumentId) -> Sequence[Trade]:
    """Trades put together by order and price, oldest first. Their ids are a series of their own."""
    return [
        _trade(
            instrument_id,
            each.trade_id,
            price=number(each.price, what="aggTrades"),
            quantity=number(each.quantity, what="aggTrades"),
            m=each.buyer_made,
            time=each.time,
        )
        for each in _read_aggregate_trades(body)
    ]


def decode_klines(
    body: bytes, instrument_id: InstrumentId, interval: Interval, received_at: datetime
) -> Sequence[CandleUpdate]:
    """Candles, oldest first: of trades, of the mark or of the index price, as they were asked for.

    The last may still run: it is closed where its time was over when the answer came.
    """
    return [
        CandleUpdate(
            candle=Candle(
                instrument_id=instrument_id,
                interval=interval,
                start=moment(start),
                open=open_,
                high=high,
                low=low,
                close=close,
                volume=volume,
                trade_count=count,
            ),
            is_closed=moment(end) < received_at,
        )
        for start, open_, high, low, close, volume, end, _, count, _, _, _ in _read_klines(body)
    ]


def decode_book_tickers(body: bytes, symbols: Symbols, received_at: datetime) -> Sequence[Quote]:
    """Best bids and asks. Spot numbers them not, nor tells when: zero is before anything that a feed says."""
    return [
        Quote(
            instrument_id=instrument(symbols, each.symbol, what="bookTicker"),
            bid=each.bid_price,
            bid_size=each.bid_qty,
            ask=each.ask_price,
            ask_size=each.ask_qty,
            at=moment_or_none(each.time) or received_at,
            sequence=each.last_update_id or 0,
        )
        for each in _read_book_tickers(body)
    ]


def decode_day_statistics(body: bytes, symbols: Symbols) -> Sequence[DayStatistics]:
    """The last 24 hours of one or all."""
    return [
        DayStatistics(
            instrument_id=instrument(symbols, each.symbol, what="24hr ticker"),
            open=each.open_price,
            high=each.high_price,
            low=each.low_price,
            last=each.last_price,
            volume=each.volume,
            turnover=each.quote_volume,
            at=moment(each.close_time),
        )
        for each in _read_day_tickers(body)
    ]


def decode_last_prices(body: bytes, symbols: Symbols) -> Sequence[LastPrice]:
    """The last price of one or all; spot does not tell when."""
    return [
        LastPrice(
            instrument_id=instrument(symbols, each.symbol, what="price ticker"),
            price=each.price,
            at=moment_or_none(each.time),
        )
        for each in _read_prices(body)
    ]


def decode_average_price(body: bytes, instrument_id: InstrumentId) -> LastPrice:
    """The average of the last minutes, which Binance measures orders without a price by."""
    read = _read_average_price(body)
    return LastPrice(instrument_id=instrument_id, price=read.price, at=moment_or_none(read.close_time))


def decode_premium_index(body: bytes, symbols: Symbols) -> Sequence[MarkPrice]:
    """Mark and index prices and the funding that is coming, of one or all."""
    return [
        MarkPrice(
            instrument_id=instrument(symbols, each.symbol, what="premiumIndex"),
            mark=each.mark_price,
            index=each.index_price or None,
            funding_rate=rate_or_none(each.last_funding_rate, what="premiumIndex"),
            next_funding_at=moment_or_none(each.next_funding_time),
            at=moment(each.time),
        )
        for each in _read_premium_indices(body)
    ]


def decode_funding_rates(body: bytes, symbols: Symbols) -> Sequence[FundingRate]:
    """Rates that were paid, oldest first."""
    return [
        FundingRate(
            instrument_id=instrument(symbols, each.symbol, what="fundingRate"),
            rate=each.funding_rate,
            mark=rate_or_none(each.mark_price, what="fundingRate"),
            at=moment(each.funding_time),
        )
        for each in _read_funding_rates(body)
    ]


def decode_open_interest(body: bytes, symbols: Symbols) -> OpenInterest:
    """Contracts that are held now."""
    read = _read_open_interest(body)
    return OpenInterest(
        instrument_id=instrument(symbols, read.symbol, what="openInterest"),
        quantity=read.open_interest,
        at=moment(read.time),
    )


def decode_open_interest_history(body: bytes, symbols: Symbols) -> Sequence[OpenInterest]:
    """Contracts that were held, oldest first."""
    return [
        OpenInterest(
            instrument_id=instrument(symbols, each.symbol, what="openInterestHist"),
            quantity=each.sum_open_interest,
            at=moment(int(each.timestamp)),
        )
        for each in _read_open_interest_history(body)
    ]


def decode_collateral_rates(body: bytes) -> Sequence[CollateralRate]:
    """What assets count as margin in multi-assets mode, in US dollars."""
    return [
        CollateralRate(
            asset=_collateral(each.symbol),
            quote_asset=Asset("USD"),
            index=each.index,
            bid=each.bid_rate,
            ask=each.ask_rate,
            at=moment(each.time),
        )
        for each in _read_asset_indices(body)
    ]


def _collateral(symbol: str) -> Asset:
    asset = symbol.removesuffix("USD")
    if asset in ("", symbol):
        raise UndecodableFrame(VENUE, "assetIndex", f"symbol {symbol[:40]!r} is not quoted in USD")
    return Asset(asset)


def _trade(
    instrument_id: InstrumentId, trade_id: int, *, price: Decimal, quantity: Decimal, m: bool, time: int
) -> Trade:
    return Trade(
        instrument_id=instrument_id,
        trade_id=str(trade_id),
        price=price,
        quantity=quantity,
        aggressor=Aggressor.SELL if m else Aggressor.BUY,
        at=moment(time),
        sequence=trade_id,
    )
