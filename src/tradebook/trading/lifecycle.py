"""The life of an order as a table: which fact leads from which state to which.

Venues report late and out of order, so the table is total for venue facts: what would lead backwards keeps
the state. Wishes (cancel, replace) are checked against it before they are recorded.
"""

from __future__ import annotations

from tradebook.trading.orders import OrderStatus as S

TERMINAL = frozenset({S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED, S.DENIED})
"""Nothing more is expected; a late fill is booked all the same."""

OURS = frozenset({S.PENDING, S.PARKED})
"""Nothing has been sent: it is cancelled and replaced at once."""

AT_VENUE = frozenset(
    {S.SUBMITTED, S.ACCEPTED, S.PARTIALLY_FILLED, S.PENDING_CANCEL, S.PENDING_REPLACE, S.UNKNOWN}
)
"""The venue has the order, or may have it."""

TRANSITIONS: dict[str, dict[S, S]] = {
    "OrderTriggered": {S.PARKED: S.PENDING},
    "OrderSubmitted": {S.PENDING: S.SUBMITTED},
    "OrderAccepted": {S.PENDING: S.ACCEPTED, S.SUBMITTED: S.ACCEPTED, S.UNKNOWN: S.ACCEPTED},
    "OrderRejected": {s: S.REJECTED for s in S if s not in TERMINAL},
    "OrderOutcomeUnknown": {S.SUBMITTED: S.UNKNOWN},
    "OrderPartiallyFilled": {
        S.PENDING: S.PARTIALLY_FILLED,
        S.SUBMITTED: S.PARTIALLY_FILLED,
        S.ACCEPTED: S.PARTIALLY_FILLED,
        S.UNKNOWN: S.PARTIALLY_FILLED,
    },
    "OrderFilled": {s: S.FILLED for s in S if s is not S.DENIED},
    "OrderCancelRequested": dict.fromkeys(AT_VENUE, S.PENDING_CANCEL),
    "OrderCancelRejected": {S.PENDING_CANCEL: S.ACCEPTED},
    "OrderCancelled": {s: S.CANCELLED for s in S if s not in TERMINAL},
    "OrderExpired": {s: S.EXPIRED for s in S if s not in TERMINAL},
    "OrderReplaceRequested": {S.ACCEPTED: S.PENDING_REPLACE, S.PARTIALLY_FILLED: S.PENDING_REPLACE},
    "OrderReplaced": {S.PENDING_REPLACE: S.ACCEPTED},
    "OrderReplaceRejected": {S.PENDING_REPLACE: S.ACCEPTED},
}
"""Fact → state before → state after; a state that is not listed stays. ``OrderPartiallyFilled`` stands for an
OrderFilled that leaves something open. PENDING and PARKED are what OrderPlaced begins with."""


def next_status(fact: str, status: S) -> S:
    """The state after the fact; facts that are not in the table move no order."""
    return TRANSITIONS.get(fact, {}).get(status, status)


def works_on(fact: str, status: S, *, is_accepted: bool, has_fills: bool) -> S:
    """The state after a request was answered: what the order was before it was asked for.

    The table says ACCEPTED; with fills that is PARTIALLY_FILLED, and SUBMITTED while the venue has not yet
    said that it has the order.
    """
    after = next_status(fact, status)
    if after is not S.ACCEPTED or after is status:
        return after
    if has_fills:
        return S.PARTIALLY_FILLED
    return S.ACCEPTED if is_accepted else S.SUBMITTED


def render_mermaid() -> str:
    """The table as a Mermaid state diagram, for the docs."""
    lines = [
        "stateDiagram-v2",
        "  [*] --> pending: OrderPlaced",
        "  [*] --> parked: OrderPlaced (conditional)",
    ]
    lines.append("  [*] --> denied: OrderDenied")
    for fact, moves in TRANSITIONS.items():
        lines += [f"  {before.value} --> {after.value}: {fact}" for before, after in sorted(moves.items())]
    lines += [f"  {status.value} --> [*]" for status in sorted(TERMINAL)]
    return "\n".join(lines) + "\n"
