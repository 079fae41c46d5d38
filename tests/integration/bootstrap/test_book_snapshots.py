"""What a watcher of the book is shown first, over the real views."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.support.web import principal

from tradebook.bootstrap.snapshots import ROWS_MAX, book_snapshots
from tradebook.trading.views.queries import TradingQueries
from tradebook.web.channels import parse_channel

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY: Any = None
"""Nothing is asked for by an id that the views do not have."""
INSERT = """
insert into trading.orders
    select 'order-' || n, 'a', 'BTC-USDT.SIM', 'buy', case when n <= 2 then 'accepted' else 'filled' end,
           1, 0, 0,
           $1::timestamptz + n * interval '1 second', n, json_build_object('n', n)::text, n
    from generate_series(1, 700) n
"""


class Caught:
    """Views that have come as far as position 700."""

    async def position(self, names: Iterable[str]) -> int:
        assert "trading.orders" in names
        return 700


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Two orders that rest, and 698 that came and were filled after them."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        await pool.execute(INSERT, BEGAN)
        yield pool


async def test_orders_that_rest_are_shown_however_many_came_after_them(pool: asyncpg.Pool) -> None:
    caught: Any = Caught()
    source = book_snapshots(TradingQueries(pool, NOBODY, NOBODY), caught)["orders"]

    shown = await source(principal(), parse_channel("orders"))

    numbers = [row["n"] for row in msgspec.json.decode(shown.data)]
    assert (shown.position, len(numbers)) == (700, ROWS_MAX + 2)
    assert numbers[:2] == [700, 699]
    assert numbers[-2:] == [2, 1]
