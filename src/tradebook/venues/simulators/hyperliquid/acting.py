"""What can be done at ``/exchange``: orders, cancels and changes of them, and settings.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.hyperliquid import documents
from tradebook.venues.simulators.hyperliquid.accounts import Agent, Customer
from tradebook.venues.simulators.hyperliquid.exchanges import Exchanges
from tradebook.venues.simulators.hyperliquid.gate import Asked, Gate
from tradebook.venues.simulators.hyperliquid.orders import SCHEDULED, AnyOrder
from tradebook.venues.simulators.hyperliquid.placing import NUMBER, WireOrder, read_orders, request_of
from tradebook.venues.simulators.hyperliquid.rejections import (
    ActionRefusal,
    NotUnderstood,
    OrderRefusal,
    missing,
)
from tradebook.venues.simulators.hyperliquid.symbols import LEVERAGE_MAX, Symbols, milliseconds

AGENT_DAYS = 90
"""For so long a named agent is good where its name does not say until when."""
DAY_MS = 24 * 60 * 60 * 1000
SCHEDULED_AHEAD_MS = 5000
FIRES_A_DAY_MAX = 10
_BATCHES = {"order": "orders", "cancel": "cancels", "cancelByCloid": "cancels", "batchModify": "modifies"}
T = TypeVar("T")

CANCELS = frozenset({"cancel", "cancelByCloid"})


class _Cancel(msgspec.Struct, frozen=True):
    a: int
    o: int


class _CancelByCloid(msgspec.Struct, frozen=True):
    asset: int
    cloid: str


class _Modify(msgspec.Struct, frozen=True):
    oid: int | str
    order: dict[str, Any]


class _Leverage(msgspec.Struct, frozen=True, rename="camel"):
    asset: int
    is_cross: bool
    leverage: int


class _ClassTransfer(msgspec.Struct, frozen=True, rename="camel"):
    amount: str
    to_perp: bool


class Actions:
    """By their types. Each may raise ActionRefusal or NotUnderstood."""

    def __init__(self, symbols: Symbols, exchanges: Exchanges, gate: Gate, clock: Clock) -> None:
        self._symbols = symbols
        self._exchanges = exchanges
        self._gate = gate
        self._clock = clock
        self._handlers: dict[str, Callable[[Asked], Any]] = {
            "order": self._order,
            "cancel": self._cancel,
            "cancelByCloid": self._cancel_by_cloid,
            "modify": self._modify,
            "batchModify": self._batch_modify,
            "scheduleCancel": self._schedule_cancel,
            "updateLeverage": self._update_leverage,
            "usdClassTransfer": self._move,
            "approveAgent": self._approve_agent,
            "approveBuilderFee": _nothing,
            "setReferrer": _nothing,
            "noop": _nothing,
        }

    def carry_out(self, asked: Asked) -> dict[str, Any]:
        """The response. What costs money outside of trading nobody does here."""
        handler = self._handlers.get(asked.action["type"])
        if handler is None:
            raise ActionRefusal("This action is not simulated.")
        return {"status": "ok", "response": handler(asked)}

    def fire_switches(self) -> None:
        """Cancel everything of whom did not put off his dead-man's switch."""
        now = self._now()
        for customer in self._gate.customers():
            if customer.cancels_at is not None and now >= customer.cancels_at:
                customer.cancels_at = None
                customer.switch_fired.append(now // DAY_MS)
                for order in customer.open_orders():
                    self._exchanges.cancel(customer, order, status=SCHEDULED)

    # --- orders

    def _order(self, asked: Asked) -> dict[str, Any]:
        orders = read_orders(asked.action.get("orders"))
        return _statuses("order", [self._placed(asked.customer, each) for each in orders])

    def _placed(self, customer: Customer, order: WireOrder) -> dict[str, Any]:
        try:
            return documents.placed(self._place(customer, order))
        except OrderRefusal as refusal:
            return {"error": str(refusal)}

    def _place(self, customer: Customer, order: WireOrder) -> AnyOrder:
        request, refusal = request_of(order, self._symbols)
        if refusal is not None:
            self._exchanges.refuse(customer, request, refusal)
        return self._exchanges.place(customer, request)

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        wanted = _read(asked.action.get("cancels"), list[_Cancel])
        return _statuses("cancel", [self._cancelled(asked.customer, each.a, each.o) for each in wanted])

    def _cancel_by_cloid(self, asked: Asked) -> dict[str, Any]:
        wanted = _read(asked.action.get("cancels"), list[_CancelByCloid])
        done = [self._cancelled(asked.customer, each.asset, each.cloid) for each in wanted]
        return _statuses("cancel", done)

    def _cancelled(self, customer: Customer, asset: int, which: int | str) -> Any:
        try:
            self._exchanges.cancel(customer, self._working(customer, asset, which))
        except OrderRefusal as refusal:
            return {"error": str(refusal)}
        return "success"

    def _working(self, customer: Customer, asset: int, which: int | str) -> AnyOrder:
        order, traded = customer.find(which), self._symbols.traded_as(asset)
        if order is None or traded is None or not order.is_open or order.request.coin != traded.coin.name:
            raise missing(asset)
        return order

    def _modify(self, asked: Asked) -> dict[str, Any]:
        status = self._modified(asked.customer, _read(_without_type(asked.action), _Modify))
        if "error" in status:
            raise ActionRefusal(status["error"])
        return {"type": "default"}

    def _batch_modify(self, asked: Asked) -> dict[str, Any]:
        wanted = _read(asked.action.get("modifies"), list[_Modify])
        return _statuses("order", [self._modified(asked.customer, each) for each in wanted])

    def _modified(self, customer: Customer, wanted: _Modify) -> dict[str, Any]:
        """The order ends, and another takes its place, with the whole of the size that is asked for."""
        (order,) = read_orders([wanted.order])
        former = customer.find(wanted.oid)
        if former is None or not former.is_open:
            return {"error": "Cannot modify canceled or filled order"}
        try:
            request, refusal = request_of(order, self._symbols)
        except OrderRefusal as error:
            return {"error": str(error)}
        if refusal is not None:
            return {"error": str(refusal)}
        self._exchanges.cancel(customer, former)
        try:
            return documents.placed(self._exchanges.place(customer, request))
        except OrderRefusal as error:
            return {"error": str(error)}

    # --- settings

    def _schedule_cancel(self, asked: Asked) -> dict[str, Any]:
        at = asked.action.get("time")
        if at is not None and (not isinstance(at, int) or at < self._now() + SCHEDULED_AHEAD_MS):
            raise ActionRefusal("Scheduled cancel time too early, must be at least 5 seconds from now.")
        if at is not None and asked.customer.switch_fired.count(self._now() // DAY_MS) >= FIRES_A_DAY_MAX:
            raise ActionRefusal("Too many scheduled cancels triggered today.")  # in words of ours
        asked.customer.cancels_at = at
        return {"type": "default"}

    def _update_leverage(self, asked: Asked) -> dict[str, Any]:
        wanted = _read(_without_type(asked.action), _Leverage)
        coin = self._symbols.traded_as(wanted.asset)
        if coin is None or coin.instrument.contract is None:
            raise ActionRefusal("Invalid asset for leverage update")
        if not 1 <= wanted.leverage <= LEVERAGE_MAX:
            raise ActionRefusal("Invalid leverage value")
        mode = MarginMode.CROSS if wanted.is_cross else MarginMode.ISOLATED
        leverage = Leverage(Decimal(wanted.leverage), mode)
        self._exchanges.perpetuals.set_leverage(asked.customer, coin, leverage)
        return {"type": "default"}

    def _move(self, asked: Asked) -> dict[str, Any]:
        """Between an owner's wallets; behind the amount may stand for which sub-account it is."""
        wanted = _read(_without_type(asked.action), _ClassTransfer)
        amount, _, _ = wanted.amount.partition(" ")
        if not NUMBER(amount):
            raise NotUnderstood
        self._exchanges.perpetuals.move(asked.customer, Decimal(amount), to_perp=wanted.to_perp)
        return {"type": "default"}

    def _approve_agent(self, asked: Asked) -> dict[str, Any]:
        name = asked.action.get("agentName") or ""
        name, _, until = name.partition(" valid_until ")
        last = int(until) if until.isdigit() else self._now() + AGENT_DAYS * DAY_MS
        agent = Agent(address=asked.action["agentAddress"], name=name, valid_until=last)
        self._gate.approve(asked.owner, agent)
        return {"type": "default"}

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def length_of(action: dict[str, Any]) -> int:
    """How many requests it counts as: a batch as many as it has lines."""
    lines = action.get(_BATCHES.get(str(action.get("type")), ""))
    return max(len(lines), 1) if isinstance(lines, list) else 1


def _statuses(kind: str, statuses: Sequence[Any]) -> dict[str, Any]:
    return {"type": kind, "data": {"statuses": list(statuses)}}


def _without_type(action: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in action.items() if name != "type"}


def _nothing(_: Asked) -> dict[str, Any]:
    return {"type": "default"}


def _read(value: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise NotUnderstood from None
