"""Lists of orders merge the ranges they are read from, and never look through what a filter leaves out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from tradebook.identity.principal import SCOPES_OF_ROLE, Principal, Role
from tradebook.kernel.ids import UserId
from tradebook.trading.orders import Side
from tradebook.trading.views import statements
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.queries import OrderFilter, TradingQueries

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY: Any = None
"""Lists ask neither the journal nor how far the views have come."""
INSERT = """
insert into trading.orders
    select 'order-' || n, 'a', 'BTC-USDT.SIM', case when n % 700 = 0 then 'sell' else 'buy' end,
           case when n % 2 = 0 then 'accepted' else 'filled' end, 1, 0, 0,
           $1::timestamptz + n * interval '1 second', n, json_build_object('n', n)::text, n
    from generate_series(1, 2100) n
"""
OWNER = Principal(
    actor="user:owner",
    user_id=UserId("owner"),
    role=Role.OWNER,
    scopes=SCOPES_OF_ROLE[Role.OWNER],
    parties=None,
    expires_at=BEGAN + timedelta(days=3650),
)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A view of 2,100 orders, three of which sell."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        await pool.execute(INSERT, BEGAN)
        await pool.execute("analyze trading.orders")
        yield pool


async def numbers(pool: asyncpg.Pool, wanted: OrderFilter, limit: int = 4) -> list[list[int]]:
    """What each page shows, until the last."""
    queries, pages, cursor = TradingQueries(pool, NOBODY, NOBODY), [], None
    while True:
        page = await queries.orders(OWNER, wanted, PageRequest(limit=limit, cursor=cursor))
        pages.append([msgspec.json.decode(item)["n"] for item in page.items])
        cursor = page.next_cursor
        if cursor is None or len(pages) == 3:
            return pages


async def test_statuses_and_sides_are_merged_newest_first(pool: asyncpg.Pool) -> None:
    pages = await numbers(pool, OrderFilter())

    assert pages == [[2100, 2099, 2098, 2097], [2096, 2095, 2094, 2093], [2092, 2091, 2090, 2089]]


@pytest.mark.parametrize("instrument", [None, "BTC-USDT.SIM"])
async def test_a_side_is_found_by_itself(pool: asyncpg.Pool, instrument: str | None) -> None:
    pages = await numbers(pool, OrderFilter(side=Side.SELL, instrument=instrument), limit=2)

    assert pages == [[2100, 1400], [700]]


async def test_a_rare_side_is_not_looked_for_among_the_other(pool: asyncpg.Pool) -> None:
    statement = statements.SELECT_ORDERS.format(each_account="", conditions="")
    arguments = (["accepted"], BEGAN + timedelta(days=1), 0, BEGAN, 50, ["sell"])

    rows = await pool.fetch(f"explain (analyze, costs off) {statement}", *arguments)

    plan = "\n".join(row[0] for row in rows)
    assert "orders_by_status" in plan
    assert "Rows Removed by Filter" not in plan


async def watched(pool: asyncpg.Pool, *, open_max: int, closed_max: int) -> list[int]:
    queries = TradingQueries(pool, NOBODY, NOBODY)
    rows = await queries.orders_to_watch(OWNER, None, open_max=open_max, closed_max=closed_max)
    return [msgspec.json.decode(row)["n"] for row in rows]


async def test_who_watches_sees_every_open_order_however_many_were_closed_since(pool: asyncpg.Pool) -> None:
    await pool.execute(
        "update trading.orders set status = 'cancelled' where placed_position between 8 and 2000"
    )
    await pool.execute("update trading.orders set status = 'unknown' where placed_position = 2")

    shown = await watched(pool, open_max=1_000, closed_max=3)

    newest = list(range(2_100, 2_000, -1))
    assert shown == [n for n in newest if n % 2 == 0 or n > 2_094] + [6, 4, 2]


async def test_what_is_watched_is_bounded(pool: asyncpg.Pool) -> None:
    assert await watched(pool, open_max=2, closed_max=3) == [2100, 2099, 2098, 2097, 2095]
