"""Bounds and breaks of the group committer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from tests.support.journal_events import CATALOGUE, append_of

from tradebook.journal import group_commit
from tradebook.journal.encoding import AppendEncoder, EncodedAppend
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable
from tradebook.journal.group_commit import GroupCommitter, Outcome
from tradebook.journal.records import Appended

ENCODER = AppendEncoder(CATALOGUE)


def encoded(stream: str, count: int = 1) -> EncodedAppend:
    return ENCODER.encode(append_of(stream, *range(count)))


class Store:
    """Commits when it is let; notes the sizes of its batches."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.batches: list[int] = []

    async def commit(self, batch: Sequence[EncodedAppend]) -> Sequence[Outcome]:
        self.batches.append(sum(len(append.leaves) for append in batch))
        await self.gate.wait()
        return [Appended(first_position=1, last_position=1, version=1) for _ in batch]


async def test_what_arrives_during_a_commit_shares_the_next() -> None:
    store = Store()
    committer = GroupCommitter(store.commit)
    first = committer.submit(encoded("a"))
    await asyncio.sleep(0)
    rest = [committer.submit(encoded(f"s{n}")) for n in range(50)]
    store.gate.set()
    await asyncio.gather(first, *rest)
    assert store.batches == [1, 50]


def patient(stream: str) -> EncodedAppend:
    return ENCODER.encode(msgspec.structs.replace(append_of(stream, 0), is_patient=True))


async def test_what_nobody_waits_for_shares_the_commit_of_what_somebody_does() -> None:
    store = Store()
    store.gate.set()
    committer = GroupCommitter(store.commit, patience_s=5)
    reports = [committer.submit(patient(f"s{n}")) for n in range(3)]
    await asyncio.sleep(0.01)
    assert store.batches == []
    await asyncio.wait_for(asyncio.gather(committer.submit(encoded("a")), *reports), 1)
    assert store.batches == [4]


async def test_patience_ends_by_itself_and_when_the_journal_closes() -> None:
    store = Store()
    store.gate.set()
    committer = GroupCommitter(store.commit, patience_s=0.01)
    await asyncio.wait_for(committer.submit(patient("a")), 1)
    committer = GroupCommitter(store.commit, patience_s=60)
    last = committer.submit(patient("b"))
    await asyncio.wait_for(committer.close(), 1)
    assert (await last).version == 1


async def test_a_batch_is_bounded_and_a_long_append_stays_whole() -> None:
    store = Store()
    store.gate.set()
    committer = GroupCommitter(store.commit)
    futures = [committer.submit(encoded(f"s{n}", 400)) for n in range(10)]
    await asyncio.gather(*futures)
    assert sum(store.batches) == 4000
    assert max(store.batches) <= group_commit.BATCH_EVENTS_MAX


async def test_a_full_queue_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_EVENTS_MAX", 10)
    store = Store()
    committer = GroupCommitter(store.commit)
    futures = [committer.submit(encoded(f"s{n}")) for n in range(10)]
    with pytest.raises(JournalUnavailable, match="wait to be recorded"):
        committer.submit(encoded("too many"))
    store.gate.set()
    await asyncio.gather(*futures)
    assert (await committer.submit(encoded("again"))).version == 1


async def test_closing_answers_what_is_queued_and_takes_nothing_more() -> None:
    store = Store()
    committer = GroupCommitter(store.commit)
    future = committer.submit(encoded("a"))
    store.gate.set()
    await committer.close()
    assert future.done()
    with pytest.raises(JournalUnavailable, match="closed"):
        committer.submit(encoded("b"))


async def test_nobody_waits_for_ever_when_committing_breaks() -> None:
    async def commit(batch: Sequence[EncodedAppend]) -> Sequence[Outcome]:
        raise RuntimeError("a defect")

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    committer = GroupCommitter(commit)
    first, second = committer.submit(encoded("a")), committer.submit(encoded("b"))
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [JournalOutcomeUnknown, JournalOutcomeUnknown]
