"""What Binance's public payloads and lists of instruments say, written out by hand."""

from __future__ import annotations

from typing import Any

from tests.conformance.venues.binance_tables import (
    ALPHA,
    BTC,
    BTC_PERP,
    ETH,
    FUTURES,
    RECEIVED,
    SPOT,
    Case,
    D,
    Table,
    futures_public,
    ms,
    server_time,
    spot_public,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Candle,
    Contract,
    Instrument,
    Interval,
    Level,
    Quote,
    Trade,
)
from tradebook.trading.orders import Side
from tradebook.venues.binance import market_answers as answers
from tradebook.venues.binance.symbols import (
    Listing,
    decode_futures_instruments,
    decode_spot_instruments,
)
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.messages.market import (
    BookChange,
    CandleUpdate,
    CollateralRate,
    DayStatistics,
    FundingRate,
    LastPrice,
    Liquidation,
    MarkPrice,
    OpenInterest,
)

BNB_BTC = InstrumentId("BNB-BTC.BINANCE")
BNB_PERP = InstrumentId("BNB-USDT-PERP.BINANCE")
LTC_BTC = InstrumentId("LTC-BTC.BINANCE")

SELL, BUY = Aggressor.SELL, Aggressor.BUY


def levels(*pairs: tuple[str, str]) -> tuple[Level, ...]:
    return tuple(Level(price=D(price), size=D(size)) for price, size in pairs)


def trade(  # noqa: PLR0917 - as they stand in the frame
    instrument_id: InstrumentId, id_: int, price: str, quantity: str, by: Aggressor, at: int
) -> Trade:
    return Trade(
        instrument_id=instrument_id,
        trade_id=str(id_),
        price=D(price),
        quantity=D(quantity),
        aggressor=by,
        at=ms(at),
        sequence=id_,
    )


def candle(
    instrument_id: InstrumentId,
    start: int,
    prices: str,
    volume: str,
    count: int,
    *,
    interval: Interval = Interval.M1,
    is_closed: bool = True,
) -> CandleUpdate:
    open_, high, low, close = prices.split()
    return CandleUpdate(
        candle=Candle(
            instrument_id=instrument_id,
            interval=interval,
            start=ms(start),
            open=D(open_),
            high=D(high),
            low=D(low),
            close=D(close),
            volume=D(volume),
            trade_count=count,
        ),
        is_closed=is_closed,
    )


class Big(tuple[Any, ...]):
    """A long list: its length, and some of its places written out."""

    def __new__(cls, length: int, **places: Any) -> Big:
        return super().__new__(cls, (length, places))

    def __eq__(self, other: object) -> bool:
        length, places = self
        return (
            isinstance(other, list)
            and len(other) == length
            and all(other[int(name[1:])] == value for name, value in places.items())
        )

    __hash__ = None  # type: ignore[assignment]  # it equals many things


DEPTH_SNAPSHOT = {
    "bids": levels(("4.00000000", "431.00000000")),
    "asks": levels(("4.00000200", "12.00000000")),
    "is_snapshot": True,
    "sequence": 1027024,
}
FUTURES_QUOTE = Quote(
    instrument_id=BNB_PERP,
    bid=D("25.3519"),
    bid_size=D("31.21"),
    ask=D("25.3652"),
    ask_size=D("40.66"),
    at=ms(1568014460891),
    sequence=400900217,
)
DEPTH_DIFF = BookChange(
    update=BookUpdate(
        instrument_id=BTC_PERP,
        bids=levels(("0.0024", "10")),
        asks=levels(("0.0026", "100")),
        is_snapshot=False,
        at=ms(123456788),
        sequence=160,
    ),
    first=157,
    previous=149,
)
OPEN_CANDLE = candle(BTC_PERP, 1638747660000, "0.0010 0.0025 0.0015 0.0020", "1000", 100, is_closed=False)
CLOSED_CANDLE = candle(BTC_PERP, 1638747660000, "0.0010 0.0025 0.0010 0.0020", "1000", 100)
DAY_OF_BNB = DayStatistics(
    instrument_id=BNB_BTC,
    open=D(99),
    high=D(100),
    low=D("0.1"),
    last=D("4.000002"),
    volume=D("8913.3"),
    turnover=D("15.3"),
    at=ms(1499869899040),
)


