"""Frames and answers that another project keeps in its tests, and what they mean; written out by hand.

They are named ``file/index`` after their place in the recording. What that project computes at run time is
there a text in angle brackets, filled in here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from tests.support.bybit.markets import (
    ALPHA,
    ALPHA_PERP,
    ALPHA_SPOT,
    HBOT,
    MARKETS,
    USDT,
    D,
    levels,
    ms,
    report,
)
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Contract, Instrument, Trade
from tradebook.trading.orders import Liquidity, OrderStatus, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.bybit.account_data import (
    decode_executions,
    decode_fee_rates,
    decode_orders,
    decode_private,
    decode_transferable,
    decode_wallet,
)
from tradebook.venues.bybit.answers import Answer, Outcome, decode_answer
from tradebook.venues.bybit.market_answers import decode_book, decode_server_time, decode_tickers
from tradebook.venues.bybit.market_data import decode_public
from tradebook.venues.bybit.symbols import Category, decode_instruments
from tradebook.venues.bybit.transactions import decode_transactions
from tradebook.venues.messages.account import (
    Balance,
    ExecType,
    Execution,
    FeeRates,
    FundingPayment,
    Position,
    VenueProblem,
)
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.messages.market import (
    BookChange,
    DayStatistics,
    LastPrice,
    MarkPrice,
    OpenInterest,
)

SPOT, LINEAR, INVERSE = Category.SPOT, Category.LINEAR, Category.INVERSE

FILLED_IN: dict[str, Any] = {
    "<order.exchange_order_id>": "EOID1",
    "<self.expected_exchange_order_id>": "EOID1",
    "<order.exchange_order_id or '1640b725-75e9-407d-bea9-aae4fc666d33'>": "EOID1",
    "<order.client_order_id>": "OID1",
    "<order.client_order_id or ''>": "OID1",
    "<order.trade_type.name>": "Buy",
    "<order.trade_type.name.capitalize()>": "Sell",
    "<order.order_type.name.capitalize()>": "Limit",
    "<order.price>": "10000",
    "<order.amount>": "1",
    "<order.price + Decimal('0.5')>": "10000.5",
    "<order.amount + Decimal('0.5')>": "1.5",
    "<order.price * Decimal('0.5')>": "5000",
    "<order.amount * Decimal('0.5')>": "0.5",
    "<order.average_executed_price>": "9999",
    "<order.creation_timestamp>": "1640780000000",
    "<order.last_update_timestamp>": "1640780001000",
    "<order.leverage>": "20",
    "<order.position == PositionAction.CLOSE>": True,
    "<position_value>": "10000",
    "<CONSTANTS.PRIVATE_WALLET_CHANNEL>": "wallet",
    "<self.exchange_trading_pair>": "COINALPHAHBOT",
    "COINALPHA-HBOT": "COINALPHAHBOT",
    "<self.expected_latest_price>": "9999.9",
    "<self.expected_fill_fee.flat_fees[0].amount>": "0.25",
    "<self.expected_fill_trade_id>": "FILL1",
    "<self.target_funding_info_next_funding_utc_str>": "1657099053000",
    "<self.target_funding_payment_funding_rate>": "-0.003676",
    "<self.target_funding_payment_timestamp_str>": "1672128000000",
    "<float(self.target_funding_payment_payment_amount / self.target_funding_payment_funding_rate)>": "-100",
    "<available_balance>": "12.5",
    "<ret_code>": 110001,
    "<ret_msg>": "order not exists or too late to cancel",
    "<error_code>": 110025,
    "<error_msg>": "Position mode is not modified",
    "<err_code>": 110043,
    "<err_msg>": "Set leverage not modified",
    "<authenticated>": True,
    "<subscribed>": True,
}


class Recorded(NamedTuple):
    """An entry that is decoded, and into what."""

    decode: Callable[[bytes], Any]
    expected: Any


def filled_in(payload: Any) -> Any:
    """A payload with its angle brackets resolved."""
    if isinstance(payload, dict):
        return {name: filled_in(value) for name, value in payload.items()}
    if isinstance(payload, list):
        return [filled_in(value) for value in payload]
    return FILLED_IN.get(payload, payload) if isinstance(payload, str) else payload


def _spot(frame: bytes) -> Any:
    return decode_public(MARKETS.of(SPOT), frame)


def _linear(frame: bytes) -> Any:
    return decode_public(MARKETS.of(LINEAR), frame)


def _private(frame: bytes) -> Any:
    return decode_private(MARKETS, frame)


def _spot_orders(data: bytes) -> Any:
    return decode_orders(MARKETS, SPOT, data)


def _contract(line: bytes) -> Any:
    answer = {"retCode": 0, "retMsg": "OK", "result": {"list": [msgspec.Raw(line)]}}
    return decode_instruments(LINEAR, msgspec.json.encode(answer))


def _pair(lot: str, quote_step: str, min_notional: str, least: str, most: str) -> list[ListedInstrument]:
    return [
        ListedInstrument(
            instrument=Instrument(
                instrument_id=ALPHA_SPOT,
                symbol="COINALPHA/HBOT",
                venue="bybit",
                base_asset=ALPHA,
                quote_asset=HBOT,
                tick_size=D("0.01"),
                lot_size=D(lot),
                min_notional=D(min_notional),
                quote_step=D(quote_step),
            ),
            venue_symbol="COINALPHAHBOT",
            kind=InstrumentKind.SPOT,
            status=ListingStatus.TRADING,
            settle_asset=HBOT,
            min_quantity=D(least),
            max_quantity=D(most),
        )
    ]


def _perpetual(base: str, quote: str) -> list[ListedInstrument]:
    return [
        ListedInstrument(
            instrument=Instrument(
                instrument_id=InstrumentId(f"{base}-{quote}-PERP.BYBIT"),
                symbol=f"{base}/{quote} PERP",
                venue="bybit",
                base_asset=Asset(base),
                quote_asset=Asset(quote),
                tick_size=D("0.10"),
                lot_size=D("0.001"),
                min_notional=D("5"),
                contract=Contract(settle_asset=Asset(quote), max_leverage=D("100.00")),
            ),
            venue_symbol=f"{base}{quote}",
            kind=InstrumentKind.PERPETUAL,
            status=ListingStatus.TRADING,
            settle_asset=Asset(quote),
            min_quantity=D("0.001"),
            max_quantity=D("100.000"),
            max_leverage=D("100.00"),
        )
    ]


def _print() -> list[Trade]:
    return [
        Trade(
            instrument_id=InstrumentId(""),
            trade_id="20f43950-d8dd-5b31-9112-a178eb6023af",
            price=D("16578.50"),
            quantity=D("0.001"),
            aggressor=Aggressor.BUY,
            at=ms(1672304486865),
            sequence=1672304486865,
        )
    ]


def _print_of(instrument_id: InstrumentId) -> list[Trade]:
    return [msgspec.structs.replace(_print()[0], instrument_id=instrument_id)]


def _snapshot(instrument_id: InstrumentId, bid: tuple[str, str], ask: tuple[str, str]) -> list[BookUpdate]:
    return [
        BookUpdate(
            instrument_id=instrument_id,
            bids=levels(bid),
            asks=levels(ask),
            is_snapshot=True,
            at=ms(1716863718905),
            sequence=1432604333,
        )
    ]


def _spot_order(**told: Any) -> list[Any]:
    usual: dict[str, Any] = {
        "instrument_id": ALPHA_SPOT,
        "venue_order_id": "EOID1",
        "client_order_id": "OID1",
        "quantity": D("1"),
        "price": D("10000"),
        "cumulative_quantity": D("1"),
        "at": ms(1684738540561),
    }
    return [report(**{**usual, **told})]


def _news(**told: Any) -> list[Any]:
    usual = {"time_in_force": TimeInForce.IOC, "average_price": D("75"), "at": ms(1672364262457)}
    return _spot_order(**{**usual, **told})


def _spot_fill(fill_id: str, quantity: str, price: str, at_ms: int) -> list[Execution]:
    return [
        Execution(
            fill_id=fill_id,
            instrument_id=ALPHA_SPOT,
            venue_order_id="EOID1",
            client_order_id="OID1",
            side=Side.BUY,
            quantity=D(quantity),
            price=D(price),
            fee=D("0.005061"),
            # The currency is not told: a buy pays in what it buys.
            fee_asset=ALPHA,
            liquidity=Liquidity.TAKER,
            leaves=D("0"),
            at=ms(at_ms),
        )
    ]


def _alpha_balance(wallet: str) -> list[Balance]:
    return [
        Balance(
            asset=ALPHA,
            total=D("10000"),
            available=None,
            locked=D("0"),
            wallet=wallet,
            at=ms(1700034722104),
        )
    ]


def _perp_fill(**told: Any) -> list[Execution]:
    usual: dict[str, Any] = {
        "fill_id": "FILL1:sell",
        "instrument_id": ALPHA_PERP,
        "venue_order_id": "EOID1",
        "side": Side.SELL,
        "quantity": D("1"),
        "price": D("10000"),
        "fee": D("0.25"),
        "fee_asset": HBOT,
        "liquidity": Liquidity.TAKER,
        "leaves": D("0"),
        "at": ms(1672282722429),
    }
    return [Execution(**{**usual, **told})]


def _ticker(last: str, funding_at: int) -> list[Any]:
    at = ms(1672376496682)
    return [
        MarkPrice(
            instrument_id=ALPHA_PERP,
            mark=D("16596.00"),
            index=D("16598.54"),
            funding_rate=D("-0.001034"),
            next_funding_at=ms(funding_at),
            at=at,
        ),
        OpenInterest(instrument_id=ALPHA_PERP, quantity=D("373504107"), at=at),
        LastPrice(instrument_id=ALPHA_PERP, price=D(last), at=at),
        DayStatistics(
            instrument_id=ALPHA_PERP,
            open=D("16464.50"),
            high=D("30912.50"),
            low=D("15700.00"),
            last=D(last),
            volume=D("49337318"),
            turnover=D("2352.94950046"),
            at=at,
        ),
    ]


_CLOCK = ms(1688639403423) + timedelta(microseconds=213)

DECODED: dict[str, Recorded] = {
    "exchange_bybit/1": Recorded(
        lambda data: decode_book(MARKETS.of(SPOT), data, asked="COINALPHAHBOT"),
        _snapshot(ALPHA_SPOT, ("50005.12", "403.0416"), ("50006.34", "0.2297")),
    ),
    "exchange_bybit/6": Recorded(_spot, _print_of(ALPHA_SPOT)),
    "exchange_bybit/11": Recorded(_private, [VenueProblem(code="auth", message="Failed to authenticate")]),
    "exchange_bybit/12": Recorded(
        lambda data: decode_instruments(SPOT, data), _pair("0.000001", "0.01", "10", "0.0001", "2")
    ),
    "exchange_bybit/13": Recorded(decode_server_time, _CLOCK),
    "exchange_bybit/14": Recorded(
        lambda data: decode_instruments(SPOT, data),
        _pair("0.000001", "0.00000001", "1", "0.000048", "71.73956243"),
    ),
    "exchange_bybit/16": Recorded(
        _spot_orders,
        _spot_order(venue_order_id="", side=Side.SELL, quantity=D("100"), price=D("10"), at=ms(1640790000)),
    ),
    "exchange_bybit/17": Recorded(decode_answer, Answer(outcome=Outcome.TAKEN, client_order_id="OID1")),
    "exchange_bybit/18": Recorded(
        _spot_orders,
        _spot_order(
            venue_order_id="",
            side=Side.SELL,
            type=OrderType.MARKET,
            quantity=D("100"),
            price=None,
            at=ms(1640790000),
        ),
    ),
    "exchange_bybit/19": Recorded(
        decode_answer, Answer(outcome=Outcome.TAKEN, venue_order_id="EOID1", client_order_id="OID1")
    ),
    "exchange_bybit/20": Recorded(
        decode_wallet,
        [
            Balance(
                asset=ALPHA,
                total=D("15"),
                available=None,
                locked=D("5"),
                wallet="UNIFIED",
                at=ms(1690872862481),
            )
        ],
    ),
    "exchange_bybit/21": Recorded(
        lambda data: decode_fee_rates(MARKETS, SPOT, data),
        [FeeRates(instrument_id=ALPHA_SPOT, maker=D("0.0005"), taker=D("0.0006"))],
    ),
    "exchange_bybit/22": Recorded(_spot_orders, _spot_order(status=OrderStatus.FILLED)),
    "exchange_bybit/23": Recorded(_spot_orders, _spot_order(status=OrderStatus.CANCELLED)),
    "exchange_bybit/24": Recorded(_spot_orders, _spot_order()),
    "exchange_bybit/26": Recorded(
        _private, _news(exec_type=ExecType.NEW, price=D("72.5"), at=ms(1499405658657))
    ),
    "exchange_bybit/27": Recorded(
        _private, _news(exec_type=ExecType.CANCELLED, status=OrderStatus.CANCELLED)
    ),
    "exchange_bybit/28": Recorded(
        _private,
        _spot_fill("7e2ae69c-4edf-5800-a352-893d52b446aa:buy", "1.5", "10000.5", 1640790000),
    ),
    "exchange_bybit/29": Recorded(_private, _news(status=OrderStatus.PARTIALLY_FILLED)),
    "exchange_bybit/30": Recorded(
        _private, _spot_fill("7e2ae69c-4edf-5800-a352-893d52b446aa:buy", "0.5", "5000", 1640790000)
    ),
    "exchange_bybit/31": Recorded(
        _private, _spot_fill("7e2ae69c-4edf-5800-a352-893d52b446ab:buy", "0.5", "5000", 1640790000)
    ),
    "exchange_bybit/32": Recorded(_private, _news(status=OrderStatus.FILLED, at=ms(1672364263457))),
    "exchange_bybit/33": Recorded(_private, _news(status=OrderStatus.FILLED)),
    "exchange_bybit/34": Recorded(
        _private, _spot_fill("7e2ae69c-4edf-5800-a352-893d52b446aa:buy", "1", "10000", 1499405658658)
    ),
    "exchange_bybit/35": Recorded(_private, _alpha_balance("SPOT")),
    "exchange_bybit/36": Recorded(_private, _alpha_balance("UNIFIED")),
    "derivative_bybit_perpetual/0": Recorded(
        lambda data: decode_book(MARKETS.of(LINEAR), data, asked="COINALPHAHBOT"),
        _snapshot(ALPHA_PERP, ("65485.47", "47.081829"), ("65557.7", "16.606555")),
    ),
    "derivative_bybit_perpetual/2": Recorded(
        _linear,
        [
            BookChange(
                update=BookUpdate(
                    instrument_id=ALPHA_PERP,
                    bids=levels(("16493.50", "0.006"), ("16493.00", "0.100")),
                    asks=levels(("16611.00", "0.029"), ("16612.00", "0.213")),
                    is_snapshot=False,
                    at=ms(1672304484976),
                    sequence=7961638724,
                ),
                first=18521288,
                last=18521288,
                levels=50,
            )
        ],
    ),
    "derivative_bybit_perpetual/4": Recorded(
        _linear,
        [
            MarkPrice(
                instrument_id=ALPHA_PERP,
                mark=D("17217.33"),
                index=D("17227.36"),
                funding_rate=D("-0.000212"),
                next_funding_at=ms(1673280000000),
                at=ms(1673272861686),
            ),
            OpenInterest(instrument_id=ALPHA_PERP, quantity=D("68744.761"), at=ms(1673272861686)),
            LastPrice(instrument_id=ALPHA_PERP, price=D("17216.00"), at=ms(1673272861686)),
            DayStatistics(
                instrument_id=ALPHA_PERP,
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
    "derivative_bybit_perpetual/5": Recorded(
        lambda data: decode_tickers(MARKETS.of(INVERSE), data), _ticker("16597.00", 1672387200000)
    ),
    "derivative_bybit_perpetual/8": Recorded(_linear, _print_of(ALPHA_PERP)),
    "derivative_bybit_perpetual/9": Recorded(
        lambda data: decode_instruments(LINEAR, data), _perpetual("COINALPHA", "HBOT")
    ),
    "derivative_bybit_perpetual/10": Recorded(
        lambda data: decode_tickers(MARKETS.of(INVERSE), data), _ticker("9999.9", 1657099053000)
    ),
    "derivative_bybit_perpetual/12": Recorded(decode_server_time, _CLOCK),
    "derivative_bybit_perpetual/14": Recorded(
        decode_answer,
        Answer(outcome=Outcome.TAKEN, venue_order_id="EOID1", client_order_id="perpetual-test-postonly"),
    ),
    "derivative_bybit_perpetual/15": Recorded(
        decode_wallet,
        [
            Balance(
                asset=asset,
                total=D("0"),
                available=None,
                locked=D("0"),
                wallet="UNIFIED",
                at=ms(1690872862481),
            )
            for asset in (ALPHA, HBOT)
        ],
    ),
    "derivative_bybit_perpetual/16": Recorded(decode_transferable, D("12.5")),
    "derivative_bybit_perpetual/18": Recorded(
        lambda data: decode_executions(MARKETS, LINEAR, data),
        _perp_fill(fill_id="FILL1:buy", venue_order_id="", side=Side.BUY, quantity=D("1.0"), price=D("10.0")),
    ),
    "derivative_bybit_perpetual/20": Recorded(
        lambda data: decode_transactions(MARKETS, data),
        [
            FundingPayment(
                instrument_id=ALPHA_PERP,
                asset=USDT,
                amount=D("-0.003676"),
                rate=D("0.0001"),
                quantity=D("-100"),
                reference="534c0003-4bf7-486f-aa02-78cee36825e4",
                at=ms(1672128000000),
            )
        ],
    ),
    "derivative_bybit_perpetual/21": Recorded(
        decode_answer,
        Answer(
            outcome=Outcome.NO_SUCH_ORDER,
            problem=VenueProblem(code="110001", message="order not exists or too late to cancel"),
        ),
    ),
    "derivative_bybit_perpetual/23": Recorded(decode_answer, Answer(outcome=Outcome.TAKEN)),
    "derivative_bybit_perpetual/24": Recorded(
        decode_answer,
        Answer(
            outcome=Outcome.REFUSED,
            problem=VenueProblem(code="110025", message="Position mode is not modified"),
        ),
    ),
    "derivative_bybit_perpetual/25": Recorded(
        decode_answer,
        Answer(
            outcome=Outcome.REFUSED,
            problem=VenueProblem(code="110043", message="Set leverage not modified"),
        ),
    ),
    "derivative_bybit_perpetual/26": Recorded(decode_answer, Answer(outcome=Outcome.TAKEN)),
    "derivative_bybit_perpetual/27": Recorded(
        _private, _news(exec_type=ExecType.NEW, side=Side.SELL, reduce_only=True)
    ),
    "derivative_bybit_perpetual/28": Recorded(
        _private, _perp_fill(client_order_id="OID1", at=ms(1672364174443))
    ),
    "derivative_bybit_perpetual/29": Recorded(
        _private,
        [
            Position(
                instrument_id=ALPHA_PERP,
                quantity=D("-1"),
                position_side=PositionSide.SHORT,
                entry_price=D("10000"),
                mark_price=D("28184.5"),
                leverage=D("20"),
                unrealised_pnl=D("0"),
                realised_pnl=D("1.26"),
                at=ms(1697682317038),
            )
        ],
    ),
    "derivative_bybit_perpetual/31": Recorded(
        decode_answer, Answer(outcome=Outcome.TAKEN, venue_order_id="EOID1", client_order_id="OID1")
    ),
    "derivative_bybit_perpetual/32": Recorded(
        lambda data: decode_orders(MARKETS, LINEAR, data),
        [
            report(
                instrument_id=ALPHA_PERP,
                venue_order_id="EOID1",
                client_order_id="OID1",
                status=OrderStatus.FILLED,
                quantity=D("1"),
                price=D("10000"),
                average_price=D("9999"),
                post_only=True,
                position_side=PositionSide.LONG,
                reason="EC_PostOnlyWillTakeLiquidity",
                at=ms(1640780001000),
            )
        ],
    ),
    "derivative_bybit_perpetual/33": Recorded(
        lambda data: decode_executions(MARKETS, LINEAR, data), _perp_fill()
    ),
    "derivative_bybit_perpetual/34": Recorded(_private, []),
    "derivative_bybit_perpetual/36": Recorded(_contract, _perpetual("BTC", "USDT")),
}

REFUSED: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "exchange_bybit/0": (lambda data: decode_instruments(SPOT, data), "an answer of spot v1"),
    "exchange_bybit/2": (
        lambda data: decode_book(MARKETS.of(SPOT), data, asked="COINALPHAHBOT"),
        "a book without its answer",
    ),
    "exchange_bybit/3": (_spot, "an acknowledgement of spot v1"),
    "exchange_bybit/4": (_spot, "an acknowledgement of spot v1"),
    "exchange_bybit/5": (_spot, "broken on purpose: without times"),
    "exchange_bybit/7": (_spot, "broken on purpose: without a topic"),
    "exchange_bybit/8": (_spot, "a type of that project's own"),
    "exchange_bybit/9": (_spot, "broken on purpose: levels that are left out"),
    "exchange_bybit/10": (_private, "a fill of spot v1"),
    "derivative_bybit_perpetual/1": (_linear, "a book of v2"),
    "derivative_bybit_perpetual/3": (_linear, "instrument information of v2"),
    "derivative_bybit_perpetual/6": (
        lambda data: decode_tickers(MARKETS.of(LINEAR), data),
        "predicted funding of v2",
    ),
    "derivative_bybit_perpetual/7": (_linear, "a print of v2"),
    "derivative_bybit_perpetual/11": (
        lambda data: decode_instruments(LINEAR, data),
        "broken on purpose: without rules",
    ),
    "derivative_bybit_perpetual/13": (
        lambda data: decode_instruments(LINEAR, data),
        "broken on purpose: without rules",
    ),
    "derivative_bybit_perpetual/19": (
        lambda data: decode_transactions(MARKETS, data),
        "an answer of v2",
    ),
    "derivative_bybit_perpetual/30": (_linear, "instrument information of v2"),
    "derivative_bybit_perpetual/35": (_private, "an acknowledgement of v2"),
}
"""What is not v5, or is broken: nothing of it is taken, and it says so."""

IGNORED = {
    "exchange_bybit/15": "flags of that project, nothing that a venue said",
    "exchange_bybit/25": "settings of the account: its margin mode and its dead man's switch",
    "derivative_bybit_perpetual/17": "parameters of a request",
    "derivative_bybit_perpetual/22": "parameters of a request",
}
