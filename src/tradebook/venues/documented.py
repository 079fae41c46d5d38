"""What is told of a venue's market: what it holds itself, what we hold, and the page of its own that says so.

Every adapter's ``capabilities`` has a tuple ``MARKETS`` of these; ``docs.render`` makes a table of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tradebook.kernel.messages import Value
from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities

CAPABILITIES = ("post_only", "reduce_only", "replace", "request_expiry")
FEATURES = ("leverage", "margin_mode", "funding", "cancel_all_after")
"""What a market may have beyond orders."""


class Told(Value, frozen=True, kw_only=True):
    """What a venue has, in a few words, and its page about it."""

    what: str
    page: str


class DocumentedMarket(Value, frozen=True, kw_only=True):
    """One market of a venue."""

    name: str
    capabilities: Capabilities
    pages: Mapping[str, str]
    """By order type, time in force or capability; ``*`` is for those that are not named."""
    notes: Mapping[str, str] = {}
    """By the same: what a word does not say."""
    features: Mapping[str, Told] = {}
    """By FEATURES; what is not there the market has not."""

    def page_of(self, subject: str) -> str:
        """Where the venue says so."""
        return self.pages.get(subject, self.pages["*"])


def subjects() -> tuple[str, ...]:
    """What is told of every market, in order."""
    return (*(each.value for each in OrderType), *(each.value for each in TimeInForce), *CAPABILITIES)
