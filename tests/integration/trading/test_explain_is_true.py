"""Explain is true: the figure that is shown follows from its explanation, and from nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest
from tests.simulation.clients import ACCOUNTS
from tests.support.explained import Behind, Shown, recomputed
from tests.support.lived_book import LivedBook, Past, book_of, live
from tests.support.market import BTC_USDT
from tests.support.web import principal

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import divide, plain
from tradebook.trading.views.explain import ExplanationDocument, parse_figure, positions
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.queries import OrderFilter
from tradebook.trading.views.valuation import valuation_document

SEED = 5
FIGURES = 60
INSTRUMENT = BTC_USDT.instrument_id
WHOLE = PageRequest(limit=500)
OWNER = principal()


@pytest.fixture(scope="module")
def past() -> Past:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return live(SEED, monkeypatch)


@pytest.fixture
async def book(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    async with book_of(past, database_url) as book:
        yield book


async def explained(
    book: LivedBook, of: str, account_id: AccountId, moment: int | None
) -> ExplanationDocument:
    """The explanation with the pages of what is behind it put together; short, so that there are some."""
    name, cursor = parse_figure(of), None
    whole: ExplanationDocument | None = None
    while True:
        page = await book.explainer.explain(
            of, name, account_id, PageRequest(limit=20, cursor=cursor), moment
        )
        if whole is None:
            whole = page
        else:
            assert (page.value, page.inputs) == (whole.value, whole.inputs)
            whole.events.extend(page.events)
            whole.postings.extend(page.postings)
            whole.fills.extend(page.fills)
        cursor = page.next_cursor
        if cursor is None:
            return whole


# --- what is shown


async def figures(book: LivedBook, account_id: AccountId, moment: int | None) -> dict[str, Shown]:
    """Every figure of the account by its name, from the views (now) or from time travel (then)."""
    queries, history = book.queries, book.history
    wanted = OrderFilter(account_id=account_id)
    if moment is None:
        balances, positions = await queries.balances(account_id), await queries.positions(account_id)
        raw = (await queries.orders(OWNER, wanted, WHOLE)).items
        orders = [msgspec.json.decode(each, type=OrderDocument) for each in raw]
        valuation = valuation_document(await book.valuer.now(account_id))
    else:
        balances = await history.balances(account_id, moment)
        positions = await history.positions(account_id, moment)
        orders = (await history.orders(account_id, moment, wanted, WHOLE)).items
        valuation = valuation_document(await book.valuer.as_of(account_id, moment))
    shown: dict[str, Shown] = {}
    for balance in balances.items:
        for figure in ("total", "available", "held"):
            shown[f"balance:{account_id}:{balance.asset}:{figure}"] = getattr(balance, figure)
    for position in positions.items:
        for figure in ("quantity", "average_entry_price", "cost", "realised_pnl"):
            shown[f"position:{account_id}:{position.instrument}:{figure}"] = getattr(position, figure)
    for order in orders:
        for figure in ("filled_quantity", "average_price"):
            shown[f"order:{order.order_id}:{figure}"] = getattr(order, figure)
        for fee in order.fees:
            shown[f"order:{order.order_id}:fees:{fee.asset}"] = fee.amount
    for item in valuation.items:
        shown[f"valuation:{account_id}:{item.asset}"] = item.value
    state = await history.state(account_id, moment)
    equity = Decimal(valuation.equity)
    shown[f"equity:{account_id}:equity"] = valuation.equity
    if state.equity is not None:
        day_open, peak = Decimal(state.equity.day_open), Decimal(state.equity.peak)
        shown[f"equity:{account_id}:day_pnl"] = plain(equity - day_open)
        shown[f"equity:{account_id}:drawdown"] = plain(divide(peak - equity, peak))
    return shown


async def behind(book: LivedBook, explanation: ExplanationDocument) -> list[Behind]:
    """The events that the explanation names, read from the journal."""
    read = []
    for source in explanation.events:
        [recorded] = await book.journal.read(after=int(source.position) - 1, limit=1)
        assert recorded.type == source.type
        read.append((source.position, recorded.event))
    return read


# --- the promise


@pytest.mark.parametrize("is_past", [False, True], ids=["now", "then"])
async def test_random_figures_follow_from_their_explanations(book: LivedBook, is_past: bool) -> None:
    random = Random(SEED)
    kinds: dict[str, list[tuple[AccountId, int | None, str, Shown]]] = {}
    for moment in random.sample(range(book.head // 4, book.head), 5) if is_past else [None]:
        for account_id in ACCOUNTS:
            for of, shown in (await figures(book, account_id, moment)).items():
                kinds.setdefault(parse_figure(of).kind, []).append((account_id, moment, of, shown))
    assert set(kinds) == {"balance", "position", "order", "valuation", "equity"}
    for known in kinds.values():
        for account_id, moment, of, shown in random.sample(known, min(FIGURES // len(kinds), len(known))):
            explanation = await explained(book, of, account_id, moment)
            assert (explanation.of, explanation.value) == (of, shown)
            assert recomputed(explanation, await behind(book, explanation)) == shown, (of, moment)
            assert explanation.formula


async def test_a_position_is_folded_from_where_its_newest_fills_began(
    book: LivedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = ACCOUNTS[0]
    known = {of: shown for of, shown in (await figures(book, account_id, None)).items() if of[:3] == "pos"}
    monkeypatch.setattr(positions, "FOLDED_MAX", 3)
    for of, shown in known.items():
        explanation = await explained(book, of, account_id, None)
        assert len(explanation.fills) > positions.FOLDED_MAX
        assert (explanation.value, recomputed(explanation)) == (shown, shown)
    await book.pool.execute("update trading.position_history set quantity = quantity + 7")
    of = f"position:{account_id}:{INSTRUMENT}:quantity"
    explanation = await explained(book, of, account_id, None)
    assert Decimal(explanation.value or 0) == Decimal(known[of] or 0) + 7


async def test_prices_say_where_they_are_from(book: LivedBook) -> None:
    account_id = ACCOUNTS[0]
    for moment in (None, book.head // 2):
        explanation = await explained(book, f"valuation:{account_id}:BTC", account_id, moment)
        total, price = explanation.inputs
        assert (total.unit, total.of) == ("BTC", f"balance:{account_id}:BTC:total")
        assert (price.unit, price.source) == ("USDT", INSTRUMENT)
        assert price.at is not None
        assert explanation.postings


async def test_an_account_without_marks_has_no_profit_of_the_day(book: LivedBook) -> None:
    await book.pool.execute("delete from trading.equity_marks")
    for figure in ("day_pnl", "drawdown"):
        explanation = await explained(book, f"equity:{ACCOUNTS[0]}:{figure}", ACCOUNTS[0], None)
        assert explanation.value is None
        assert [each.name for each in explanation.inputs][-1] == "equity"


@pytest.mark.parametrize(
    "of",
    [
        "",
        "balance",
        "balance:a",
        "balance:a:USDT",
        "balance:a::total",
        "balance:a:USDT:sum",
        "equity:a",
        "equity:a:",
        "equity:a:USDT:equity",
        "equity:a:pnl",
        "valuation:a",
        "valuation::USDT",
        "order:o",
        "order:o:fees",
        "order:o:fees:",
        "order:o:filled_quantity:BTC",
        "profit:a:b:c",
    ],
)
def test_what_names_no_figure_is_refused(of: str) -> None:
    with pytest.raises(InvalidInput, match="of"):
        parse_figure(of)


async def test_figures_that_nothing_is_behind_are_zero_or_none(book: LivedBook) -> None:
    some: list[Any] = [
        (f"balance:{ACCOUNTS[0]}:EUR:total", "0"),
        (f"position:{ACCOUNTS[0]}:NOPE:average_entry_price", None),
        (f"valuation:{ACCOUNTS[0]}:EUR", "0"),
        ("order:nope:filled_quantity", "0"),
        ("order:nope:average_price", None),
        ("order:nope:fees:EUR", "0"),
    ]
    for of, value in some:
        explanation = await explained(book, of, ACCOUNTS[0], None)
        assert (explanation.value, explanation.events, explanation.journal_position) == (value, [], "0")
