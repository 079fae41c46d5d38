"""The USD-M futures account's frames and answers as they are on the wire.

https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams and the pages
``account/rest-api`` and ``trade/rest-api`` beside it.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.venues.binance.wire import Answer, Figures, Frame


class Envelope(Frame, frozen=True, kw_only=True, gc=False):
    """As much of a frame as tells what it is."""

    e: str = ""
    data: msgspec.Raw = msgspec.Raw()


class OrderBody(
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
        "average": "ap",
        "stop_price": "sp",
        "exec_type": "x",
        "status": "X",
        "order_id": "i",
        "last_quantity": "l",
        "filled": "z",
        "last_price": "L",
        "fee_asset": "N",
        "fee": "n",
        "time": "T",
        "trade_id": "t",
        "is_maker": "m",
        "reduce_only": "R",
        "position_side": "ps",
        "close_position": "cp",
        "callback_rate": "cr",
        "realised": "rp",
        "good_till": "gtd",
        "expiry_reason": "er",
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
    average: Decimal
    stop_price: Decimal | None = None
    exec_type: str
    status: str
    order_id: int
    last_quantity: Decimal
    filled: Decimal
    last_price: Decimal
    fee_asset: str | None = None
    fee: Decimal | None = None
    time: int
    trade_id: int
    is_maker: bool
    reduce_only: bool
    position_side: str
    close_position: bool = False
    callback_rate: Decimal | None = None
    realised: Decimal | None = None
    good_till: int | None = None
    expiry_reason: int | str = 0


class OrderUpdate(Frame, frozen=True, kw_only=True, gc=False, rename={"order": "o"}):
    """ORDER_TRADE_UPDATE."""

    order: OrderBody


class TradeLite(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "time": "T",
        "symbol": "s",
        "client_order_id": "c",
        "side": "S",
        "order_id": "i",
        "last_quantity": "l",
        "last_price": "L",
        "trade_id": "t",
        "is_maker": "m",
    },
):
    """A fill, told sooner and shorter than by ORDER_TRADE_UPDATE."""

    time: int
    symbol: str
    client_order_id: str
    side: str
    order_id: int
    last_quantity: Decimal
    last_price: Decimal
    trade_id: int
    is_maker: bool


class AlgoBody(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "client_algo_id": "caid",
        "algo_id": "aid",
        "type": "o",
        "symbol": "s",
        "side": "S",
        "position_side": "ps",
        "time_in_force": "f",
        "quantity": "q",
        "status": "X",
        "actual_order_id": "ai",
        "average": "ap",
        "filled": "aq",
        "trigger_price": "tp",
        "price": "p",
        "close_position": "cp",
        "reduce_only": "R",
        "callback_rate": "cr",
        "good_till": "gtd",
        "reason": "rm",
    },
):
    """A conditional order, which rests in a service of its own until it is triggered."""

    client_algo_id: str
    algo_id: int
    type: str
    symbol: str
    side: str
    position_side: str
    time_in_force: str
    quantity: Decimal
    status: str
    actual_order_id: str = ""
    average: Decimal | None = None
    filled: Decimal = ZERO
    trigger_price: Decimal | None = None
    price: Decimal | None = None
    close_position: bool
    reduce_only: bool
    callback_rate: Decimal | None = None
    good_till: int | None = None
    reason: str = ""


class AlgoUpdate(Frame, frozen=True, kw_only=True, gc=False, rename={"time": "T", "order": "o"}):
    """ALGO_UPDATE."""

    time: int
    order: AlgoBody


class WalletBalance(
    Figures, frozen=True, kw_only=True, gc=False, rename={"asset": "a", "wallet": "wb", "change": "bc"}
):
    """A balance, and what it changed by beside profit and commission."""

    asset: str
    wallet: Decimal
    change: Decimal


class PositionBody(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "symbol": "s",
        "amount": "pa",
        "entry_price": "ep",
        "realised": "cr",
        "unrealised": "up",
        "margin_type": "mt",
        "isolated": "iw",
        "position_side": "ps",
        "mark_price": "mp",
    },
):
    """A position of ACCOUNT_UPDATE or of MARGIN_CALL."""

    symbol: str
    amount: Decimal
    entry_price: Decimal | None = None
    realised: Decimal | None = None
    unrealised: Decimal
    margin_type: str
    isolated: Decimal
    position_side: str
    mark_price: Decimal | None = None


class AccountBody(
    Frame, frozen=True, kw_only=True, gc=False, rename={"reason": "m", "balances": "B", "positions": "P"}
):
    """What changed, and why."""

    reason: str
    balances: tuple[WalletBalance, ...] = ()
    positions: tuple[PositionBody, ...] = ()


class AccountUpdate(Frame, frozen=True, kw_only=True, gc=False, rename={"time": "T", "account": "a"}):
    """ACCOUNT_UPDATE."""

    time: int
    account: AccountBody


class MarginCall(Frame, frozen=True, kw_only=True, gc=False, rename={"time": "E", "positions": "p"}):
    """Positions that are about to be liquidated."""

    time: int
    positions: tuple[PositionBody, ...]


class LeverageBody(Figures, frozen=True, kw_only=True, gc=False, rename={"symbol": "s", "leverage": "l"}):
    """The leverage of a symbol."""

    symbol: str
    leverage: Decimal


class ConfigUpdate(Frame, frozen=True, kw_only=True, gc=False, rename={"leverage": "ac"}):
    """ACCOUNT_CONFIG_UPDATE: a leverage, or whether all assets are margin for all positions."""

    leverage: LeverageBody | None = None


class TriggerRejectBody(Frame, frozen=True, kw_only=True, gc=False, rename={"order_id": "i", "reason": "r"}):
    """Which order, and why."""

    order_id: int
    reason: str


class TriggerReject(Frame, frozen=True, kw_only=True, gc=False, rename={"order": "or"}):
    """A triggered order that the matching engine refused."""

    order: TriggerRejectBody


class OrderAnswer(Answer, frozen=True, kw_only=True):
    """An order as it is placed, changed, asked for or cancelled."""

    symbol: str
    order_id: int | str
    client_order_id: str
    price: Decimal
    avg_price: Decimal | None = None
    orig_qty: Decimal
    executed_qty: Decimal
    status: str
    time_in_force: str
    type: str
    side: str
    position_side: str
    reduce_only: bool
    close_position: bool
    stop_price: Decimal | None = None
    price_rate: Decimal | None = None
    good_till_date: int | None = None
    update_time: int


class AlgoAnswer(Answer, frozen=True, kw_only=True):
    """A conditional order; the documentation calls its type ``orderType``, other answers ``type``."""

    algo_id: int
    client_algo_id: str
    order_type: str = ""
    type: str = ""
    symbol: str
    side: str
    position_side: str
    time_in_force: str
    quantity: Decimal
    algo_status: str
    actual_order_id: str | None = None
    executed_qty: Decimal | None = None
    trigger_price: Decimal | None = None
    price: Decimal | None = None
    close_position: bool = False
    reduce_only: bool
    callback_rate: str | None = None
    """Empty where it does not trail."""
    good_till_date: int | None = None
    update_time: int


class TradeOfAccount(Answer, frozen=True, kw_only=True):
    """A fill of the account."""

    symbol: str
    id: int
    order_id: int | str
    side: str
    position_side: str
    price: Decimal
    qty: Decimal
    realized_pnl: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    maker: bool


class PositionRisk(Answer, frozen=True, kw_only=True):
    """A position; the third version of the answer leaves out leverage and margin type."""

    symbol: str
    position_amt: Decimal
    entry_price: Decimal
    mark_price: Decimal
    un_realized_profit: Decimal
    liquidation_price: Decimal
    leverage: Decimal | None = None
    margin_type: str | None = None
    isolated_margin: Decimal
    position_side: str
    update_time: int


class PositionOfAccount(Answer, frozen=True, kw_only=True):
    """A position as the account's answer has it."""

    symbol: str
    position_amt: Decimal
    entry_price: Decimal | None = None
    unrealized_profit: Decimal
    leverage: Decimal | None = None
    isolated: bool | None = None
    position_side: str
    update_time: int


