"""The page of what rests at each venue and what is held by us, from the adapters' own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.binance import capabilities as binance
from tradebook.venues.bybit import capabilities as bybit
from tradebook.venues.ccxt import capabilities as ccxt
from tradebook.venues.documented import FEATURES, DocumentedMarket, subjects
from tradebook.venues.hyperliquid import capabilities as hyperliquid

VENUES: Mapping[str, Sequence[DocumentedMarket]] = {
    "Binance": binance.MARKETS,
    "Bybit": bybit.MARKETS,
    "Hyperliquid": hyperliquid.MARKETS,
    "ccxt": ccxt.MARKETS,
}

AT_VENUE, HELD, DENIED, NOT_THERE, HAS_NOT = "venue", "Tradebook", "denied", "not there", "–"
WORDS = {
    AT_VENUE: "it rests there, or the venue sees to it: also while Tradebook is not running",
    HELD: "we see to it: it works while Tradebook runs and the feed is fresh",
    DENIED: "such an order is denied before it is sent, with the code `venue_cannot`",
    NOT_THERE: "the venue does not do it, or not in a way that is safe",
    HAS_NOT: "the market has nothing of the kind",
}
NAMES = {
    "post_only": "post only",
    "reduce_only": "reduce only",
    "replace": "change in place",
    "request_expiry": "an unanswered request is dead after",
    "leverage": "leverage",
    "margin_mode": "margin mode",
    "funding": "funding",
    "cancel_all_after": "cancels all orders when we are gone",
}


def tables() -> str:
    """A section for each venue."""
    return "\n".join(_section(venue, markets) for venue, markets in VENUES.items())


def holder(subject: str, capabilities: Capabilities) -> str:
    """Who sees to it, in one of WORDS, or the seconds of an expiry."""
    if subject == "request_expiry":
        return f"{capabilities.request_expiry_s:g} s"
    if subject in set(OrderType):
        order_type = OrderType(subject)
        return HELD if order_type in CONDITIONAL_TYPES - capabilities.rests else AT_VENUE
    if subject in set(TimeInForce):
        if TimeInForce(subject) in capabilities.times_in_force:
            return AT_VENUE
        return DENIED if subject in (TimeInForce.IOC, TimeInForce.FOK) else HELD
    without = {"post_only": DENIED, "reduce_only": HELD, "replace": NOT_THERE}[subject]
    return AT_VENUE if getattr(capabilities, subject) else without


def _section(venue: str, markets: Sequence[DocumentedMarket]) -> str:
    head = ("", *(each.name for each in markets))
    rows = [(_name(subject), *(_cell(subject, each) for each in markets)) for subject in subjects()]
    rows += [(_name(feature), *(_feature(feature, each) for each in markets)) for feature in FEATURES]
    lines = [head, tuple("---" for _ in head), *rows]
    return f"## {venue}\n\n" + "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _name(subject: str) -> str:
    return NAMES.get(subject, f"`{subject}`")


def _cell(subject: str, market: DocumentedMarket) -> str:
    link = f"[{holder(subject, market.capabilities)}]({market.page_of(subject)})"
    note = market.notes.get(subject, "")
    return f"{link}: {note}" if note else link


def _feature(feature: str, market: DocumentedMarket) -> str:
    told = market.features.get(feature)
    if told is None:
        return HAS_NOT
    terms = market.capabilities.dead_mans_switch if feature == "cancel_all_after" else None
    bounds = "" if terms is None else f", after {terms.after_s_min} to {terms.after_s_max} s"
    return f"[{AT_VENUE}]({told.page}): {told.what}{bounds}"
