"""The journal on PostgreSQL against the model."""

from __future__ import annotations

import asyncio
from itertools import count

import asyncpg
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.support.journal_events import CATALOGUE
from tests.support.journal_machine import JournalMachine

from tradebook.journal.postgres import PostgresJournal


def test_the_journal_on_postgresql_never_differs_from_the_model(database_url: str) -> None:
    numbers = count()
    with asyncio.Runner() as runner:
        pool = runner.run(_open(database_url))
        journal = PostgresJournal(database_url, pool, CATALOGUE)
        runner.run(journal.__aenter__())

        class Machine(JournalMachine):
            def __init__(self) -> None:
                super().__init__(runner, journal, f"{next(numbers)}-")

        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=40, stateful_step_count=12, deadline=None),
        )
        runner.run(journal.__aexit__())
        runner.run(pool.close())


async def _open(database_url: str) -> asyncpg.Pool:
    return await asyncpg.create_pool(database_url, min_size=1, max_size=2)
