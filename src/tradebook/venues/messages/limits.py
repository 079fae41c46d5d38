"""What a venue says of its limits."""

from __future__ import annotations

from tradebook.kernel.messages import Value


class Budget(Value, frozen=True, kw_only=True, gc=False):
    """How much a venue allows of something, per address or account, in an interval."""

    kind: str
    """The venue's word for what is counted: a weight of requests, orders, connections."""
    interval_s: int
    limit: int


class Used(Value, frozen=True, kw_only=True, gc=False):
    """How much of a budget is used up."""

    kind: str
    interval_s: int
    used: int
