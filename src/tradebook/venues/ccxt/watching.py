"""What becomes of an account's orders, found by asking again and again.

Each round asks for the open orders. One that has traded is told with its fills; one that is gone is asked
for by itself, and its end is told only with all of its fills. Where an exchange tells the fills of all
instruments together, they are read from a cursor that never moves past what was told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.venues.ccxt.ears import AccountEars
from tradebook.venues.ccxt.pages import line_id
from tradebook.venues.errors import UnknownOrder

READY = b'{"ready":true}'
LOOKS_MAX = 3
"""Rounds in which an order may be in no list: exchanges take a moment between taking and showing it."""
OVERLAP_MS = 60_000
"""Fills are told out of order by so much at most."""
TOLD_MAX = 10_000
"""Fills that are remembered as told; telling one again changes nothing."""

Told = Mapping[str, Any]

_NOT_OVER = ("open", "canceling")
_ORDER = (
    "id",
    "clientOrderId",
    "symbol",
    "status",
    "side",
    "type",
    "timeInForce",
    "postOnly",
    "reduceOnly",
    "amount",
    "filled",
    "price",
    "average",
    "cost",
    "triggerPrice",
    "takeProfitPrice",
    "timestamp",
    "lastUpdateTimestamp",
)
_FILL = (
    "id",
    "order",
    "symbol",
    "side",
    "amount",
    "price",
    "fee",
    "takerOrMaker",
    "timestamp",
    "clientOrderId",
)


class Asking(Protocol):
    """What is asked of the exchange; ccxt's dictionaries. Raises as ``AccountSide`` says."""

    tells_all_fills: bool

    async def ask_open_orders(self) -> Sequence[Told]:
        """All that work."""
        ...

    async def ask_order(self, venue_order_id: str, symbol: str) -> Told:
        """One, by the id that the exchange gave it."""
        ...

    async def ask_fills_of(self, venue_order_id: str, symbol: str) -> Sequence[Told]:
        """All fills of one."""
        ...

    async def ask_fills_since(self, since_ms: int) -> Sequence[Told]:
        """All fills of all instruments."""
        ...

    def now_ms(self) -> int:
        """The exchange's time."""
        ...


class _Working:
    """An order that was seen working, or was placed by us."""

    def __init__(self, symbol: str, client_order_id: str, filled: Decimal = ZERO) -> None:
        self.symbol = symbol
        self.client_order_id = client_order_id
        self.filled = filled
        self.looks = 0


