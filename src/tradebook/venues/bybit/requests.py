"""What is asked of Bybit: a request before it is signed, and the questions that change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import msgspec

from tradebook.kernel.messages import Value
from tradebook.market.values import Interval
from tradebook.venues.bybit.symbols import Category

KLINE_INTERVALS = {
    Interval.M1: "1",
    Interval.M5: "5",
    Interval.M15: "15",
    Interval.H1: "60",
    Interval.H4: "240",
    Interval.D1: "D",
}

Params = dict[str, str | int | bool]
Span = tuple[datetime, datetime]
"""From when to when."""

_encoder = msgspec.json.Encoder()


class Request(Value, frozen=True, kw_only=True):
    """A request as it is before it is signed."""

    method: Literal["GET", "POST"]
    path: str
    params: Params
    is_private: bool = True

    @property
    def payload(self) -> str:
        """What is signed and sent, character for character: the query of a GET, the body of a POST."""
        if self.method == "GET":
            # A cursor comes from the venue encoded already, and is wanted back like that.
            return urlencode(self.params, safe="%")
        return _encoder.encode(self.params).decode()


def order_by_client_id(category: Category, symbol: str, client_order_id: str) -> Request:
    """An order that is open, or among the last 500 that ended."""
    params = {"category": category.value, "symbol": symbol, "orderLinkId": client_order_id}
    return _get("/v5/order/realtime", params)


def past_order_by_client_id(
    category: Category, symbol: str, client_order_id: str, *, within: Span | None = None
) -> Request:
    """An order that ended in the last seven days, or in as long a time before: then only one of which
    something was filled, of the last two years.
    """
    params: Params = {"category": category.value, "symbol": symbol, "orderLinkId": client_order_id}
    return _get("/v5/order/history", params | _times(within))


def open_orders(category: Category, *, settle_asset: str = "", cursor: str = "") -> Request:
    """Everything that works in a category; linear wants the asset that it is settled in."""
    return _get(
        "/v5/order/realtime",
        {"category": category.value, "openOnly": 0, "limit": 50},
        settleCoin=settle_asset,
        cursor=cursor,
    )


def executions(
    category: Category, *, start: datetime, end: datetime, only: str = "", cursor: str = ""
) -> Request:
    """Fills and funding of at most seven days, newest first; ``only`` one type of them."""
    params: Params = {"category": category.value, "startTime": _ms(start), "endTime": _ms(end), "limit": 100}
    return _get("/v5/execution/list", params, execType=only, cursor=cursor)


def executions_of(
    category: Category, symbol: str, venue_order_id: str, *, within: Span | None = None, cursor: str = ""
) -> Request:
    """Fills of one order in the last seven days, or in as long a time before, newest first."""
    params: Params = {"category": category.value, "symbol": symbol, "orderId": venue_order_id, "limit": 100}
    return _get("/v5/execution/list", params | _times(within), cursor=cursor)


def transactions(
    *, start: datetime, end: datetime, category: Category | None = None, cursor: str = ""
) -> Request:
    """The unified account's log of at most seven days, newest first; ``category`` only its lines."""
    params: Params = {"accountType": "UNIFIED", "startTime": _ms(start), "endTime": _ms(end), "limit": 50}
    only = "" if category is None else category.value
    return _get("/v5/account/transaction-log", params, category=only, cursor=cursor)


def positions(category: Category, *, symbol: str = "", settle_asset: str = "", cursor: str = "") -> Request:
    """Positions of a category: all that are open, for which linear wants the asset that they are settled in,
    or those in a symbol, open or not.
    """
    params: Params = {"category": category.value, "limit": 200}
    return _get("/v5/position/list", params, symbol=symbol, settleCoin=settle_asset, cursor=cursor)


def margin_mode() -> Request:
    """What secures positions, among other things of the account."""
    return _get("/v5/account/info", {})


def disconnect_windows() -> Request:
    """For what the account has disconnection protect, and how long that waits."""
    return _get("/v5/account/query-dcp-info", {})


def wallet() -> Request:
    """Balances of the unified account."""
    return _get("/v5/account/wallet-balance", {"accountType": "UNIFIED"})


def transferable(asset: str) -> Request:
    """What of a coin is free in the unified account."""
    return _get("/v5/account/withdrawal", {"coinName": asset})


def fee_rates(category: Category, *, symbol: str = "") -> Request:
    """What trading costs."""
    return _get("/v5/account/fee-rate", {"category": category.value}, symbol=symbol)


def permissions() -> Request:
    """What the key that signs it may do."""
    return _get("/v5/user/query-api", {})


def instruments(category: Category, *, cursor: str = "") -> Request:
    """The list of a category: of what trades."""
    params: Params = {"category": category.value}
    if category is not Category.SPOT:
        params["limit"] = 1000
    return _get("/v5/market/instruments-info", params, is_private=False, cursor=cursor)


def instrument(category: Category, symbol: str, *, status: str = "") -> Request:
    """One of them, or one that does not trade where its status is named."""
    params: Params = {"category": category.value, "symbol": symbol}
    return _get("/v5/market/instruments-info", params, is_private=False, status=status)


def risk_limits(category: Category, *, symbol: str = "", cursor: str = "") -> Request:
    """What positions of a category, or in a symbol, need; of linear it has fifteen symbols on a page."""
    params: Params = {"category": category.value}
    return _get("/v5/market/risk-limit", params, is_private=False, symbol=symbol, cursor=cursor)


def candles(
    category: Category, symbol: str, interval: Interval, *, start: datetime, end: datetime
) -> Request:
    """Up to 1,000 candles that begin from ``start`` to ``end``, newest first."""
    params: Params = {
        "category": category.value,
        "symbol": symbol,
        "interval": KLINE_INTERVALS[interval],
        "start": _ms(start),
        "end": _ms(end),
        "limit": 1000,
    }
    return _get("/v5/market/kline", params, is_private=False)


def book(category: Category, symbol: str, *, depth: int) -> Request:
    """A book, up to 200 levels on spot, 500 elsewhere."""
    params: Params = {"category": category.value, "symbol": symbol, "limit": depth}
    return _get("/v5/market/orderbook", params, is_private=False)


def server_time() -> Request:
    """The venue's clock."""
    return _get("/v5/market/time", {}, is_private=False)


def _get(
    path: str, params: Mapping[str, str | int | bool], *, is_private: bool = True, **optional: str
) -> Request:
    given = {name: value for name, value in optional.items() if value}
    return Request(method="GET", path=path, params={**params, **given}, is_private=is_private)


def _times(within: Span | None) -> Params:
    return {} if within is None else {"startTime": _ms(within[0]), "endTime": _ms(within[1])}


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
