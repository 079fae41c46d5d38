"""Differences as people see them: the view, what was decided, and every figure that rests on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
from tests.support import virtual_time
from tests.support.binance_account import HERE, Desk, desk
from tests.support.core import ALICE
from tests.support.deciding import PERSON, adopt, found, missed, open_balances, services
from tests.support.lived_book import LivedBook, Past, book_of
from tests.support.postgres import PostgresServer

from tradebook.audit.views import compare_view
from tradebook.bootstrap.catalogue import projections
from tradebook.kernel.messages import Event
from tradebook.trading.events import BalanceAdjusted, UnmatchedFillAdopted, UnmatchedFillRecorded
from tradebook.trading.orders import Side
from tradebook.trading.views.equity import Period
from tradebook.trading.views.explain import ExplanationDocument, parse_figure
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.queries import FillFilter

WHOLE = PageRequest(limit=500)


async def story(it: Desk) -> None:
    """A trade by hand that is adopted, an order by hand that is explained, and money that was missed."""
    order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "1"}
    it.by_hand("POST", "/api/v3/order", type="MARKET", **order)
    it.by_hand("POST", "/api/v3/order", type="LIMIT", timeInForce="GTC", price="50", **order)
    await asyncio.sleep(70)
    await adopt(it, (await found(it, "unmatched_fill"))[0])
    outside = (await found(it, "outside_order"))[0]
    await services(it).explain(PERSON, ALICE, outside, reason="a test by hand")
    await missed(it, "USDT", "250")
    await missed(it, "USDT", "-100")
    await adopt(it, (await open_balances(it))[0])
    await it.core.order("next", Side.BUY, quantity="0.5")
    await asyncio.sleep(1)
    await missed(it, "BTC", "7")
    await missed(it, "BTC", "-7")
    await missed(it, "BTC", "3")


@pytest.fixture(scope="module")
def past() -> Past:
    async def main() -> Past:
        async with desk() as it:
            await story(it)
            it.market.follow_tape(it.market.now())  # its clock stops with the loop of the run
            return Past(it.journal._events, [], it.market)

    return virtual_time.run(main())


@pytest.fixture
async def book(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    async with book_of(past, database_url) as book:
        yield book


async def position_of(book: LivedBook, kind: type[Event]) -> int:
    every = await book.journal.read(limit=1_000)
    [position] = [each.position for each in every if isinstance(each.event, kind)]
    return position


async def explained(book: LivedBook, of: str, moment: int | None = None) -> ExplanationDocument:
    return await book.explainer.explain(of, parse_figure(of), ALICE, WHOLE, moment)


async def test_the_view_says_of_each_what_became_of_it(book: LivedBook) -> None:
    every = (await book.queries.differences(ALICE, WHOLE, only_open=False)).items
    told = [
        (each.kind, each.figures.get("asset"), each.figures.get("difference"), each.status.value)
        for each in reversed(every)
    ]
    assert told == [
        ("unmatched_fill", None, None, "adopted"),
        ("outside_order", None, None, "explained"),
        ("balance", "BTC", "0.999", "superseded"),
        ("balance", "USDT", "-101", "superseded"),
        ("balance", "USDT", "250", "superseded"),
        ("balance", "USDT", "150", "adopted"),
        ("balance", "BTC", "7", "settled"),
        ("balance", "BTC", "3", "open"),
    ]
    waiting = (await book.queries.differences(ALICE, WHOLE, only_open=True)).items
    assert [each.figures["difference"] for each in waiting] == ["3"]
    assert waiting[0].closure is None


async def test_what_was_decided_says_who_why_and_where(book: LivedBook) -> None:
    every = (await book.queries.differences(ALICE, WHOLE, only_open=False)).items
    [explanation] = [each.closure for each in every if each.status == "explained"]
    assert explanation is not None
    assert (explanation.by, explanation.reason) == (PERSON.actor, "a test by hand")
    [adoption] = [each.closure for each in every if each.status == "adopted" and each.kind == "balance"]
    assert adoption is not None
    assert int(adoption.position) == await position_of(book, BalanceAdjusted)
    [settled] = [each.closure for each in every if each.status == "settled"]
    assert settled is not None
    assert (settled.by, settled.reason) == (None, None)


async def test_differences_come_page_by_page(book: LivedBook) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = await book.queries.differences(ALICE, PageRequest(limit=3, cursor=cursor), only_open=False)
        seen += [each.difference_id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 8


async def test_every_view_folded_anew_is_the_same(book: LivedBook, postgres_server: PostgresServer) -> None:
    scratch = await asyncpg.connect(await postgres_server.create_database())
    try:
        for projection in projections():
            assert await compare_view(book.pool, scratch, book.journal, projection) == []
    finally:
        await scratch.close()


async def test_an_adopted_fill_is_listed_once_and_then_as_the_trade_it_became(book: LivedBook) -> None:
    recorded, adopted = (
        await position_of(book, UnmatchedFillRecorded),
        await position_of(book, UnmatchedFillAdopted),
    )

    async def listed(until: int) -> list[tuple[str, str | None, str | None]]:
        wanted = FillFilter(account_id=ALICE, position_max=until)
        page = await book.queries.fills(PERSON, wanted, WHOLE)
        return [(each.position, each.order_id, each.adopts) for each in page.items]

    assert await listed(adopted - 1) == [(str(recorded), None, None)]
    assert await listed(adopted) == [(str(adopted), None, str(recorded))]
    assert len(await listed(book.head)) == 2


async def test_a_position_has_an_adopted_fill_from_its_adoption_on(book: LivedBook) -> None:
    adopted = await position_of(book, UnmatchedFillAdopted)
    of = f"position:{ALICE}:{HERE.instrument_id}:quantity"
    assert [(await explained(book, of, at)).value for at in (adopted - 1, adopted)] == ["0", "0.999"]
    [now] = (await book.queries.positions(ALICE)).items
    then = (await book.history.positions(ALICE, adopted)).items
    whole = await explained(book, of)
    assert now.quantity == whole.value == "1.4985"
    assert [each.quantity for each in then] == ["0.999"]
    assert str(adopted) in [each.position for each in whole.events]


async def test_the_fee_of_an_adopted_fill_is_explained_by_what_was_posted_first(book: LivedBook) -> None:
    recorded, adopted = (
        await position_of(book, UnmatchedFillRecorded),
        await position_of(book, UnmatchedFillAdopted),
    )
    fee = await explained(book, f"fill:{ALICE}:{adopted}:fee")
    assert (fee.value, fee.unit) == ("0.001", "BTC")
    assert [each.position for each in fee.events] == [str(adopted), str(recorded)]


async def test_an_adopted_balance_explains_itself_and_is_no_profit(book: LivedBook) -> None:
    adjusted = await position_of(book, BalanceAdjusted)
    balance = await explained(book, f"balance:{ALICE}:USDT:available", adjusted)
    [newest, *_] = balance.postings
    assert (newest.position, newest.amount, newest.ledger_account) == (str(adjusted), "150", "available")
    stretch = await book.equity.stretch(ALICE, Period())
    flows = [(each.position, each.asset, each.amount) for each in stretch.flows]
    assert (adjusted, "USDT", Decimal(150)) in flows


async def test_the_past_is_folded_with_what_was_decided_by_then(book: LivedBook) -> None:
    adjusted = await position_of(book, BalanceAdjusted)
    totals = []
    for position in (adjusted - 1, adjusted):
        [usdt] = [x for x in (await book.history.balances(ALICE, position)).items if x.asset == "USDT"]
        totals.append(usdt.total)
    assert totals == ["9899", "10049"]
