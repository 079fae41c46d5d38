"""Waiting for a view from another process: by what the database says of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from tests.support.core import ALICE, CATALOGUE
from tests.unit.trading.examples import AT, BTC_USDT

from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import PartyId, new_id
from tradebook.trading.events import AccountOpened
from tradebook.trading.views.accounts import AccountsProjection
from tradebook.trading.views.differences import DifferencesProjection
from tradebook.trading.views.progress import Progress, Standing
from tradebook.web.health import LAG_EVENTS_MAX, projections_check
from tradebook.web.system_schemas import State

PLACE = "insert into journal.consumers (name, version, position, state) values ($1, 1, 0, $2)"


@asynccontextmanager
async def opened_book(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A journal of one event: an account was opened."""
    opened = AccountOpened(
        account_id=ALICE,
        at=AT,
        party_id=PartyId("me"),
        name="Main",
        venue="paper",
        base_asset=BTC_USDT.quote_asset,
        paper=True,
    )
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=3) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        metadata = Metadata(actor="user:me", command_id=new_id())
        await journal.append(
            Append(stream=f"account-{ALICE}", expected_version=0, events=[opened], metadata=metadata)
        )
        yield pool


async def test_a_view_is_behind_by_events_that_it_handles_and_by_no_others(database_url: str) -> None:
    accounts, differences = AccountsProjection(), DifferencesProjection()
    async with opened_book(database_url) as pool:
        for each in (accounts, differences):
            await pool.execute(PLACE, each.name, "running")
        assert await Progress(pool, [accounts, differences]).standings() == [
            Standing(accounts.name, 1, is_parked=False),
            Standing(differences.name, 0, is_parked=False),
        ]


async def test_a_view_that_has_read_nothing_for_very_long_is_behind_by_all_of_it(database_url: str) -> None:
    differences = DifferencesProjection()
    behind = LAG_EVENTS_MAX + 1
    async with opened_book(database_url) as pool:
        await pool.execute(PLACE, differences.name, "running")
        await pool.execute("update journal.head set position = $1", behind)
        progress = Progress(pool, [differences])
        assert [each.lag for each in await progress.standings()] == [behind]
        assert (await projections_check(progress.standings)()).state is State.DEGRADED


async def test_who_waits_for_a_view_is_told_when_it_is_parked(database_url: str) -> None:
    async with opened_book(database_url) as pool:
        progress = Progress(pool, [AccountsProjection()])
        view = AccountsProjection.name
        with pytest.raises(Unavailable, match="has not reached"):
            await progress.wait_for(1, [view], wait_s_max=0.03)
        await pool.execute(PLACE, view, "running")
        waiting = asyncio.create_task(progress.wait_for(1, [view], wait_s_max=60))
        await asyncio.sleep(0.05)
        await pool.execute("update journal.consumers set state = 'parked'")
        async with asyncio.timeout(5):
            with pytest.raises(Unavailable) as told:
                await waiting
        assert (told.value.code, told.value.figures) == ("view_parked", {"view": view})
        await pool.execute("update journal.consumers set position = 1, state = 'running'")
        await progress.wait_for(1, [view])
