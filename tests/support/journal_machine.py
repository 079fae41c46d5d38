"""A state machine that appends at random and holds the journal against a plain model of what it must do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.support.journal_events import append_of
from tradebook.journal.errors import VersionConflict
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Appended
from tradebook.kernel.ids import new_id

STREAMS = ("a", "b", "c")


class Wish(msgspec.Struct, frozen=True):
    """An append to make of the model's state: which version to expect, and whose command to repeat."""

    stream: str
    count: int
    off: int
    """0 expects what the wishes before it lead to; else that much more or less."""
    repeats: int | None
    """Which of the earlier commands it repeats, counted from the newest."""


wishes = st.lists(
    st.builds(
        Wish,
        stream=st.sampled_from(STREAMS),
        count=st.integers(1, 3),
        off=st.sampled_from((0, 0, 0, 0, 0, -2, -1, 1)),
        repeats=st.none() | st.none() | st.none() | st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
)


class JournalMachine(RuleBasedStateMachine):
    """``prefix`` sets its streams apart in a journal that others used before."""

    def __init__(self, runner: asyncio.Runner, journal: Journal, prefix: str) -> None:
        super().__init__()
        self.runner, self.journal, self.prefix = runner, journal, prefix
        self.start = runner.run(journal.head()).position
        self.order: list[tuple[str, int]] = []
        self.versions = dict.fromkeys(STREAMS, 0)
        self.commands: dict[str, Appended] = {}

    @rule(wanted=wishes)
    def append_without_waiting(self, wanted: Sequence[Wish]) -> None:
        appends = self._appends(wanted)
        outcomes = self.runner.run(self._submit(appends))
        lost: set[str] = set()
        seen: set[str] = set()
        for append, outcome in zip(appends, outcomes, strict=True):
            assert outcome == self._expected(append, lost, seen)

    @rule(wanted=wishes)
    def append_one_after_the_other(self, wanted: Sequence[Wish]) -> None:
        for append in self._appends(wanted):
            [outcome] = self.runner.run(self._submit([append]))
            assert outcome == self._expected(append, set(), set())

    @invariant()
    def events_stand_in_the_order_of_the_model(self) -> None:
        events = self.runner.run(self.journal.read(after=self.start))
        assert [(event.stream, event.version) for event in events] == self.order
        assert [event.position for event in events] == [self.start + n for n in range(1, len(self.order) + 1)]

    @invariant()
    def every_command_is_found_where_it_stands(self) -> None:
        for command_id, appended in list(self.commands.items())[-3:]:
            assert self.runner.run(self.journal.find_command(command_id)) == appended

    def _appends(self, wanted: Sequence[Wish]) -> list[Append]:
        ahead = dict(self.versions)
        known = list(self.commands)[::-1]
        appends = []
        for wish in wanted:
            expected = max(ahead[wish.stream] + wish.off, 0)
            ahead[wish.stream] = expected + wish.count
            repeats = wish.repeats is not None and wish.repeats < len(known)
            command_id = known[wish.repeats or 0] if repeats else new_id()
            known.insert(0, command_id)
            stream = self.prefix + wish.stream
            appends.append(append_of(stream, *range(wish.count), after=expected, command_id=command_id))
        return appends

    async def _submit(self, appends: Sequence[Append]) -> list[Appended | str]:
        futures = [self.journal.submit(append) for append in appends]
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
        return [_comparable(outcome) for outcome in outcomes]

    def _expected(self, append: Append, lost: set[str], seen: set[str]) -> Appended | str:
        """What the model says, and its step.

        In one batch, behind a loser its stream is lost, and a command id that was seen is a repetition even
        if the first one lost: then it stands nowhere, which is a conflict to retry.
        """
        command_id, stream = append.metadata.command_id, append.stream.removeprefix(self.prefix)
        fits = stream not in lost and append.expected_version == self.versions[stream]
        fits = fits and command_id not in seen
        seen.add(command_id)
        if command_id in self.commands:
            lost.add(stream)
            return self.commands[command_id]
        if not fits:
            lost.add(stream)
            return "conflict"
        first = self.start + len(self.order) + 1
        for _ in append.events:
            self.versions[stream] += 1
            self.order.append((append.stream, self.versions[stream]))
        appended = Appended(
            first_position=first,
            last_position=self.start + len(self.order),
            version=self.versions[stream],
        )
        self.commands[command_id] = msgspec.structs.replace(appended, repeated=True)
        return appended


def _comparable(outcome: Appended | BaseException) -> Appended | str:
    if isinstance(outcome, Appended):
        return outcome
    assert isinstance(outcome, VersionConflict)
    return "conflict"