def _contract(settle: str) -> Contract:
    return Contract(settle_asset=Asset(settle), settle_step=D("0.00000001"), max_leverage=D(125))


def listed(
    symbol: str,
    base: str,
    quote: str,
    *,
    id_: str,
    name: str,
    tick: str,
    lot: str,
    least: str = "0",
    quote_step: str = "0.00000001",
    settle: str = "",
    kind: InstrumentKind = InstrumentKind.SPOT,
    quantities: tuple[str, str] | None = None,
    expires: int | None = None,
) -> ListedInstrument:
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=InstrumentId(id_),
            symbol=name,
            venue="binance" if kind is InstrumentKind.SPOT else "binance-usdm",
            base_asset=Asset(base),
            quote_asset=Asset(quote),
            tick_size=D(tick),
            lot_size=D(lot),
            min_notional=D(least),
            quote_step=D(quote_step),
            contract=None if kind is InstrumentKind.SPOT else _contract(settle or quote),
        ),
        venue_symbol=symbol,
        kind=kind,
        status=ListingStatus.TRADING,
        settle_asset=Asset(settle or quote),
        min_quantity=D(quantities[0]) if quantities else None,
        max_quantity=D(quantities[1]) if quantities else None,
        expires_at=None if expires is None else ms(expires),
    )


