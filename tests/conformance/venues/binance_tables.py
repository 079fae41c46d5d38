"""What the tables of expected messages are written with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.vectors import VECTORS

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.binance import market_answers, spot_answers
from tradebook.venues.binance.futures_account import decode_futures_frame
from tradebook.venues.binance.market_data import PublicFrames
from tradebook.venues.binance.spot_account import decode_spot_frame

WIRE = VECTORS / "exchange_wire"
NAUTILUS = WIRE / "nautilus"
HUMMINGBOT = WIRE / "hummingbot"

D = Decimal
RECEIVED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
"""When a frame or answer came that does not tell its time."""


def ms(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


class Names:
    """Symbols of one market, for decoders that only ask for ids."""

    def __init__(self, **names: str) -> None:
        self._names = names

    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        return InstrumentId(f"{self._names[venue_symbol]}.BINANCE")


SPOT = Names(
    BNBBTC="BNB-BTC",
    BTCUSD="BTC-USD",
    BTCUSDT="BTC-USDT",
    COINALPHAHBOT="COINALPHA-HBOT",
    ETHBTC="ETH-BTC",
    ETHUSDT="ETH-USDT",
    LTCBTC="LTC-BTC",
)
FUTURES = Names(
    BNBUSDT="BNB-USDT-PERP",
    BTCUSDT="BTC-USDT-PERP",
    BTCUSDT_220325="BTC-USDT-20220325",
    BTCUSD_200925="BTC-USD-20200925",
    BTCUSD_240329="BTC-USD-20240329",
    COINALPHAHBOT="COINALPHA-HBOT-PERP",
    COINALPHAHBOT_230331="COINALPHA-HBOT-20230331",
    DOGEUSDT="DOGE-USDT-PERP",
    ETHUSDT="ETH-USDT-PERP",
    **{"COINALPHA-HBOT": "COINALPHA-HBOT-PERP"},
)
BTC = InstrumentId("BTC-USDT.BINANCE")
ETH = InstrumentId("ETH-USDT.BINANCE")
BTC_PERP = InstrumentId("BTC-USDT-PERP.BINANCE")
ETH_PERP = InstrumentId("ETH-USDT-PERP.BINANCE")
ALPHA = InstrumentId("COINALPHA-HBOT.BINANCE")
ALPHA_PERP = InstrumentId("COINALPHA-HBOT-PERP.BINANCE")


class Refused(NamedTuple):
    """What is not understood, and must say so with these words."""

    words: str


class Case(NamedTuple):
    """How a payload is read, and what it must say."""

    read: Callable[[bytes], object]
    expected: object


Table = dict[str, Case]


def spot_frame(body: bytes) -> object:
    return list(decode_spot_frame(body, SPOT))


def futures_frame(body: bytes) -> object:
    return list(decode_futures_frame(body, FUTURES))


def spot_public(body: bytes) -> object:
    return list(PublicFrames(SPOT).decode(body, RECEIVED))


def futures_public(body: bytes) -> object:
    return list(PublicFrames(FUTURES).decode(body, RECEIVED))


def spot_orders(body: bytes) -> object:
    return spot_answers.decode_spot_orders(body, SPOT, RECEIVED)


def spot_cancellation(body: bytes) -> object:
    return spot_answers.decode_spot_cancellation(body, SPOT, RECEIVED)


def server_time(body: bytes) -> object:
    return market_answers.decode_server_time(body)


def nautilus_files() -> dict[str, Path]:
    """Payloads of Binance, by their path below the folder of their source."""
    return {
        path.relative_to(NAUTILUS).as_posix(): path
        for folder in ("binance", "binance_py")
        for path in sorted((NAUTILUS / folder).rglob("*.json"))
    }


COMPUTED: dict[str, Any] = {
    "self.exchange_symbol_for_tokens(self.base_asset, self.quote_asset)": "COINALPHAHBOT",
    "self.exchange_symbol_for_tokens(order.base_asset, order.quote_asset)": "COINALPHAHBOT",
    "self.exchange_symbol_for_tokens('INVALID', 'PAIR')": "INVALIDPAIR",
    "self.symbol": "COINALPHAHBOT",
    "self.ex_trading_pair.lower()": "coinalphahbot",
    "self.expected_latest_price": "9999.9",
    "self.expected_exchange_order_id": 28,
    "self.expected_fill_trade_id": 30000,
    "self.expected_fill_fee.flat_fees[0].amount": "30",
    "self.expected_fill_fee.flat_fees[0].token": "HBOT",
    "self.expected_partial_fill_price": "10500",
    "self.expected_partial_fill_amount": "0.5",
    "self.expected_partial_fill_amount * self.expected_partial_fill_price": "5250",
    "self.expected_partial_fill_amount * order.price": "5000",
    "order.client_order_id": "OID1",
    "order.exchange_order_id": 4,
    "order.exchange_order_id or 'dummyOrdId'": "4",
    "int(order.exchange_order_id)": 4,
    "order.trade_type.name.upper()": "BUY",
    "order.order_type.name.upper()": "LIMIT",
    "order.amount": "1",
    "order.price": "10000",
    "order.price + Decimal(2)": "10002",
    "order.price * order.amount": "10000",
    "order.amount * order.price": "10000",
    "int(self.start_timestamp)": 1640780000,
    "self.start_timestamp + 8 * 60 * 60": 1640808800,
    "margin_asset": "HBOT",
    "min_price_increment": "0.01",
    "min_order_size": "0.5",
    "min_base_amount_increment": "0.25",
    "min_notional_size": "10",
}
"""What the tests of hummingbot put in place of an expression, chosen here."""


def hummingbot_entries(name: str) -> dict[str, bytes]:
    """The payloads of one file by number and function, with values in place of expressions."""
    payloads = json.loads((HUMMINGBOT / f"{name}.json").read_text())["payloads"]
    return {
        f"{number} {each['function']}": json.dumps(_computed(each["payload"])).encode()
        for number, each in enumerate(payloads)
    }


def _computed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _computed(each) for key, each in value.items()}
        case list():
            return [_computed(each) for each in value]
        case str() if value.startswith("<") and value.endswith(">") and value.count("<") == 1:
            return COMPUTED[value[1:-1]]
        case str():
            return re.sub(r"<(.*?)>", lambda match: str(COMPUTED[match[1]]), value)
        case _:
            return value
