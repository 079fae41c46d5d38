"""The journal in memory passes the suite of every journal, and fails on demand."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.journal_events import CATALOGUE, append_of
from tests.support.journal_suite import JournalSuite

from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Appended
from tradebook.kernel.clock import SystemClock


class TestMemoryJournal(JournalSuite):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal(CATALOGUE, SystemClock())

    async def test_a_failed_batch_fails_what_is_chained_behind_it(self, journal: MemoryJournal) -> None:
        journal.fail_next(JournalUnavailable("the disk is full"))
        first = journal.submit(append_of("a", 1))
        await asyncio.sleep(0)
        second = journal.submit(append_of("a", 2, after=1))
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [JournalUnavailable, JournalUnavailable]
        assert (await journal.append(append_of("a", 1))).version == 1

    async def test_an_unknown_outcome_may_have_been_recorded(self, journal: MemoryJournal) -> None:
        append = append_of("a", 1)
        journal.fail_next(JournalOutcomeUnknown("the answer was lost"), recorded=True)
        with pytest.raises(JournalOutcomeUnknown):
            await journal.append(append)
        assert await journal.append(append) == Appended(
            first_position=1, last_position=1, version=1, repeated=True
        )
