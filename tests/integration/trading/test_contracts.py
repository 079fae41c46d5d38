"""Positions in contracts as people see them: now, as they were, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import asyncpg
import msgspec
import pytest
from tests.support import virtual_time
from tests.support.core import CATALOGUE
from tests.support.lived_book import LivedBook, Past, book_of
from tests.support.market import HandMarket
from tests.support.postgres import PostgresServer
from tests.support.web import principal
from tests.unit.trading.contract_examples import (
    PERP,
    PERP_ID,
    TEN_TIMES,
    funding,
    liquidation,
    told,
    traded,
)
from tests.unit.trading.examples import MAIN, USDT, deposit, open_account

from tradebook.audit.views import compare_view
from tradebook.bootstrap.catalogue import projections
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Append, Metadata, StoredEvent
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import new_id
from tradebook.kernel.money import divide, plain
from tradebook.trading.commands import TradingCommand
from tradebook.trading.events import LeverageSet, stream_of
from tradebook.trading.model import decide, evolve, initial
from tradebook.trading.orders import PositionSide
from tradebook.trading.views.explain import ExplanationDocument, parse_figure
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.queries import FillFilter
from tradebook.trading.views.valuation import valuation_document

WHOLE = PageRequest(limit=500)
SHORT = f"{PERP_ID}:short"
STORY = (
    *(open_account(), deposit("1000"), TEN_TIMES),
    *traded("a", "buy", "2", "100"),
    funding("-3"),
    *traded("b", "sell", "1", "90"),
    msgspec.structs.replace(TEN_TIMES, leverage=Decimal(3)),
    *traded("c", "sell", "1", "120", position_side=PositionSide.SHORT),
    *traded("d", "buy", "1", "100"),
    liquidation("1", "80"),
)


@pytest.fixture(scope="module")
def past() -> Past:
    return lived(STORY)


def lived(story: Sequence[TradingCommand]) -> Past:
    market = HandMarket(PERP)
    market.quote_at("109", "111")
    return Past(virtual_time.run(_recorded(story)), [], market)


async def _recorded(story: Sequence[TradingCommand]) -> Sequence[StoredEvent]:
    journal, account, version = MemoryJournal(CATALOGUE, SystemClock()), initial(), 0
    for command in story:
        events = decide(command, account)
        if not events:
            continue
        for event in events:
            evolve(account, event)
        metadata = Metadata(actor="system:test", command_id=new_id())
        stream = stream_of(MAIN)
        await journal.append(
            Append(stream=stream, expected_version=version, events=events, metadata=metadata)
        )
        version += len(events)
    return journal._events


@pytest.fixture
async def book(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    async with book_of(past, database_url) as book:
        yield book


async def explained(book: LivedBook, of: str, moment: int | None = None) -> ExplanationDocument:
    return await book.explainer.explain(of, parse_figure(of), MAIN, WHOLE, moment)


async def test_positions_say_what_is_open_what_it_cost_and_what_is_set_aside(book: LivedBook) -> None:
    every = (await book.queries.positions(MAIN)).items
    told = [
        (each.position_side, each.quantity, each.average_entry_price, each.margin, each.realised_pnl)
        for each in every
    ]
    assert told == [
        (PositionSide.NET, "1", "100", "33.33333334", "-30"),
        (PositionSide.SHORT, "-1", "120", "40", "0"),
    ]
    assert {each.settle_asset for each in every} == {USDT}


async def test_what_is_set_aside_for_positions_is_not_available(book: LivedBook) -> None:
    [balance] = (await book.queries.balances(MAIN)).items
    assert (balance.total, balance.held) == ("966", "73.33333334")
    held = await explained(book, f"balance:{MAIN}:{USDT}:held")
    assert held.value == balance.held
    assert [(each.name, each.value) for each in held.inputs[:2]] == [("held", "0"), ("margin", "73.33333334")]


async def test_positions_are_seen_as_they_were(book: LivedBook) -> None:
    every = await book.journal.read(limit=1_000)
    [leverage] = [
        each.position
        for each in every
        if isinstance(each.event, LeverageSet) and each.event.leverage == Decimal(3)
    ]
    [before] = (await book.history.positions(MAIN, leverage - 1)).items
    [after] = (await book.history.positions(MAIN, leverage)).items
    assert (before.quantity, before.margin, after.margin) == ("1", "10", "33.33333334")


async def test_a_trade_says_which_position_it_was_of_and_what_it_gained(book: LivedBook) -> None:
    fills = (await book.queries.fills(principal(), FillFilter(account_id=MAIN), WHOLE)).items
    told = [(each.side, each.position_side, each.realised_pnl, each.closed_by_venue) for each in fills]
    assert told == [
        ("sell", "net", "-20", "liquidation"),
        ("buy", "net", "0", None),
        ("sell", "short", "0", None),
        ("sell", "net", "-10", None),
        ("buy", "net", "0", None),
    ]


async def test_an_account_is_worth_what_its_contracts_have_gained_too(book: LivedBook) -> None:
    valuation = await book.valuer.now(MAIN)
    assert valuation.equity == Decimal(966) + 10 + 10  # long from 100, short from 120, marked at 110
    equity = await explained(book, f"equity:{MAIN}:equity")
    assert equity.value == "986"
    gained = {each.name: each.value for each in equity.inputs if each.name.startswith("unrealised")}
    assert gained == {f"unrealised:{USDT}:{PERP_ID}": "10", f"unrealised:{USDT}:{SHORT}": "10"}


@pytest.mark.parametrize("key", [PERP_ID, SHORT])
async def test_every_figure_of_a_position_follows_from_its_trades(book: LivedBook, key: str) -> None:
    [shown] = [
        each
        for each in (await book.queries.positions(MAIN)).items
        if (each.position_side is PositionSide.SHORT) == (key == SHORT)
    ]
    for figure, value in (
        ("quantity", shown.quantity),
        ("average_entry_price", shown.average_entry_price),
        ("cost", shown.cost),
        ("realised_pnl", shown.realised_pnl),
        ("margin", shown.margin),
        ("unrealised_pnl", "10"),
    ):
        found = await explained(book, f"position:{MAIN}:{key}:{figure}")
        assert found.value == value, figure
        assert len(found.fills) == (4 if key == PERP_ID else 1)
        inputs = {each.name: Decimal(each.value or "nan") for each in found.inputs}
        assert inputs["bought"] - inputs["sold"] == Decimal(shown.quantity)


KNOWN_LATE = (
    *(open_account(), deposit("1000"), TEN_TIMES),
    *told("b", "buy", "0.6", "103.24", "-1.002"),
    *told("c", "sell", "0.6", "102.24", "0"),
    *told("a", "sell", "0.6", "101.57", "0"),
    *told("d", "buy", "0.74", "102.95", "-0.426"),
)
"""The sale at 101.57 was the first: the others had closed what it opened, and more."""


@pytest.fixture(scope="module")
def past_known_late() -> Past:
    return lived(KNOWN_LATE)


async def test_a_cost_is_explained_by_trades_that_became_known_late(
    past_known_late: Past, database_url: str
) -> None:
    async with book_of(past_known_late, database_url) as book:
        [shown] = (await book.queries.positions(MAIN)).items
        assert (shown.quantity, shown.average_entry_price, shown.realised_pnl) == ("0.14", "102.95", "-1.428")
        for figure, value in (("cost", "14.413"), ("average_entry_price", "102.95")):
            assert (await explained(book, f"position:{MAIN}:{PERP_ID}:{figure}")).value == value


async def test_a_valuation_tells_what_each_contract_is_at_the_market_and_where_it_is_liquidated(
    book: LivedBook,
) -> None:
    told = valuation_document(await book.valuer.now(MAIN))
    figures = [
        (each.position_side, each.mark_price, each.value, each.base_value, each.maintenance_margin)
        for each in told.contracts
    ]
    assert figures == [
        (PositionSide.NET, "110", "110", "110", "0.55"),
        (PositionSide.SHORT, "110", "110", "110", "0.55"),
    ]
    # The short one: (120 + 966 + 10 - 0.55) / 1.005. The long one is paid for several times over.
    assert [each.liquidation_price for each in told.contracts] == [None, "1090"]
    [usdt] = told.items
    assert (usdt.maintenance_margin, usdt.margin_ratio) == (
        "1.1",
        plain(divide(Decimal("1.1"), Decimal(986))),
    )


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (f"position:{MAIN}:{SHORT}:maintenance_margin", "0.55"),
        (f"position:{MAIN}:{SHORT}:liquidation_price", "1090"),
        (f"position:{MAIN}:{PERP_ID}:liquidation_price", None),
        (f"valuation:{MAIN}:{USDT}:margin_ratio", plain(divide(Decimal("1.1"), Decimal(986)))),
        (f"equity:{MAIN}:exposure", "220"),
        (f"equity:{MAIN}:exposure_share", plain(divide(Decimal(220), Decimal(986)))),
    ],
)
async def test_what_secures_contracts_is_explained(book: LivedBook, of: str, value: str | None) -> None:
    found = await explained(book, of)
    assert found.value == value
    for each in found.inputs:
        if each.of is not None:
            assert (await explained(book, each.of)).value == each.value, each.name


async def test_a_liquidation_price_follows_from_the_figures_it_names(book: LivedBook) -> None:
    found = await explained(book, f"position:{MAIN}:{SHORT}:liquidation_price")
    inputs = {each.name: Decimal(each.value or "nan") for each in found.inputs}
    others = inputs[f"unrealised:{USDT}:{PERP_ID}"] - inputs[f"maintenance_margin:{USDT}:{PERP_ID}"]
    backing = inputs[f"total:{USDT}"] + others
    assert (inputs["cost"] + backing) / (1 + inputs["maintenance_rate"]) == Decimal(found.value or "nan")
    assert len(found.fills) == 1


async def test_every_view_folded_anew_is_the_same(book: LivedBook, postgres_server: PostgresServer) -> None:
    scratch = await asyncpg.connect(await postgres_server.create_database())
    try:
        for projection in projections():
            assert await compare_view(book.pool, scratch, book.journal, projection) == []
    finally:
        await scratch.close()