NAUTILUS_MARKET: Table = {
    "binance/futures/market_data_json/agg_trade_stream.json": Case(
        futures_public, [trade(BTC_PERP, 5933014, "0.001", "100", SELL, 123456785)]
    ),
    "binance/futures/market_data_json/book_ticker_stream.json": Case(futures_public, [FUTURES_QUOTE]),
    "binance_py/ws_messages/ws_futures_book_ticker.json": Case(futures_public, [FUTURES_QUOTE]),
    "binance/futures/market_data_json/depth_update_stream.json": Case(futures_public, [DEPTH_DIFF]),
    "binance_py/ws_messages/ws_futures_depth_diff_update.json": Case(futures_public, [DEPTH_DIFF]),
    "binance_py/ws_messages/ws_futures_depth_update.json": Case(
        futures_public,
        [
            BookChange(
                update=BookUpdate(
                    instrument_id=BTC_PERP,
                    bids=levels(
                        ("7403.89", "0.002"),
                        ("7403.90", "3.906"),
                        ("7404.00", "1.428"),
                        ("7404.85", "5.239"),
                        ("7405.43", "2.562"),
                    ),
                    asks=levels(
                        ("7405.96", "3.340"),
                        ("7406.63", "4.525"),
                        ("7407.08", "2.475"),
                        ("7407.15", "4.800"),
                        ("7407.20", "0.175"),
                    ),
                    is_snapshot=False,
                    at=ms(1571889248276),
                    sequence=390497878,
                ),
                first=390497796,
                previous=390497794,
            )
        ],
    ),
    "binance/futures/market_data_json/kline_stream_open.json": Case(futures_public, [OPEN_CANDLE]),
    "binance/futures/market_data_json/kline_stream_closed.json": Case(futures_public, [CLOSED_CANDLE]),
    "binance/futures/market_data_json/liquidation_stream.json": Case(
        futures_public,
        [
            Liquidation(
                instrument_id=BTC_PERP,
                side=Side.SELL,
                price=D("9910.12345678"),
                quantity=D("0.014"),
                at=ms(1568014460893),
            )
        ],
    ),
    "binance/futures/market_data_json/mark_price_stream.json": Case(
        futures_public,
        [
            MarkPrice(
                instrument_id=BTC_PERP,
                mark=D("11794.15"),
                index=D("11784.62659091"),
                funding_rate=D("0.00038167"),
                next_funding_at=ms(1562306400000),
                at=ms(1562305380000),
            )
        ],
    ),
    "binance/futures/market_data_json/ticker_stream.json": Case(
        futures_public,
        [
            DayStatistics(
                instrument_id=BTC_PERP,
                open=D("16716.00"),
                high=D("16764.89"),
                low=D("16456.51"),
                last=D("16584.60"),
                volume=D("122474.816"),
                turnover=D("2036102085.697464"),
                at=ms(1672515782136),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_ticker_24hr.json": Case(
        futures_public,
        [
            DayStatistics(
                instrument_id=BTC_PERP,
                open=D("0.0010"),
                high=D("0.0025"),
                low=D("0.0010"),
                last=D("0.0025"),
                volume=D(10000),
                turnover=D(18),
                at=ms(123456789),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_ticker_24hr.json": Case(
        spot_public,
        [
            DayStatistics(
                instrument_id=BNB_BTC,
                open=D("0.0010"),
                high=D("0.0025"),
                low=D("0.0010"),
                last=D("0.0025"),
                volume=D(10000),
                turnover=D(18),
                at=ms(123456789),
            )
        ],
    ),
    "binance/futures/market_data_json/trade_stream.json": Case(
        futures_public, [trade(BTC_PERP, 5933014, "0.001", "100", SELL, 123456785)]
    ),
    "binance_py/ws_messages/ws_spot_agg_trade.json": Case(
        spot_public, [trade(ETH, 226532, "1632.46", "0.34305", BUY, 1675759520847)]
    ),
    "binance_py/ws_messages/ws_spot_trade.json": Case(
        spot_public, [trade(ETH, 705291099, "4149.74", "0.4387", SELL, 1639351062243)]
    ),
    "binance_py/ws_messages/ws_spot_ticker_book.json": Case(
        spot_public,
        [
            Quote(
                instrument_id=ETH,
                bid=D("4507.24"),
                bid_size=D("2.3595"),
                ask=D("4507.25"),
                ask_size=D("2.8457"),
                at=ms(1646199228121),
                sequence=12711621188,
            )
        ],
    ),
    "binance/spot/http_json/server_time_response.json": Case(server_time, ms(1499827319559)),
    "binance_py/http_responses/http_spot_market_time.json": Case(server_time, ms(1633835466289)),
    "binance/spot/http_json/depth_response.json": Case(
        lambda body: answers.decode_depth(body, LTC_BTC, RECEIVED),
        BookUpdate(instrument_id=LTC_BTC, at=RECEIVED, **DEPTH_SNAPSHOT),  # type: ignore[arg-type]  # fields of any type
    ),
    "binance_py/http_responses/http_futures_market_depth.json": Case(
        lambda body: answers.decode_depth(body, BTC_PERP, RECEIVED),
        BookUpdate(instrument_id=BTC_PERP, at=ms(1589436922959), **DEPTH_SNAPSHOT),  # type: ignore[arg-type]  # fields of any type
    ),
    "binance_py/http_responses/http_spot_market_depth.json": Case(
        lambda body: answers.decode_depth(body, BTC, RECEIVED),
        BookUpdate(
            instrument_id=BTC,
            bids=levels(
                ("60650.00", "0.00213"),
                ("60648.08", "0.06346"),
                ("60648.01", "0.06430"),
                ("60648.00", "0.09332"),
                ("60647.53", "0.19622"),
                ("60647.52", "0.03000"),
                ("60646.55", "0.06431"),
                ("60643.57", "0.08904"),
                ("60643.56", "0.00203"),
                ("60639.93", "0.07282"),
            ),
            asks=levels(
                ("60650.01", "0.61982"),
                ("60653.68", "0.00696"),
                ("60653.69", "0.00026"),
                ("60656.89", "0.01000"),
                ("60657.87", "0.02000"),
                ("60657.99", "0.04993"),
                ("60658.00", "0.02000"),
                ("60659.00", "0.12244"),
                ("60659.71", "0.35691"),
                ("60659.94", "0.96170"),
            ),
            is_snapshot=True,
            at=RECEIVED,
            sequence=14527958487,
        ),
    ),
    "binance/spot/http_json/trades_response.json": Case(
        lambda body: answers.decode_trades(body, BNB_BTC),
        [trade(BNB_BTC, 28457, "4.000001", "12", SELL, 1499865549590)],
    ),
    "binance_py/http_responses/http_futures_market_trades.json": Case(
        lambda body: answers.decode_trades(body, BTC_PERP),
        [trade(BTC_PERP, 28457, "4.000001", "12", SELL, 1499865549590)],
    ),
    "binance_py/http_responses/http_futures_market_historical_trades.json": Case(
        lambda body: answers.decode_trades(body, BTC_PERP),
        [trade(BTC_PERP, 28457, "4.000001", "12", SELL, 1499865549590)],
    ),
    "binance_py/http_responses/http_spot_market_trades.json": Case(
        lambda body: answers.decode_trades(body, BTC),
        Big(
            10,
            _0=trade(BTC, 1111468873, "60650.00", "0.02924", SELL, 1634942949263),
            _5=trade(BTC, 1111468878, "60650.02", "0.00100", BUY, 1634942949950),
            _9=trade(BTC, 1111468882, "60654.99", "0.00997", SELL, 1634942950067),
        ),
    ),
    "binance_py/http_responses/http_spot_market_historical_trades.json": Case(
        lambda body: answers.decode_trades(body, BTC),
        Big(
            10,
            _0=trade(BTC, 1111471896, "60814.78", "0.00034", SELL, 1634943219887),
            _6=trade(BTC, 1111471902, "60818.10", "0.00312", SELL, 1634943219933),
            _9=trade(BTC, 1111471905, "60814.79", "0.06902", BUY, 1634943220769),
        ),
    ),
    "binance_py/http_responses/http_futures_market_agg_trades.json": Case(
        lambda body: answers.decode_aggregate_trades(body, BTC_PERP),
        [trade(BTC_PERP, 26129, "0.01633102", "4.70443515", SELL, 1498793709153)],
    ),
    "binance_py/http_responses/http_spot_market_agg_trades.json": Case(
        lambda body: answers.decode_aggregate_trades(body, BTC),
        Big(
            10,
            _0=trade(BTC, 966492862, "60759.60", "0.00841", BUY, 1634944096633),
            _2=trade(BTC, 966492864, "60759.59", "0.00037", SELL, 1634944096877),
            _9=trade(BTC, 966492871, "60759.60", "0.00100", BUY, 1634944098216),
        ),
    ),
    "binance/spot/http_json/klines_response.json": Case(
        lambda body: answers.decode_klines(body, BTC, Interval.D1, RECEIVED),
        [
            candle(
                BTC,
                1499040000000,
                "0.01634790 0.80000000 0.01575800 0.01577100",
                "148976.11427815",
                308,
                interval=Interval.D1,
            )
        ],
    ),
    "binance_py/http_responses/http_futures_market_klines.json": Case(
        lambda body: answers.decode_klines(body, BTC_PERP, Interval.D1, RECEIVED),
        [
            candle(
                BTC_PERP,
                1499040000000,
                "0.01634790 0.80000000 0.01575800 0.01577100",
                "148976.11427815",
                308,
                interval=Interval.D1,
            )
        ],
    ),
    "binance_py/http_responses/http_spot_market_klines.json": Case(
        # The answer came while the last minute was running.
        lambda body: answers.decode_klines(body, BTC, Interval.M1, ms(1634944321000)),
        Big(
            10,
            _0=candle(BTC, 1634943780000, "60685.22 60729.84 60670.90 60719.27", "21.63272", 617),
            _8=candle(BTC, 1634944260000, "60740.00 60765.48 60725.00 60739.85", "5.31675", 375),
            _9=candle(
                BTC, 1634944320000, "60739.85 60739.85 60739.85 60739.85", "0.04734", 7, is_closed=False
            ),
        ),
    ),
    "binance_py/http_responses/http_futures_market_continuous_klines.json": Case(
        lambda body: answers.decode_klines(body, BTC_PERP, Interval.M1, RECEIVED),
        [candle(BTC_PERP, 1607444700000, "18879.99 18900.00 18878.98 18896.13", "492.363", 1874)],
    ),
    "binance_py/http_responses/http_futures_market_mark_price_klines.json": Case(
        lambda body: answers.decode_klines(body, BTC_PERP, Interval.M1, RECEIVED),
        [candle(BTC_PERP, 1591256460000, "9653.29201333 9654.56401333 9653.07367333 9653.07367333", "0", 60)],
    ),
    "binance_py/http_responses/http_futures_market_index_price_klines.json": Case(
        lambda body: answers.decode_klines(body, BTC_PERP, Interval.M1, RECEIVED),
        [candle(BTC_PERP, 1591256400000, "9653.69440000 9653.69640000 9651.38600000 9651.55200000", "0", 60)],
    ),
    "binance_py/http_responses/http_futures_market_blvt_nav_kline.json": Case(
        lambda body: answers.decode_klines(body, BTC_PERP, Interval.H1, RECEIVED),
        [
            candle(
                BTC_PERP,
                1598371200000,
                "5.88275270 6.03142087 5.85749741 5.99403551",
                "2.28602984",
                6209,
                interval=Interval.H1,
            )
        ],
    ),
    "binance/spot/http_json/book_ticker_response.json": Case(
        lambda body: answers.decode_book_tickers(body, SPOT, RECEIVED),
        [
            Quote(
                instrument_id=LTC_BTC,
                bid=D(4),
                bid_size=D(431),
                ask=D("4.000002"),
                ask_size=D(9),
                at=RECEIVED,
                sequence=0,
            )
        ],
    ),
    "binance_py/http_responses/http_spot_market_book_ticker.json": Case(
        lambda body: answers.decode_book_tickers(body, SPOT, RECEIVED),
        [
            Quote(
                instrument_id=BTC,
                bid=D("60741.67"),
                bid_size=D("0.3658"),
                ask=D("60741.68"),
                ask_size=D("0.45178"),
                at=RECEIVED,
                sequence=0,
            )
        ],
    ),
    "binance_py/http_responses/http_futures_market_book_ticker.json": Case(
        lambda body: answers.decode_book_tickers(body, FUTURES, RECEIVED),
        [
            Quote(
                instrument_id=BTC_PERP,
                bid=D(4),
                bid_size=D(431),
                ask=D("4.000002"),
                ask_size=D(9),
                at=ms(1589437530011),
                sequence=0,
            )
        ],
    ),
    "binance/spot/http_json/ticker_24hr_response.json": Case(
        lambda body: answers.decode_day_statistics(body, SPOT), [DAY_OF_BNB]
    ),
    "binance_py/http_responses/http_futures_market_ticker_24hr.json": Case(
        lambda body: answers.decode_day_statistics(body, FUTURES),
        [
            DayStatistics(
                instrument_id=BTC_PERP,
                open=D(99),
                high=D(100),
                low=D("0.1"),
                last=D("4.000002"),
                volume=D("8913.3"),
                turnover=D("15.3"),
                at=ms(1499869899040),
            )
        ],
    ),
    "binance/spot/http_json/ticker_price_response.json": Case(
        lambda body: answers.decode_last_prices(body, SPOT),
        [LastPrice(instrument_id=LTC_BTC, price=D("4.000002"), at=None)],
    ),
    "binance_py/http_responses/http_spot_market_ticker_price.json": Case(
        lambda body: answers.decode_last_prices(body, SPOT),
        [LastPrice(instrument_id=BTC, price=D("60740.00"), at=None)],
    ),
    "binance_py/http_responses/http_futures_market_ticker_price.json": Case(
        lambda body: answers.decode_last_prices(body, FUTURES),
        [LastPrice(instrument_id=BTC_PERP, price=D("6000.01"), at=ms(1589437530011))],
    ),
    "binance/spot/http_json/avg_price_response.json": Case(
        lambda body: answers.decode_average_price(body, BTC),
        LastPrice(instrument_id=BTC, price=D("9.35751834"), at=ms(1694061154503)),
    ),
    "binance_py/http_responses/http_spot_market_avg_price.json": Case(
        lambda body: answers.decode_average_price(body, BTC),
        LastPrice(instrument_id=BTC, price=D("60753.92405551"), at=None),
    ),
    "binance_py/http_responses/http_futures_market_premium_index.json": Case(
        lambda body: answers.decode_premium_index(body, FUTURES),
        [
            MarkPrice(
                instrument_id=BTC_PERP,
                mark=D("11793.63104562"),
                index=D("11781.80495970"),
                funding_rate=D("0.00038246"),
                next_funding_at=ms(1597392000000),
                at=ms(1597370495002),
            )
        ],
    ),
    "binance_py/http_responses/http_futures_market_funding_rate.json": Case(
        lambda body: answers.decode_funding_rates(body, FUTURES),
        [
            FundingRate(instrument_id=BTC_PERP, rate=D("-0.0375"), at=ms(1570608000000)),
            FundingRate(instrument_id=BTC_PERP, rate=D("0.0001"), at=ms(1570636800000)),
        ],
    ),
    "binance_py/http_responses/http_futures_market_open_interest.json": Case(
        lambda body: answers.decode_open_interest(body, FUTURES),
        OpenInterest(instrument_id=BTC_PERP, quantity=D("10659.509"), at=ms(1589437530011)),
    ),
    "binance_py/http_responses/http_futures_market_open_interest_historical.json": Case(
        lambda body: answers.decode_open_interest_history(body, FUTURES),
        [
            OpenInterest(instrument_id=BTC_PERP, quantity=D("20403.637"), at=ms(1583127900000)),
            OpenInterest(instrument_id=BTC_PERP, quantity=D("20401.367"), at=ms(1583128200000)),
        ],
    ),
    "binance_py/http_responses/http_futures_market_asset_index.json": Case(
        answers.decode_collateral_rates,
        [
            CollateralRate(
                asset=Asset("ADA"),
                quote_asset=Asset("USD"),
                index=D("1.92957370"),
                bid=D("1.73661633"),
                ask=D("2.12253107"),
                at=ms(1635740268004),
            )
        ],
    ),
    "binance/spot/http_json/exchange_info_response.json": Case(
        decode_spot_instruments,
        Listing(
            listed=(
                listed(
                    "ETHBTC",
                    "ETH",
                    "BTC",
                    id_="ETH-BTC.BINANCE",
                    name="ETH/BTC",
                    # It has no filters, so the precision of its assets is the only rule.
                    tick="0.00000001",
                    lot="0.00000001",
                ),
            )
        ),
    ),
    "binance_py/http_responses/http_spot_market_exchange_info.json": Case(
        decode_spot_instruments,
        Listing(
            listed=(
                listed(
                    "BTCUSDT",
                    "BTC",
                    "USDT",
                    id_="BTC-USDT.BINANCE",
                    name="BTC/USDT",
                    tick="0.01",
                    lot="0.00001",
                    least="10",
                    quantities=("0.00001", "9000"),
                ),
                listed(
                    "ETHUSDT",
                    "ETH",
                    "USDT",
                    id_="ETH-USDT.BINANCE",
                    name="ETH/USDT",
                    tick="0.01",
                    lot="0.0001",
                    least="10",
                    quantities=("0.0001", "9000"),
                ),
            )
        ),
    ),
    "binance_py/http_responses/http_futures_market_exchange_info.json": Case(
        decode_futures_instruments,
        Listing(
            listed=(
                listed(
                    "BTCUSDT",
                    "BTC",
                    "USDT",
                    id_="BTC-USDT-PERP.BINANCE",
                    name="BTC/USDT-PERP",
                    tick="0.10",
                    lot="0.001",
                    least="10",
                    kind=InstrumentKind.PERPETUAL,
                    quantities=("0.001", "1000"),
                ),
                listed(
                    "ETHUSDT",
                    "ETH",
                    "USDT",
                    id_="ETH-USDT-PERP.BINANCE",
                    name="ETH/USDT-PERP",
                    tick="0.01",
                    lot="0.001",
                    least="10",
                    kind=InstrumentKind.PERPETUAL,
                    quantities=("0.001", "10000"),
                ),
                listed(
                    "BTCUSDT_220325",
                    "BTC",
                    "USDT",
                    id_="BTC-USDT-20220325.BINANCE",
                    name="BTC/USDT-20220325",
                    tick="0.1",
                    lot="0.001",
                    least="10",
                    kind=InstrumentKind.FUTURE,
                    quantities=("0.001", "500"),
                    expires=1648195200000,
                ),
            )
        ),
    ),
}

ALPHA_LISTED = listed(
    "COINALPHAHBOT",
    "COINALPHA",
    "HBOT",
    id_=ALPHA,
    name="COINALPHA/HBOT",
    tick="0.00000001",
    lot="0.00000001",
)
