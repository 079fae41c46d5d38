"""An order as a client writes it → a request that the rules of its coin let through, and its terms.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.venues.simulators.hyperliquid.orders import IOC, OrderRequest, Trigger
from tradebook.venues.simulators.hyperliquid.rejections import (
    MIN_VALUE,
    MIN_VALUE_OF_PAIR,
    NO_TRIGGERS,
    SIZE,
    TICK,
    NotUnderstood,
    OrderRefusal,
    refuse,
)
from tradebook.venues.simulators.hyperliquid.symbols import MIN_VALUE as VALUE_MIN
from tradebook.venues.simulators.hyperliquid.symbols import SPOT_FROM, Symbols, Traded

TIFS = ("Alo", IOC, "Gtc", "FrontendMarket")
EXITS = ("tp", "sl")
NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?").fullmatch
"""How amounts are written."""
_CLOID = re.compile(r"0x[0-9a-fA-F]{32}").fullmatch


class _Limit(msgspec.Struct, frozen=True):
    tif: str


class _Trigger(msgspec.Struct, frozen=True, rename="camel"):
    is_market: bool
    trigger_px: str
    tpsl: str


class _Kind(msgspec.Struct, frozen=True):
    """One of the two."""

    limit: _Limit | None = None
    trigger: _Trigger | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is one of the two, in words that there are."""
        if self.trigger is None:
            return self.limit is not None and self.limit.tif in TIFS
        return self.limit is None and self.trigger.tpsl in EXITS and bool(NUMBER(self.trigger.trigger_px))


class WireOrder(msgspec.Struct, frozen=True):
    """In the short words of the wire: asset, is buy, price, size, reduce only, type, client's id."""

    a: int
    b: bool
    p: str
    s: str
    r: bool
    t: _Kind
    c: str | None = None


def read_orders(orders: Any) -> list[WireOrder]:
    """Raises NotUnderstood for a list that has no orders."""
    try:
        read = msgspec.convert(orders, list[WireOrder])
    except msgspec.ValidationError:
        raise NotUnderstood from None
    for each in read:
        numbers = bool(NUMBER(each.p) and NUMBER(each.s))
        named = each.c is None or bool(_CLOID(each.c))
        if not (numbers and named and each.t.is_known):
            raise NotUnderstood
    return read


def request_of(order: WireOrder, symbols: Symbols) -> tuple[OrderRequest, OrderRefusal | None]:
    """What is asked for, and why it cannot be. Raises OrderRefusal for what has no order at all."""
    traded = symbols.traded_as(order.a)
    if traded is None:
        raise OrderRefusal(f"Invalid asset {order.a}")
    request = OrderRequest(
        coin=traded.coin.name,
        is_buy=order.b,
        price=Decimal(order.p),
        size=Decimal(order.s),
        tif=_tif(order),
        reduce_only=order.r,
        trigger=_trigger(order),
        cloid=None if order.c is None else order.c.lower(),
    )
    return request, _refusal_of(request, traded)


def terms_of(request: OrderRequest, instrument: Instrument) -> OrderTerms:
    """As the matching takes it."""
    trigger = request.trigger
    return OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=Side.BUY if request.is_buy else Side.SELL,
        type=_type(trigger),
        quantity=request.size,
        price=None if trigger is not None and trigger.is_market else request.price,
        stop_price=None if trigger is None else trigger.price,
        time_in_force=TimeInForce.IOC if request.tif == IOC else TimeInForce.GTC,
        post_only=request.tif == "Alo",
        # Spot has no position that could be reduced.
        reduce_only=request.reduce_only and instrument.contract is not None,
    )


def _type(trigger: Trigger | None) -> OrderType:
    if trigger is None:
        return OrderType.LIMIT
    if trigger.is_profit:
        return OrderType.TAKE_PROFIT
    return OrderType.STOP if trigger.is_market else OrderType.STOP_LIMIT


def _tif(order: WireOrder) -> str:
    tif = "Gtc" if order.t.limit is None else order.t.limit.tif
    return IOC if tif == "FrontendMarket" else tif


def _trigger(order: WireOrder) -> Trigger | None:
    told = order.t.trigger
    if told is None:
        return None
    return Trigger(price=Decimal(told.trigger_px), is_market=told.is_market, is_profit=told.tpsl == "tp")


def _refusal_of(request: OrderRequest, traded: Traded) -> OrderRefusal | None:
    asset, coin = traded.asset, traded.coin
    is_pair = asset >= SPOT_FROM
    if is_pair and request.trigger is not None:
        return refuse(NO_TRIGGERS, asset=asset)
    if request.size <= ZERO or request.size != coin.size(request.size):
        return refuse(SIZE, asset=asset)
    prices = [request.price] if request.trigger is None else [request.price, request.trigger.price]
    if any(each <= ZERO or not coin.fits(each) for each in prices):
        return refuse(TICK, asset=asset)
    if multiply(request.price, request.size) < VALUE_MIN and not request.reduce_only:
        return refuse(MIN_VALUE_OF_PAIR if is_pair else MIN_VALUE, asset=asset)
    return None
