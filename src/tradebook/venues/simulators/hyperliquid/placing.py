"""An order as a client writes it → a request that the rules of its pair let through.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.money import ZERO, multiply
from tradebook.venues.simulators.hyperliquid.orders import OrderRequest
from tradebook.venues.simulators.hyperliquid.rejections import (
    MARGIN,
    MIN_VALUE,
    NO_TRIGGERS,
    SIZE,
    TICK,
    NotUnderstood,
    OrderRefusal,
    refuse,
)
from tradebook.venues.simulators.hyperliquid.symbols import MIN_VALUE as VALUE_MIN
from tradebook.venues.simulators.hyperliquid.symbols import SPOT_FROM, Pair, Symbols

TIFS = ("Alo", "Ioc", "Gtc", "FrontendMarket")
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?").fullmatch
_CLOID = re.compile(r"0x[0-9a-fA-F]{32}").fullmatch


class _Limit(msgspec.Struct, frozen=True):
    tif: str


class _Kind(msgspec.Struct, frozen=True):
    """One of the two."""

    limit: _Limit | None = None
    trigger: dict[str, Any] | None = None


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
        numbers = bool(_NUMBER(each.p) and _NUMBER(each.s))
        named = each.c is None or bool(_CLOID(each.c))
        known = each.t.limit is None or each.t.limit.tif in TIFS
        if not (numbers and named and known and (each.t.limit is None) != (each.t.trigger is None)):
            raise NotUnderstood
    return read


def request_of(order: WireOrder, symbols: Symbols) -> tuple[OrderRequest, OrderRefusal | None]:
    """What is asked for, and why it cannot be. Raises OrderRefusal for what has no order at all."""
    pair = symbols.pair_of_asset(order.a)
    if pair is None and order.a < len(symbols.perpetuals):
        raise refuse(MARGIN, asset=order.a)  # nobody has margin here
    if pair is None:
        raise OrderRefusal(f"Invalid asset {order.a}")
    request = OrderRequest(
        coin=pair.coin.name,
        is_buy=order.b,
        price=Decimal(order.p),
        size=Decimal(order.s),
        tif=_tif(order),
        reduce_only=order.r,
        cloid=None if order.c is None else order.c.lower(),
    )
    return request, _refusal_of(request, order, pair)


def _tif(order: WireOrder) -> str:
    tif = "Gtc" if order.t.limit is None else order.t.limit.tif
    return "Ioc" if tif == "FrontendMarket" else tif


def _refusal_of(request: OrderRequest, order: WireOrder, pair: Pair) -> OrderRefusal | None:
    asset = SPOT_FROM + pair.number
    if order.t.limit is None:
        return refuse(NO_TRIGGERS, asset=asset)
    if request.size <= ZERO or request.size != pair.coin.size(request.size):
        return refuse(SIZE, asset=asset)
    if request.price <= ZERO or not pair.coin.fits(request.price):
        return refuse(TICK, asset=asset)
    if multiply(request.price, request.size) < VALUE_MIN:
        return refuse(MIN_VALUE, asset=asset)
    return None
