"""Explain is true: the figure that is shown follows from its explanation, and from nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
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
from tradebook.kernel.ids import AccountId, InstrumentId
from tradebook.kernel.money import divide, plain
from tradebook.trading.views import explain
from tradebook.trading.views.equity import Period
from tradebook.trading.views.explain import ExplanationDocument, parse_figure, positions
from tradebook.trading.views.moments import Moments
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.positions import PositionDocument
from tradebook.trading.views.queries import FillFilter, OrderFilter
from tradebook.trading.views.valuation import ValuationDocument, valuation_document

SEED = 5
FIGURES = 120
INSTRUMENT = BTC_USDT.instrument_id
# A close counts from when its minute was over; in the first minute there is only what it opened at.
SELECT_CLOSE = """
select case when c.start <= t.over then close else open end
from market.candles_1m c, (select $2::timestamptz - interval '1 minute' as over) t
where instrument_id = $1
  and c.start <= greatest(t.over, (select min(start) from market.candles_1m where instrument_id = $1))
order by c.start desc limit 1
"""
SELECT_FIRST_MARK = "select min(at) from trading.equity_marks where account_id = $1"
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
    shown |= of_holdings(account_id, valuation)
    shown |= {
        f"position:{account_id}:{each.instrument}:{name}": figure
        for each in positions.items
        for name, figure in (await at_mark(book, each, moment)).items()
    }
    shown |= await of_ranges(book, valuation, moment)
    fills = (await queries.fills(OWNER, FillFilter(account_id=account_id), WHOLE)).items
    shown |= {
        f"fill:{account_id}:{fill.position}:fee": fill.fee
        for fill in fills
        if moment is None or int(fill.position) <= moment
    }
    shown[f"equity:{account_id}:equity"] = valuation.equity
    if state.equity is not None:
        day_open, peak = Decimal(state.equity.day_open), Decimal(state.equity.peak)
        shown[f"equity:{account_id}:day_pnl"] = plain(equity - day_open)
        shown[f"equity:{account_id}:drawdown"] = plain(divide(peak - equity, peak))
    return shown


def of_holdings(account_id: AccountId, valuation: ValuationDocument) -> dict[str, Shown]:
    """What pages compute from a valuation."""
    shown: dict[str, Shown] = {}
    equity, exposure, held = Decimal(valuation.equity), Decimal(0), Decimal(0)
    for item in valuation.items:
        price, value = Decimal(item.price or "nan"), Decimal(item.value or "nan")
        held += Decimal(item.held) * price
        exposure += value if item.asset != valuation.base_asset else 0
        name = f"valuation:{account_id}:{item.asset}"
        shown[f"{name}:price"] = item.price
        shown[f"{name}:held_value"] = plain(Decimal(item.held) * price)
        shown[f"{name}:weight"] = plain(divide(value, equity))
    shown[f"equity:{account_id}:exposure"] = plain(exposure)
    shown[f"equity:{account_id}:exposure_share"] = plain(divide(exposure, equity))
    shown[f"equity:{account_id}:held_value"] = plain(held)
    return shown


async def at_mark(book: LivedBook, position: PositionDocument, moment: int | None) -> dict[str, Shown]:
    """What a position is worth in the middle of the quote, or by the last minute that was over then."""
    quote = book.market.quote(InstrumentId(position.instrument))
    assert quote is not None
    mark: Decimal = (quote.bid + quote.ask) / 2
    if moment is not None:
        at = (await Moments(book.pool).instant(moment)).at
        mark = await book.pool.fetchval(SELECT_CLOSE, position.instrument, at)
    quantity, cost = Decimal(position.quantity), Decimal(position.cost)
    pnl = quantity * mark - cost if quantity > 0 else quantity * mark + cost
    return {
        "mark_price": plain(mark),
        "market_value": plain(quantity * mark),
        "unrealised_pnl": plain(pnl),
    }


async def of_ranges(book: LivedBook, valuation: ValuationDocument, moment: int | None) -> dict[str, Shown]:
    """What pages compute from a curve that ends where they stand."""
    account_id, shown = AccountId(valuation.account_id), dict[str, Shown]()
    first = await book.pool.fetchval(
        "select min(at) from trading.equity_marks where account_id = $1", account_id
    )
    for since in (None, first + (valuation.at - first) / 3, first + (valuation.at - first) / 2):
        until = valuation.at + timedelta(microseconds=1) if moment is not None else None
        curve = await book.equity.curve(account_id, Period(since=since, until=until))
        name = f"range:{account_id}:{since.isoformat() if since else ''}"
        pnl = Decimal(valuation.equity) - Decimal(curve.opening) - Decimal(curve.net_flows)
        shown |= {
            f"{name}:opening": curve.opening,
            f"{name}:net_flows": curve.net_flows,
            f"{name}:pnl": None if curve.pnl is None else plain(pnl),
        }
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
    assert set(kinds) == {"balance", "position", "order", "valuation", "equity", "range", "fill"}
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
        "valuation:a:BTC:",
        "valuation:a:BTC:worth",
        "total:USDT",
        "total:USDT:BTC:equity",
        "range:a",
        "range:a::worth",
        "limit:a:max_position_notional",
        "limit:a:daily_loss:BTC-USDT.SIM",
        "limit:a:price_collar",
        "fill:a:fee",
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
        (f"position:{ACCOUNTS[0]}:NOPE:mark_price", None),
        (f"position:{ACCOUNTS[0]}:NOPE:unrealised_pnl", None),
        (f"valuation:{ACCOUNTS[0]}:EUR:price", None),
        (f"valuation:{ACCOUNTS[0]}:EUR:held_value", "0"),
        (f"fill:{ACCOUNTS[0]}:1:fee", "0"),
        (f"fill:{ACCOUNTS[0]}:nope:fee", "0"),
    ]
    for of, value in some:
        explanation = await explained(book, of, ACCOUNTS[0], None)
        assert (explanation.value, explanation.events, explanation.journal_position) == (value, [], "0")


async def test_a_total_is_the_sum_of_the_accounts_that_count_in_its_asset(book: LivedBook) -> None:
    for moment in (None, book.head // 2):
        of = "total:USDT:equity"
        told = await book.explainer.total(of, parse_figure(of), list(ACCOUNTS), moment)
        each = [await explained(book, f"equity:{one}:equity", one, moment) for one in ACCOUNTS]
        assert (
            told.value
            == recomputed(told)
            == plain(sum((Decimal(one.value or "nan") for one in each), Decimal(0)))
        )
        assert [one.of for one in told.inputs] == [one.of for one in each]
    of = "total:EUR:equity"
    assert (await book.explainer.total(of, parse_figure(of), list(ACCOUNTS))).value == "0"


async def test_a_total_of_too_many_accounts_is_refused(
    book: LivedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "ACCOUNTS_MAX", len(ACCOUNTS) - 1)
    of = "total:USDT:equity"
    with pytest.raises(InvalidInput, match="accounts"):
        await book.explainer.total(of, parse_figure(of), list(ACCOUNTS))


async def test_a_range_that_begins_at_no_time_is_refused(book: LivedBook) -> None:
    for since in ("yesterday", "2026-01-31T12:00:00"):
        with pytest.raises(InvalidInput, match="of"):
            await explained(book, f"range:{ACCOUNTS[0]}:{since}:pnl", ACCOUNTS[0], None)