class AssetOfAccount(Answer, frozen=True, kw_only=True):
    """A balance as the account's answer has it."""

    asset: str
    wallet_balance: Decimal
    available_balance: Decimal
    initial_margin: Decimal
    update_time: int


class AccountAnswer(Answer, frozen=True, kw_only=True):
    """The account."""

    assets: list[AssetOfAccount]
    positions: list[PositionOfAccount]


class BalanceAnswer(Answer, frozen=True, kw_only=True):
    """A balance."""

    account_alias: str = ""
    asset: str
    balance: Decimal
    available_balance: Decimal
    update_time: int


class SymbolConfig(Answer, frozen=True, kw_only=True):
    """How a symbol is set up."""

    symbol: str
    margin_type: str
    leverage: Decimal


class CommissionRate(Answer, frozen=True, kw_only=True):
    """What trading a symbol costs."""

    symbol: str
    maker_commission_rate: Decimal
    taker_commission_rate: Decimal


class PositionModeAnswer(Answer, frozen=True, kw_only=True):
    """Whether long and short are two positions."""

    dual_side_position: bool


class ListenKeyAnswer(Answer, frozen=True, kw_only=True):
    """The stream of the account."""

    listen_key: str


class BracketLine(Answer, frozen=True, kw_only=True):
    """What holds for positions up to some size, the smallest first."""

    initial_leverage: Decimal
    maint_margin_ratio: Decimal


class BracketsAnswer(Answer, frozen=True, kw_only=True):
    """How much leverage positions in a symbol may have."""

    symbol: str
    brackets: list[BracketLine]


class IncomeAnswer(Answer, frozen=True, kw_only=True):
    """Money that came or went."""

    symbol: str = ""
    income_type: str
    income: Decimal
    asset: str
    time: int
    tran_id: int | str
