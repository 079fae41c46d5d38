"""The table of what venues hold says what the code says, and where each venue says it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from docs.venues import AT_VENUE, DENIED, HELD, NOT_THERE, VENUES, holder, tables

from tradebook.trading.orders import OrderType, TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues import documented
from tradebook.venues.documented import FEATURES, DocumentedMarket, subjects

MARKETS = list(chain.from_iterable(VENUES.values()))
PAGES = (
    "https://developers.binance.com/",
    "https://github.com/binance/",
    "https://bybit-exchange.github.io/",
    "https://hyperliquid.gitbook.io/",
    "https://www.okx.com/docs-v5/",
    "https://docs.kraken.com/",
    "https://www.bitget.com/api-doc/",
    "https://mexcdevelop.github.io/apidocs/",
    "https://docs.binance.us/",
)
NOTHING = Capabilities(
    rests=frozenset(),
    times_in_force=frozenset({TimeInForce.GTC}),
    post_only=False,
    reduce_only=False,
    replace=False,
    request_expiry_s=2.5,
)


@pytest.mark.parametrize("market", MARKETS, ids=lambda each: each.name)
def test_every_word_has_a_page_of_the_venue(market: DocumentedMarket) -> None:
    pages = [market.page_of(each) for each in subjects()] + [each.page for each in market.features.values()]
    assert all(page.startswith(PAGES) for page in pages)


@pytest.mark.parametrize("market", MARKETS, ids=lambda each: each.name)
def test_pages_notes_and_features_are_of_what_is_told(market: DocumentedMarket) -> None:
    known = {*subjects(), "*", "cancel_all_after"}
    assert market.pages.keys() <= known
    assert market.notes.keys() <= known
    assert market.features.keys() <= set(FEATURES)


@pytest.mark.parametrize("market", MARKETS, ids=lambda each: each.name)
def test_a_market_has_a_dead_mans_switch_where_its_page_says_so(market: DocumentedMarket) -> None:
    assert ("cancel_all_after" in market.features) == (market.capabilities.dead_mans_switch is not None)


def test_whoever_rests_nothing_leaves_it_to_us() -> None:
    held = {each: holder(each, NOTHING) for each in subjects()}
    conditional = set(OrderType) - {OrderType.MARKET, OrderType.LIMIT}
    assert {held[each] for each in conditional} == {HELD}
    assert {held["market"], held["limit"], held["gtc"]} == {AT_VENUE}
    assert {held["gtd"], held["day"], held["reduce_only"]} == {HELD}
    assert {held["ioc"], held["fok"], held["post_only"]} == {DENIED}
    assert (held["replace"], held["request_expiry"]) == (NOT_THERE, "2.5 s")


def test_every_adapter_with_capabilities_is_in_the_table() -> None:
    adapters = {each.parent.name for each in Path(documented.__file__).parent.glob("*/capabilities.py")}
    assert adapters == {venue.lower() for venue in VENUES}
    assert all(f"## {venue}\n" in tables() for venue in VENUES)
