"""The spot account's frames and answers as they are on the wire.

https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md and ``rest-api.md`` there.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.venues.binance.wire import Answer, Figures, Frame


class Envelope(Frame, frozen=True, kw_only=True, gc=False):
    """As much of a frame as tells what it is: an event, alone or wrapped, or an answer on the same socket."""

    e: str = ""
    event: msgspec.Raw = msgspec.Raw()
    data: msgspec.Raw = msgspec.Raw()
    id: int | str | None = None
    status: int | None = None
    error: ErrorBody | None = None


class ErrorBody(Answer, frozen=True, kw_only=True):
    """Binance's no."""

    code: int
    msg: str


class ExecutionReportFrame(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "symbol": "s",
        "client_order_id": "c",
        "side": "S",
        "type": "o",
        "time_in_force": "f",
        "quantity": "q",
        "price": "p",
        "stop_price": "P",
        "trailing_delta": "d",
        "order_list_id": "g",
        "original_client_order_id": "C",
        "exec_type": "x",
        "status": "X",
        "reject_reason": "r",
        "expiry_reason": "eR",
        "order_id": "i",
        "last_quantity": "l",
        "filled": "z",
        "last_price": "L",
        "fee": "n",
        "fee_asset": "N",
        "time": "T",
        "trade_id": "t",
        "is_maker": "m",
        "quote_filled": "Z",
        "quote_quantity": "Q",
    },
):
    """An order, and what has become of it."""

    symbol: str
    client_order_id: str
    side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    stop_price: Decimal
    trailing_delta: int | None = None
    order_list_id: int = -1
    original_client_order_id: str | None = None
    exec_type: str
    status: str
    reject_reason: str = "NONE"
    expiry_reason: str = ""
    order_id: int
    last_quantity: Decimal
    filled: Decimal
    last_price: Decimal
    fee: Decimal | None = None
    fee_asset: str | None = None
    time: int
    trade_id: int
    is_maker: bool
    quote_filled: Decimal
    quote_quantity: Decimal | None = None


class FreeAndLocked(
    Figures, frozen=True, kw_only=True, gc=False, rename={"asset": "a", "free": "f", "locked": "l"}
):
    """A balance of a frame."""

    asset: str
    free: Decimal
    locked: Decimal


class AccountPositionFrame(Frame, frozen=True, kw_only=True, gc=False, rename={"balances": "B", "time": "u"}):
    """The balances that an event may have changed."""

    balances: list[FreeAndLocked]
    time: int


class BalanceUpdateFrame(
    Figures, frozen=True, kw_only=True, gc=False, rename={"asset": "a", "delta": "d", "time": "T"}
):
    """Money that came or went beside trading."""

    asset: str
    delta: Decimal
    time: int


class ListedOrderFrame(
    Frame, frozen=True, kw_only=True, gc=False, rename={"order_id": "i", "client_order_id": "c"}
):
    """An order of a list."""

    order_id: int
    client_order_id: str


class ListStatusFrame(
    Frame,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "symbol": "s",
        "order_list_id": "g",
        "order_status": "L",
        "reject_reason": "r",
        "client_list_id": "C",
        "time": "T",
        "orders": "O",
    },
):
    """How an order list stands."""

    symbol: str
    order_list_id: int
    order_status: str
    reject_reason: str = "NONE"
    client_list_id: str
    time: int
    orders: list[ListedOrderFrame]


class FillOfPlacement(Answer, frozen=True, kw_only=True):
    """A fill that an order met while it was placed."""

    price: Decimal
    qty: Decimal
    commission: Decimal
    commission_asset: str
    trade_id: int


class OrderAnswer(Answer, frozen=True, kw_only=True):
    """An order as it is placed, asked for or cancelled."""

    symbol: str
    order_id: int | str
    order_list_id: int = -1
    client_order_id: str
    orig_client_order_id: str = ""
    price: Decimal
    orig_qty: Decimal
    executed_qty: Decimal
    cummulative_quote_qty: Decimal
    orig_quote_order_qty: Decimal | None = None
    status: str
    time_in_force: str
    type: str
    side: str
    stop_price: Decimal | None = None
    trailing_delta: int | None = None
    time: int | None = None
    update_time: int | None = None
    transact_time: int | None = None
    expiry_reason: str = ""
    fills: tuple[FillOfPlacement, ...] = ()


class AmendedOrder(Answer, frozen=True, kw_only=True):
    """An order as it was made smaller."""

    symbol: str
    order_id: int | str
    order_list_id: int = -1
    orig_client_order_id: str
    client_order_id: str
    price: Decimal
    qty: Decimal
    executed_qty: Decimal
    cumulative_quote_qty: Decimal
    status: str
    time_in_force: str
    type: str
    side: str
    stop_price: Decimal | None = None


class AmendmentAnswer(Answer, frozen=True, kw_only=True):
    """The answer to an order that was made smaller."""

    transact_time: int
    amended_order: AmendedOrder


class PlacementAck(Answer, frozen=True, kw_only=True):
    """As much of the answer to a placed order as every kind of it has."""

    order_id: int | str
    client_order_id: str
    order_list_id: int = -1
    transact_time: int | None = None
    status: str | None = None


class ListedOrderAnswer(Answer, frozen=True, kw_only=True):
    """An order of a list."""

    order_id: int
    client_order_id: str


class OrderListAnswer(Answer, frozen=True, kw_only=True):
    """An order list as it is placed, asked for or cancelled."""

    order_list_id: int
    list_order_status: str
    list_client_order_id: str
    transaction_time: int
    symbol: str
    orders: list[ListedOrderAnswer]
    order_reports: tuple[OrderAnswer, ...] = ()


class WhichAnswer(Answer, frozen=True, kw_only=True):
    """Whether one of several answers is an order or an order list."""

    contingency_type: str = ""


class TradeOfAccount(Answer, frozen=True, kw_only=True):
    """A fill of the account."""

    symbol: str
    id: int
    order_id: int | str
    price: Decimal
    qty: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    is_buyer: bool
    is_maker: bool


class BalanceAnswer(Answer, frozen=True, kw_only=True):
    """A balance of the account."""

    asset: str
    free: Decimal
    locked: Decimal


class CommissionRates(Answer, frozen=True, kw_only=True):
    """As fractions."""

    maker: Decimal
    taker: Decimal


class AccountAnswer(Answer, frozen=True, kw_only=True):
    """The account: balances and, in hundredths of a per cent or as fractions, what trading costs."""

    maker_commission: Decimal
    taker_commission: Decimal
    commission_rates: CommissionRates | None = None
    update_time: int
    balances: list[BalanceAnswer]
    uid: int | None = None


class TradeFeeAnswer(Answer, frozen=True, kw_only=True):
    """What trading one symbol costs."""

    symbol: str
    maker_commission: Decimal
    taker_commission: Decimal


class RestrictionsAnswer(Answer, frozen=True, kw_only=True):
    """What a key may do.

    https://developers.binance.com/docs/wallet/account/api-key-permission
    """

    ip_restrict: bool
    enable_reading: bool
    enable_withdrawals: bool
    enable_spot_and_margin_trading: bool
    enable_futures: bool
    trading_authority_expiration_time: int | None = None