class AccountWatch:
    """Implements ``Asked`` for one connection of one account."""

    def __init__(self, asking: Asking, every_s: float) -> None:
        self.every_s = every_s
        self.ears: AccountEars | None = None
        """Where the exchange says something by itself: what wakes the watch."""
        self._asking = asking
        self._working: dict[str, _Working] | None = None
        """None before the first round, which tells nothing: everything is compared after it."""
        self._expected: dict[str, _Working] = {}
        self._names: dict[str, str] = {}
        self._looks: dict[str, int] = {}
        """Rounds in which orders of fills were not known."""
        self._told: dict[str, None] = {}
        self._orders: list[Told] = []
        self._fills: dict[str, Told] = {}
        """Found and not told yet: a round that fails half way has forgotten nothing."""
        self._cursor_ms = 0
        self._wake = asyncio.Event()

    def heard(self, frame: bytes) -> None:
        """There is one stream, and it is wanted."""

    def expect(self, venue_order_id: str, symbol: str, client_order_id: str) -> None:
        """We have just placed it: look for it at once."""
        self._expected[venue_order_id] = _Working(symbol, client_order_id)
        self._wake.set()

    def look(self) -> None:
        """Something may have changed."""
        self._wake.set()

    async def woken(self) -> None:
        """An order was placed or cancelled, or the exchange has said something."""
        await self._wake.wait()

    def close(self) -> None:
        """Nobody asks any more."""
        if self.ears is not None:
            self.ears.close()

    async def ask(self) -> Sequence[bytes]:
        """As the port says."""
        self._wake.clear()
        began_ms = self._asking.now_ms()
        now_open = {str(each["id"]): each for each in await self._asking.ask_open_orders()}
        if self._working is None:
            self._working = {name: _working(each) for name, each in now_open.items()}
            self._cursor_ms = began_ms - OVERLAP_MS
            return (READY,)
        self._working = {**self._expected, **self._working}
        self._expected = {}
        for name, each in now_open.items():
            await self._open(name, each)
        for name in [name for name in self._working if name not in now_open]:
            await self._gone(name)
        if self._asking.tells_all_fills:
            await self._others(began_ms)
        return self._frames()

    async def _open(self, name: str, told: Told) -> None:
        assert self._working is not None
        known = self._working.get(name)
        if known is None:
            self._orders.append(told)
            known = self._working[name] = _Working(str(told["symbol"]), _name_of(told))
        filled = _filled(told)
        if filled > known.filled:
            of_order = await self._asking.ask_fills_of(name, known.symbol)
            if _sum(of_order) < filled:
                return  # it does not tell all of them yet
            self._find(of_order, known.client_order_id)
        known.filled, known.looks = filled, 0

    async def _gone(self, name: str) -> None:
        assert self._working is not None
        known = self._working[name]
        try:
            told = await self._asking.ask_order(name, known.symbol)
        except UnknownOrder:
            known.looks += 1
            if known.looks >= LOOKS_MAX:
                del self._working[name]  # whoever compares books finds out what that means
            return
        filled = _filled(told)
        of_order = await self._asking.ask_fills_of(name, known.symbol) if filled else ()
        if told.get("status") in _NOT_OVER or _sum(of_order) < filled:
            return  # between two lists, or its fills are not told yet: the next round knows
        self._find(of_order, known.client_order_id)
        self._orders.append({**told, "clientOrderId": told.get("clientOrderId") or known.client_order_id})
        del self._working[name]

    async def _others(self, began_ms: int) -> None:
        """Fills of orders that were never seen open. The cursor moves when all of them are told."""
        assert self._working is not None
        nameless: set[str] = set()
        for each in await self._asking.ask_fills_since(self._cursor_ms):
            order = str(each["order"])
            if self._is_known(each) or order in self._working or order in nameless:
                continue
            name = await self._name(order, str(each["symbol"]))
            if name is None:
                nameless.add(order)
            else:
                self._find([each], name)
        if not nameless:
            self._cursor_ms = max(self._cursor_ms, began_ms - OVERLAP_MS)

    async def _name(self, order: str, symbol: str) -> str | None:
        """Ours for an order, empty where it has none or was forgotten; None while that may still come."""
        if order not in self._names:
            try:
                name = _name_of(await self._asking.ask_order(order, symbol))
            except UnknownOrder:
                self._looks[order] = self._looks.get(order, 0) + 1
                _forget_oldest(self._looks)
                if self._looks[order] < LOOKS_MAX:
                    return None
                name = ""
            self._looks.pop(order, None)
            self._names[order] = name
            _forget_oldest(self._names)
        return self._names[order]

    def _find(self, fills: Iterable[Told], client_order_id: str) -> None:
        for each in fills:
            if not self._is_known(each):
                self._fills[line_id(each)] = {**each, "clientOrderId": client_order_id}

    def _is_known(self, fill: Told) -> bool:
        return line_id(fill) in self._told or line_id(fill) in self._fills

    def _frames(self) -> Sequence[bytes]:
        orders, self._orders = self._orders, []
        fills, self._fills = self._fills, {}
        for each in fills:
            self._told[each] = None
            _forget_oldest(self._told)
        return (encode(orders, fills.values()),) if orders or fills else ()


def encode(orders: Iterable[Told], fills: Iterable[Told]) -> bytes:
    """A frame of what is to be told."""
    return msgspec.json.encode(
        {
            "fills": [{field: each.get(field) for field in _FILL} for each in fills],
            "orders": [{field: each.get(field) for field in _ORDER} for each in orders],
        }
    )


def _working(told: Told) -> _Working:
    return _Working(str(told["symbol"]), _name_of(told), _filled(told))


def _name_of(told: Told) -> str:
    return str(told.get("clientOrderId") or "")


def _filled(told: Told) -> Decimal:
    return Decimal(str(told.get("filled") or 0))


def _sum(fills: Iterable[Told]) -> Decimal:
    return sum((Decimal(str(each["amount"])) for each in fills), ZERO)


def _forget_oldest(remembered: dict[str, Any]) -> None:
    if len(remembered) > TOLD_MAX:
        del remembered[next(iter(remembered))]
