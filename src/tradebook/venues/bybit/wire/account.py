"""Private frames and answers. Streams and REST write the same things the same way, with few exceptions.

Numbers that may be empty are texts here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from tradebook.venues.bybit.wire.base import Figures, Wire

T = TypeVar("T")


class News(Wire, Generic[T], frozen=True):
    """A private frame."""

    creation_time: int
    data: tuple[T, ...]


class Order(Figures, frozen=True):
    """An order: topic ``order``, ``/v5/order/realtime``, ``/v5/order/history``."""

    symbol: str
    order_id: str
    side: str
    order_type: str
    order_status: str
    qty: Decimal
    time_in_force: str
    updated_time: str
    created_time: str = ""
    category: str = ""
    """Empty in a REST answer, which has it for the whole."""
    order_link_id: str = ""
    price: str = ""
    avg_price: str | None = None
    cum_exec_qty: str = ""
    cancel_type: str = ""
    reject_reason: str = ""
    stop_order_type: str = ""
    create_type: str = ""
    trigger_price: str = ""
    trigger_direction: int = 0
    last_price_on_created: str = ""
    position_idx: int = 0
    reduce_only: bool = False
    close_on_trigger: bool = False
    tpsl_mode: str | None = None
    market_unit: str = ""
    parent_order_link_id: str = ""


class Fill(Figures, frozen=True):
    """An execution: topics ``execution`` and ``execution.fast``, ``/v5/execution/list``.

    The fast stream tells no fee, and no client order id of a maker.
    """

    symbol: str
    exec_id: str
    exec_price: Decimal
    exec_qty: Decimal
    order_id: str
    side: str
    exec_time: str
    is_maker: bool
    category: str = ""
    order_link_id: str = ""
    exec_type: str = "Trade"
    """The fast stream tells of nothing else."""
    exec_fee: str | None = None
    fee_rate: str | None = None
    fee_currency: str = ""
    exec_pnl: str | None = None
    create_type: str = ""
    leaves_qty: str | None = None
    closed_size: str | None = None
    """How much of it closed a position; empty where nothing did, and on spot."""


class Holding(Figures, frozen=True):
    """A position: topic ``position`` (``entryPrice``), ``/v5/position/list`` (``avgPrice``)."""

    symbol: str
    side: str
    size: Decimal
    updated_time: str
    category: str = ""
    position_idx: int = 0
    trade_mode: int | None = None
    entry_price: str | None = None
    avg_price: str | None = None
    mark_price: str | None = None
    liq_price: str | None = None
    leverage: str | None = None
    position_balance: str | None = None
    unrealised_pnl: str | None = None
    cur_realised_pnl: str | None = None


class Coin(Figures, frozen=True):
    """What a wallet has of a coin."""

    coin: str
    wallet_balance: Decimal
    locked: str | None = None
    borrow_amount: str | None = None
    spot_borrow: str | None = None
    accrued_interest: str | None = None
    order_margin: str | None = msgspec.field(name="totalOrderIM", default=None)
    position_margin: str | None = msgspec.field(name="totalPositionIM", default=None)


class Wallet(Wire, frozen=True):
    """Topic ``wallet``, ``/v5/account/wallet-balance``."""

    coin: tuple[Coin, ...]
    account_type: str = ""


class Transferable(Figures, frozen=True):
    """``/v5/account/withdrawal``, which answers for the one coin that it was asked for."""

    available_withdrawal: Decimal


class Movement(Wire, frozen=True):
    """A line of ``/v5/account/transaction-log``: ``change = cashFlow + funding - fee``."""

    id: str
    type: str
    currency: str
    change: str
    transaction_time: str
    symbol: str = ""
    category: str = ""
    side: str = ""
    funding: str = ""
    fee_rate: str = ""
    size: str = ""
    cash_flow: str = ""
    trade_id: str = ""


class AccountInfo(Wire, frozen=True):
    """``/v5/account/info``, as far as it tells what secures positions."""

    margin_mode: str


class SymbolFee(Figures, frozen=True):
    """A line of ``/v5/account/fee-rate``."""

    symbol: str
    taker_fee_rate: Decimal
    maker_fee_rate: Decimal


class ApiKey(Wire, frozen=True):
    """``/v5/user/query-api``, as far as it tells what the key may do."""

    read_only: int
    permissions: dict[str, list[str]]
    ips: tuple[str, ...]
    deadline_day: int | None = None
    expired_at: str = ""
    user_id: int | None = msgspec.field(default=None, name="userID")


class Protection(Wire, frozen=True):
    """After how many seconds without a stream the orders of a product are cancelled."""

    product: str
    dcp_status: str
    time_window: str


class Protections(Wire, frozen=True):
    """``/v5/account/query-dcp-info``."""

    dcp_infos: tuple[Protection, ...] = ()


class OrderIds(Wire, frozen=True):
    """What placing, changing and cancelling answer."""

    order_id: str = ""
    order_link_id: str = ""
