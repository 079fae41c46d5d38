"""What is told on the streams of an account.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.sessions import Beginning

_LISTS = {
    "userFills": "fills",
    "userFundings": "fundings",
    "userNonFundingLedgerUpdates": "nonFundingLedgerUpdates",
}
"""Streams whose frames are lists, what the list is called in them, and that begin with what was before."""
_EVENTS = ("userEvents", "notification")
KINDS = frozenset({*_LISTS, *_EVENTS, "orderUpdates"})
SNAPSHOT_MAX = 2000


def frames(customer: Customer, kind: str, lines: list[Any]) -> Iterator[tuple[str, str, Any]]:
    """Streams, channels and what is said on them when something happened."""
    if kind in _LISTS:
        yield kind, kind, {"user": customer.address, _LISTS[kind]: lines}
    else:
        yield kind, kind, lines
    if kind == "userFills":
        yield "userEvents", "user", {"fills": lines}
    if kind == "userFundings":
        for each in lines:
            yield "userEvents", "user", {"funding": each}


def begun(customer: Customer | None, address: str, kind: str) -> Beginning:
    """What a stream begins with. Raises KeyError for one that there is not."""
    if kind not in KINDS or not address.startswith("0x"):
        raise KeyError(kind)
    if kind not in _LISTS:
        return None
    lines = [] if customer is None else _past(customer, kind)
    return kind, {"isSnapshot": True, "user": address.lower(), _LISTS[kind]: lines}


def _past(customer: Customer, kind: str) -> list[Any]:
    """Fills newest first."""
    match kind:
        case "userFills":
            return customer.fills[-SNAPSHOT_MAX:][::-1]
        case "userFundings":
            return customer.fundings[-SNAPSHOT_MAX:]
        case _:
            return customer.transfers[-SNAPSHOT_MAX:]
