"""What Bybit's recorded public frames and answers mean, written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.bybit.markets import (
    BTC,
    BTC_CALL,
    BTC_PERP,
    ETH,
    MARKETS,
    USDT,
    D,
    levels,
    ms,
)
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Candle,
    Contract,
    Instrument,
    Interval,
    Quote,
    Trade,
)
from tradebook.venues.bybit.market_answers import (
    decode_book,
    decode_candles,
    decode_funding_rates,
    decode_trades,
)
from tradebook.venues.bybit.market_data import decode_public
from tradebook.venues.bybit.symbols import Category, decode_instruments
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.messages.market import (
    BookChange,
    CandleUpdate,
    DayStatistics,
    FundingRate,
    LastPrice,
    MarkPrice,
    OpenInterest,
    Refusal,
)

LINEAR = MARKETS.of(Category.LINEAR)
OPTION = MARKETS.of(Category.OPTION)

Decode = Callable[[bytes], Any]


def public(frame: bytes) -> Any:
    """A frame of the linear stream."""
    return decode_public(LINEAR, frame)


def _instruments(category: Category) -> Decode:
    return lambda data: decode_instruments(category, data)


def _perpetual(base: str, quote: str, *, inverse: bool = False, **told: Any) -> ListedInstrument:
    instrument = Instrument(
        instrument_id=InstrumentId(f"{base}-{quote}-PERP.BYBIT"),
        symbol=f"{base}/{quote} PERP",
        venue="bybit",
        base_asset=Asset(base),
        quote_asset=Asset(quote),
        tick_size=D(told.pop("tick")),
        lot_size=D(told.pop("lot")),
        min_notional=D(told.pop("min_notional", "0")),
        contract=Contract(
            settle_asset=Asset(base if inverse else quote),
            inverse_size=D(1) if inverse else None,
            max_leverage=D(told["leverage"]),
        ),
    )
    return ListedInstrument(
        instrument=instrument,
        venue_symbol=f"{base}{quote}",
        kind=InstrumentKind.PERPETUAL,
        status=ListingStatus.TRADING,
        settle_asset=Asset(base if inverse else quote),
        is_inverse=inverse,
        min_quantity=D(told["least"]),
        max_quantity=D(told["most"]),
        max_leverage=D(told["leverage"]),
    )


def _pair(base: str, **told: Any) -> ListedInstrument:
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=InstrumentId(f"{base}-USDT.BYBIT"),
            symbol=f"{base}/USDT",
            venue="bybit",
            base_asset=Asset(base),
            quote_asset=USDT,
            tick_size=D(told["tick"]),
            lot_size=D(told["lot"]),
            min_notional=D("10"),
            quote_step=D("0.01"),
        ),
        venue_symbol=f"{base}USDT",
        kind=InstrumentKind.SPOT,
        status=ListingStatus.TRADING,
        settle_asset=USDT,
        min_quantity=D("0.001"),
        max_quantity=D(told["most"]),
    )


INSTRUMENTS: dict[str, tuple[Decode, Any]] = {
    "http_get_instruments_inverse.json": (
        _instruments(Category.INVERSE),
        [
            _perpetual(
                "BTC", "USD", inverse=True, tick="0.5", lot="1", least="1", most="1000000", leverage="100"
            )
        ],
    ),
    "http_get_instruments_inverse_symbol_type.json": (
        _instruments(Category.INVERSE),
        [
            _perpetual(
                "BRENT",
                "USD",
                inverse=True,
                tick="0.01",
                lot="0.001",
                min_notional="1",
                least="0.001",
                most="100",
                leverage="10",
            )
        ],
    ),
    "http_get_instruments_linear.json": (
        _instruments(Category.LINEAR),
        [
            _perpetual(
                "BTC",
                "USDT",
                tick="0.5",
                lot="0.001",
                min_notional="5",
                least="0.001",
                most="100",
                leverage="100",
            ),
            _perpetual(
                "ETH",
                "USDT",
                tick="0.05",
                lot="0.01",
                min_notional="5",
                least="0.01",
                most="1000",
                leverage="100",
            ),
        ],
    ),
    "http_get_instruments_linear_symbol_type.json": (
        _instruments(Category.LINEAR),
        [
            _perpetual(
                "TSLA",
                "USDT",
                tick="0.01",
                lot="0.001",
                min_notional="1",
                least="0.001",
                most="100",
                leverage="10",
            )
        ],
    ),
    "http_get_instruments_option.json": (
        _instruments(Category.OPTION),
        [
            ListedInstrument(
                instrument=Instrument(
                    instrument_id=InstrumentId("ETH-USDC-20260528-16000-P.BYBIT"),
                    symbol="ETH/USDC 2026-05-28 16000 P",
                    venue="bybit",
                    base_asset=ETH,
                    quote_asset=Asset("USDC"),
                    tick_size=D("0.1"),
                    lot_size=D("1"),
                ),
                venue_symbol="ETH-26JUN26-16000-P",
                kind=InstrumentKind.OPTION,
                status=ListingStatus.TRADING,
                settle_asset=Asset("USDC"),
                min_quantity=D("1"),
                max_quantity=D("100"),
                expires_at=ms(1780005000000),
                strike=D("16000"),
                is_call=False,
            )
        ],
    ),
    "http_get_instruments_option_symbol_id.json": (
        _instruments(Category.OPTION),
        [
            ListedInstrument(
                instrument=Instrument(
                    instrument_id=InstrumentId("BTC-USD-20250615-100000-C.BYBIT"),
                    symbol="BTC/USD 2025-06-15 100000 C",
                    venue="bybit",
                    base_asset=BTC,
                    quote_asset=Asset("USD"),
                    tick_size=D("5"),
                    lot_size=D("0.01"),
                ),
                venue_symbol="BTC-30JUN25-100000-C",
                kind=InstrumentKind.OPTION,
                status=ListingStatus.TRADING,
                settle_asset=Asset("USDC"),
                min_quantity=D("0.01"),
                max_quantity=D("1500"),
                expires_at=ms(1750000000000),
                strike=D("100000"),
                is_call=True,
            )
        ],
    ),
    "http_get_instruments_spot.json": (
        _instruments(Category.SPOT),
        [
            _pair("BTC", tick="0.1", lot="0.0001", most="100"),
            _pair("ETH", tick="0.01", lot="0.00001", most="1000"),
        ],
    ),
    "http_get_instruments_spot_xstocks.json": (
        _instruments(Category.SPOT),
        [_pair("AAPL", tick="0.01", lot="0.0001", most="100")],
    ),
}

PRICES: dict[str, tuple[Decode, Any]] = {
    "http_get_funding_history.json": (
        lambda data: decode_funding_rates(LINEAR, data),
        [
            FundingRate(instrument_id=BTC_PERP, rate=D("0.0001"), at=ms(1709884800000)),
            FundingRate(instrument_id=BTC_PERP, rate=D("0.00015"), at=ms(1709856000000)),
        ],
    ),
    "http_get_klines_linear.json": (
        lambda data: decode_candles(LINEAR, data, interval=Interval.M1),
        [
            CandleUpdate(
                candle=Candle(
                    instrument_id=BTC_PERP,
                    interval=Interval.M1,
                    start=ms(1709891679000),
                    open=D("27450"),
                    high=D("27460"),
                    low=D("27440"),
                    close=D("27455"),
                    volume=D("123.45"),
                    trade_count=0,
                ),
                is_closed=False,
            )
        ],
    ),
    "http_get_orderbook.json": (
        lambda data: decode_book(LINEAR, data, asked="BTCUSDT"),
        [
            BookUpdate(
                instrument_id=BTC_PERP,
                bids=levels(("27450.50", "1.500"), ("27450.00", "2.000"), ("27449.50", "0.750")),
                asks=levels(("27451.00", "1.200"), ("27451.50", "3.000"), ("27452.00", "0.500")),
                is_snapshot=True,
                at=ms(1709891679000),
                sequence=9876543,
            )
        ],
    ),
    "http_get_trades_recent.json": (
        lambda data: decode_trades(LINEAR, data),
        [
            Trade(
                instrument_id=BTC_PERP,
                trade_id="a905d5c3-1ed0-4f37-83e4-9c73a2fe2f01",
                price=D("27450.50"),
                quantity=D("0.005"),
                aggressor=Aggressor.BUY,
                at=ms(1709891679000),
                sequence=1709891679000,
            )
        ],
    ),
    "ws_kline.json": (
        public,
        [
            CandleUpdate(
                candle=Candle(
                    instrument_id=BTC_PERP,
                    interval=Interval.M5,
                    start=ms(1672324800000),
                    open=D("16649.5"),
                    high=D("16677"),
                    low=D("16608"),
                    close=D("16677"),
                    volume=D("2.081"),
                    trade_count=0,
                ),
                is_closed=False,
            )
        ],
    ),
    "ws_orderbook_delta.json": (
        public,
        [
            BookChange(
                update=BookUpdate(
                    instrument_id=BTC_PERP,
                    bids=levels(("27450.00", "0.400")),
                    asks=levels(("27451.00", "0")),
                    is_snapshot=False,
                    at=ms(1709891679500),
                    sequence=987654322,
                ),
                first=123456790,
                last=123456790,
                levels=1,
            )
        ],
    ),
    "ws_orderbook_snapshot.json": (
        public,
        [
            Quote(
                instrument_id=BTC_PERP,
                bid=D("27450.00"),
                bid_size=D("0.500"),
                ask=D("27451.00"),
                ask_size=D("0.750"),
                at=ms(1709891679000),
                sequence=987654321,
            )
        ],
    ),
    "ws_public_trade.json": (
        public,
        [
            Trade(
                instrument_id=BTC_PERP,
                trade_id="9dc75fca-4bdd-4773-9f78-6f5d7ab2a110",
                price=D("27451.00"),
                quantity=D("0.010"),
                aggressor=Aggressor.BUY,
                at=ms(1709891679000),
                sequence=1709891679000,
            )
        ],
    ),
    "ws_ticker_linear.json": (
        public,
        [
            MarkPrice(
                instrument_id=BTC_PERP,
                mark=D("17217.33"),
                index=D("17227.36"),
                funding_rate=D("-0.000212"),
                next_funding_at=ms(1673280000000),
                at=ms(1673272861686),
            ),
            OpenInterest(instrument_id=BTC_PERP, quantity=D("68744.761"), at=ms(1673272861686)),
            LastPrice(instrument_id=BTC_PERP, price=D("17216.00"), at=ms(1673272861686)),
            DayStatistics(
                instrument_id=BTC_PERP,
                open=D("16926.50"),
                high=D("17281.50"),
                low=D("16915.00"),
                last=D("17216.00"),
                volume=D("91705.276"),
                turnover=D("1570383121.943499"),
                at=ms(1673272861686),
            ),
        ],
    ),
    "ws_ticker_option.json": (
        lambda frame: decode_public(OPTION, frame),
        [
            MarkPrice(
                instrument_id=BTC_CALL,
                mark=D("7.86976724"),
                index=D("16823.73"),
                at=ms(1672917511074),
            ),
            OpenInterest(instrument_id=BTC_CALL, quantity=D("49.85"), at=ms(1672917511074)),
            LastPrice(instrument_id=BTC_CALL, price=D("10"), at=ms(1672917511074)),
        ],
    ),
    "ws_subscription_ack.json": (public, []),
    "ws_subscription_failure.json": (
        public,
        [Refusal(reason="Invalid topic: invalid.topic.BTCUSDT")],
    ),
}
