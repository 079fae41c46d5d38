"""The journal in memory against the model."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.support.journal_events import CATALOGUE
from tests.support.journal_machine import JournalMachine

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import SystemClock


def test_the_journal_in_memory_never_differs_from_the_model() -> None:
    with asyncio.Runner() as runner:

        class Machine(JournalMachine):
            def __init__(self) -> None:
                super().__init__(runner, MemoryJournal(CATALOGUE, SystemClock()), "")

        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=100, stateful_step_count=20, deadline=None),
        )
