"""What is asked of Binance, before it is signed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import derive_id
from tradebook.kernel.messages import Value
from tradebook.kernel.money import plain
from tradebook.trading.ports import Attempt, VenueOrder


class Security(StrEnum):
    """What a request has to carry."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"


class Request(Value, frozen=True, kw_only=True):
    """One request; its path says to which host it goes: ``/api`` and ``/sapi`` spot, ``/fapi`` futures."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    security: Security = Security.SIGNED


def signed(method: str, path: str, **params: str | Decimal | int | None) -> Request:
    """A request that is to be signed; parameters of None are left out, numbers written plainly."""
    return Request(method=method, path=path, params=written(params))


def public(path: str, **params: str | Decimal | int | None) -> Request:
    """A request that anybody may make."""
    return Request(method="GET", path=path, params=written(params), security=Security.NONE)


def with_key(method: str, path: str) -> Request:
    """A request that says who asks, and is not signed."""
    return Request(method=method, path=path, security=Security.KEY)


def written(params: dict[str, str | Decimal | int | None]) -> tuple[tuple[str, str], ...]:
    """Parameters as they are sent, in their order."""
    return tuple((name, _text(value)) for name, value in params.items() if value is not None)


def client_order_id_of(attempt: Attempt) -> str:
    """Ours for an attempt at an order: the same attempt has the same id, and no other has.

    36 characters of ``[0-9a-f-]``: what spot (``^[a-zA-Z0-9-_]{1,36}$``) and futures (with ``.:/``
    besides) take. Binance would accept the id of an order that is closed again, so it must never be used
    twice.
    """
    return derive_id("binance-order", attempt.account_id, attempt.order_id, str(attempt.attempt))


def named(order: VenueOrder) -> dict[str, str]:
    """Which order is meant: by Binance's number once that is known, as whoever changes an order may give it
    another name; before that by our id. Conditional orders of futures are numbered elsewhere.
    """
    if order.venue_order_id.isdigit():
        return {"orderId": order.venue_order_id}
    return {"origClientOrderId": client_order_id_of(order)}


def _text(value: str | Decimal | int) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
