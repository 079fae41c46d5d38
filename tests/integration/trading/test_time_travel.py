"""Time travel is true: what is shown as of a position is what a rebuild that stops there would show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.simulation.clients import ACCOUNTS
from tests.support.lived_book import LivedBook, Past, book_of, live
from tests.support.postgres import PostgresServer
from tests.support.web import principal

from tradebook.bootstrap.catalogue import projections
from tradebook.journal.records import Snapshot
from tradebook.kernel.errors import InvalidInput, NotFound
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.money import plain
from tradebook.market.recorded import RecordedPrices, Wish
from tradebook.trading import model
from tradebook.trading.events import AccountEvent, FundsDeposited, FundsWithdrawn, stream_of
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.views import past_orders
from tradebook.trading.views.moments import Moments
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.past import PastAccounts
from tradebook.trading.views.queries import FillFilter, OrderFilter, TradingQueries

SEED = 11
POSITIONS = 20
NOBODY: Any = None
OWNER = principal()
WHOLE = PageRequest(limit=500)


@pytest.fixture(scope="module")
def past() -> Past:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return live(SEED, monkeypatch)


@pytest.fixture
async def book(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    async with book_of(past, database_url) as book:
        yield book


class Rebuild:
    """The views in a database of their own, built further and further."""

    def __init__(self, book: LivedBook, connection: Any, pool: asyncpg.Pool) -> None:
        self._book, self._connection = book, connection
        self._views, self._reached = projections(), 0
        self.queries = TradingQueries(pool, NOBODY, NOBODY)

    async def until(self, position: int) -> None:
        batch = await self._book.journal.read(after=self._reached, limit=position - self._reached)
        for view in self._views:
            await view.project(self._connection, [each for each in batch if type(each.event) in view.handles])
        self._reached = position


def of(document: object) -> Any:
    """A document as it goes over the wire."""
    return msgspec.json.decode(msgspec.json.encode(document))


async def test_every_view_as_of_a_position_equals_a_rebuild_that_stops_there(
    book: LivedBook, postgres_server: PostgresServer
) -> None:
    await keep_states(book)
    url = await postgres_server.create_database()
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool, pool.acquire() as connection:
        rebuild = Rebuild(book, connection, pool)
        random = Random(SEED)
        for position in sorted(random.sample(range(10, book.head + 1), POSITIONS)):
            await rebuild.until(position)
            for account_id in ACCOUNTS:
                await assert_same(book, rebuild.queries, account_id, position)


async def keep_states(book: LivedBook) -> None:
    """As the writer would have: one in the middle of each account's life, and a newest one."""
    past = PastAccounts(book.journal)
    for account_id in ACCOUNTS:
        for position, keep in (
            (book.head // 2, book.journal.keep_snapshot),
            (book.head * 3 // 4, book.journal.save_snapshot),
        ):
            version = sum(
                [
                    len(page)
                    async for page in book.journal.read_stream(stream_of(account_id), until_position=position)
                ]
            )
            await keep(
                Snapshot(
                    stream=stream_of(account_id),
                    version=version,
                    position=position,
                    schema=model.SNAPSHOT_SCHEMA,
                    data=model.dump(await past.at(account_id, position)),
                )
            )


async def assert_same(book: LivedBook, rebuilt: TradingQueries, account_id: AccountId, position: int) -> None:
    history = book.history
    balances = of(await rebuilt.balances(account_id))
    positions = of(await rebuilt.positions(account_id))
    orders = of(await rebuilt.orders(OWNER, OrderFilter(account_id=account_id), WHOLE))
    account = of(await rebuilt.account(OWNER, account_id))
    assert of(await history.balances(account_id, position)) == balances
    assert of(await history.positions(account_id, position)) == positions
    assert of(await history.orders(account_id, position, OrderFilter(), WHOLE)) == orders
    by_then = FillFilter(account_id=account_id, position_max=position)
    fills = await rebuilt.fills(OWNER, FillFilter(account_id=account_id), WHOLE)
    assert await book.queries.fills(OWNER, by_then, WHOLE) == fills

    state = of(await history.state(account_id, position))
    assert state["journal_position"] == str(position)
    assert state["balances"] == balances["items"]
    assert state["positions"] == positions["items"]
    is_open = [each for each in orders["items"] if OrderStatus(each["status"]) not in TERMINAL]
    assert by_id(state["open_orders"]) == by_id(is_open)
    for name in ("account_id", "party_id", "name", "venue", "base_asset", "paper", "state", "limits"):
        assert state[name] == account[name]
    assert anchors(state["equity"]) == await expected_anchors(book, account, position)


def by_id(orders: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {order["order_id"]: order for order in orders}


def anchors(equity: dict[str, Any] | None) -> dict[str, Any] | None:
    return equity and {name: equity[name] for name in ("day", "day_open", "equity", "peak")}


async def expected_anchors(book: LivedBook, account: dict[str, Any], position: int) -> dict[str, Any] | None:
    """The last mark, with what came and went since then, at the rates recorded with it."""
    if account["equity"] is None:
        return None
    moved = Decimal(0)
    async for page in book.journal.read_stream(stream_of(account["account_id"]), until_position=position):
        for event in [each.event for each in page]:
            if type(event).__name__ == "EquityMarked":
                moved = Decimal(0)
            if isinstance(event, FundsDeposited | FundsWithdrawn):
                rate = Decimal(1) if event.asset == account["base_asset"] else event.rate or Decimal(0)
                moved += event.amount * rate * (1 if isinstance(event, FundsDeposited) else -1)
    mark = account["equity"]
    shifted = {name: plain(Decimal(mark[name]) + moved) for name in ("day_open", "equity", "peak")}
    return {"day": mark["day"], **shifted}


async def test_a_change_is_the_account_before_and_after_its_event(book: LivedBook) -> None:
    random = Random(SEED)
    recorded = await book.journal.read(limit=book.head)
    for each in random.sample(recorded, 30):
        assert isinstance(each.event, AccountEvent)
        change = await book.history.change(each, each.event)
        assert (change.position, change.type) == (str(each.position), each.type)
        account_id = each.event.account_id
        assert change.after == await book.history.state(account_id, each.position)
        if change.before is not None:
            assert change.before == await book.history.state(account_id, each.position - 1)
    first = await book.history.change(recorded[0], recorded[0].event)  # type: ignore[arg-type]  # an opening
    assert first.before is None


async def test_an_account_that_was_not_open_yet_is_not_there(book: LivedBook) -> None:
    with pytest.raises(NotFound):
        await book.history.state(ACCOUNTS[1], 1)
    assert (await book.history.balances(ACCOUNTS[1], 1)).items == []


async def test_a_position_that_the_journal_has_not_come_to_is_refused(book: LivedBook) -> None:
    for look in (book.history.state, book.history.balances, book.history.positions, book.valuer.as_of):
        with pytest.raises(InvalidInput, match="as_of"):
            await look(ACCOUNTS[0], book.head + 1)


async def test_orders_of_the_past_come_in_pages_and_by_what_they_were(book: LivedBook) -> None:
    position, account_id = book.head // 2, ACCOUNTS[0]
    whole = (await book.history.orders(account_id, position, OrderFilter(), WHOLE)).items
    paged, cursor = [], None
    while True:
        page = await book.history.orders(
            account_id, position, OrderFilter(), PageRequest(limit=7, cursor=cursor)
        )
        paged += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    sells = await book.history.orders(account_id, position, OrderFilter(side=Side.SELL), WHOLE)
    assert sells.items == [order for order in whole if order.side is Side.SELL]


@pytest.mark.parametrize(
    "statuses",
    [
        frozenset({OrderStatus.FILLED}),
        frozenset(OrderStatus) - TERMINAL,
        TERMINAL,
        frozenset({OrderStatus.ACCEPTED, OrderStatus.CANCELLED}),
    ],
    ids=["filled", "open", "over", "one of each"],
)
async def test_pages_of_the_past_are_full_of_what_had_the_status_then(
    book: LivedBook, monkeypatch: pytest.MonkeyPatch, statuses: frozenset[OrderStatus]
) -> None:
    monkeypatch.setattr(past_orders, "_CANDIDATES_MIN", 3)  # so that a page takes several rounds
    wanted, size = OrderFilter(statuses=statuses), 2
    for position in Random(SEED).sample(range(book.head // 4, book.head), 10):
        for account_id in ACCOUNTS:
            whole = (await book.history.orders(account_id, position, OrderFilter(), WHOLE)).items
            expected = [order for order in whole if order.status in statuses]
            pages, cursor = [], None
            while True:
                asked = PageRequest(limit=size, cursor=cursor)
                page = await book.history.orders(account_id, position, wanted, asked)
                pages.append(page.items)
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert [order for items in pages for order in items] == expected
            assert [len(items) for items in pages[:-1]] == [size] * (len(pages) - 1)


async def test_a_late_fill_of_an_order_closed_long_before_does_not_change_what_it_was(
    book: LivedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is told by its events, when the account has forgotten it."""
    position, account_id = book.head // 2, ACCOUNTS[0]
    whole = (await book.history.orders(account_id, position, OrderFilter(), WHOLE)).items
    monkeypatch.setattr(past_orders, "_remembered", lambda account, order_id: None)
    await book.pool.execute("update trading.orders set last_position = $1", book.head)
    assert (await book.history.orders(account_id, position, OrderFilter(), WHOLE)).items == whole


async def test_a_time_is_the_newest_position_recorded_by_then(book: LivedBook, past: Past) -> None:
    moments = Moments(book.pool)
    times = sorted({event.recorded_at for event in past.events})
    for time in Random(SEED).sample(times, 20):
        expected = max(event.position for event in past.events if event.recorded_at <= time)
        assert await moments.position(time) == expected
    assert await moments.position(times[0] - timedelta(microseconds=1)) == 0
    assert await moments.position(times[-1] + timedelta(days=1)) == book.head


async def test_the_past_is_valued_at_the_last_minute_that_was_over(book: LivedBook, past: Past) -> None:
    for position in Random(SEED).sample(range(10, book.head + 1), 20):
        for account_id in ACCOUNTS:
            valuation = await book.valuer.as_of(account_id, position)
            at = past.events[position - 1].recorded_at
            over = [each for each in past.candles if each.start <= at - timedelta(minutes=1)]
            under_way = [each for each in past.candles if each.start <= at]
            price = max(over, key=lambda each: each.start).close if over else under_way[0].open
            balances = {
                each.asset: Decimal(each.total)
                for each in (await book.history.balances(account_id, position)).items
            }
            assert valuation.at == at
            assert valuation.is_complete
            assert valuation.equity == balances["USDT"] + balances["BTC"] * price


async def test_an_asset_without_a_price_is_said_to_be_without_one(book: LivedBook) -> None:
    await book.pool.execute("update trading.accounts set document = replace(document, 'USDT', 'EUR')")
    valuation = await book.valuer.now(ACCOUNTS[0])
    assert not valuation.is_complete
    assert valuation.equity == 0
    assert all(each.value is None for each in valuation.items)


async def test_a_pair_the_other_way_round_prices_too(book: LivedBook, past: Past) -> None:
    prices = RecordedPrices(book.pool, past.market.between)
    at = past.events[-1].recorded_at
    usdt, btc, eur = Asset("USDT"), Asset("BTC"), Asset("EUR")
    direct, inverse, none = await prices.rates([Wish(btc, usdt, at), Wish(usdt, btc, at), Wish(eur, btc, at)])
    assert direct is not None
    assert inverse is not None
    assert none is None
    assert inverse.price == direct.value
    assert abs(inverse.value * direct.value - 1) < Decimal("1e-20")
