"""What every journal must do. A store's test module subclasses this and gives the ``journal`` fixture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, timedelta
from itertools import pairwise

import pytest

from tests.support.journal_events import CoinsAdded, append_of, coins
from tradebook.journal.encoding import APPEND_EVENTS_MAX
from tradebook.journal.errors import VersionConflict
from tradebook.journal.group_commit import BATCH_EVENTS_MAX
from tradebook.journal.hashing import GENESIS, leaf_hash, link, microseconds
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Appended, Metadata, Recorded, Snapshot
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import new_id
from tradebook.kernel.messages import Event


async def drain(pages: AsyncIterator[Sequence[Recorded]]) -> list[Recorded]:
    return [recorded async for page in pages for recorded in page]


async def take(pages: AsyncIterator[Sequence[Recorded]], count: int) -> list[Recorded]:
    """The first ``count`` events of an endless tail."""
    taken: list[Recorded] = []
    while len(taken) < count:
        taken += await asyncio.wait_for(anext(pages), 5)
    return taken


class JournalSuite:
    """One abstract suite for all stores."""

    # Appending

    async def test_an_empty_journal_stands_at_position_zero_with_zero_bytes(self, journal: Journal) -> None:
        head = await journal.head()
        assert (head.position, head.hash, head.recorded_at) == (0, GENESIS, None)
        assert await journal.read() == []

    async def test_an_append_answers_where_its_events_stand(self, journal: Journal) -> None:
        assert await journal.append(append_of("a", 1, 2)) == Appended(
            first_position=1, last_position=2, version=2
        )
        assert await journal.append(append_of("b", 3)) == Appended(
            first_position=3, last_position=3, version=1
        )
        assert await journal.append(append_of("a", 4, after=2)) == Appended(
            first_position=4, last_position=4, version=3
        )

    async def test_what_was_appended_is_read_back(self, journal: Journal) -> None:
        metadata = Metadata(actor="user:7", command_id=new_id(), correlation_id="c", causation_id="d")
        event = coins("a", 5)
        await journal.append(Append(stream="a", expected_version=0, events=[event], metadata=metadata))
        [recorded] = await journal.read()
        assert recorded.event == event
        assert recorded.metadata == metadata
        assert (recorded.position, recorded.stream, recorded.version) == (1, "a", 1)
        assert recorded.type == "purse.CoinsAdded"
        assert recorded.recorded_at.utcoffset() == timedelta(0)
        assert recorded.recorded_at.tzinfo is not None
        assert recorded.recorded_at.astimezone(UTC) == recorded.recorded_at

    @pytest.mark.parametrize("note", ["", "Ω ≠ 🙂", 'quote " and \\ slash', "line\nbreak\tand \x00 nul"])
    async def test_any_text_survives(self, journal: Journal, note: str) -> None:
        event = CoinsAdded(purse="a", amount=coins("a", 1).amount, note=note)
        metadata = Metadata(actor="user:ü", command_id=new_id())
        await journal.append(Append(stream="ström", expected_version=0, events=[event], metadata=metadata))
        [recorded] = await journal.read()
        assert recorded.event == event

    @pytest.mark.parametrize("expected", [0, 1, 3, 100])
    async def test_a_stale_or_future_version_is_a_conflict_and_records_nothing(
        self, journal: Journal, expected: int
    ) -> None:
        await journal.append(append_of("a", 1, 2))
        with pytest.raises(VersionConflict):
            await journal.append(append_of("a", 3, after=expected))
        assert (await journal.head()).position == 2

    async def test_a_new_stream_must_be_expected_at_version_zero(self, journal: Journal) -> None:
        with pytest.raises(VersionConflict):
            await journal.append(append_of("a", 1, after=1))
        assert (await journal.head()).position == 0

    async def test_a_repeated_command_answers_with_its_first_positions(self, journal: Journal) -> None:
        command_id = new_id()
        first = await journal.append(append_of("a", 1, 2, command_id=command_id))
        await journal.append(append_of("a", 3, after=2))
        again = await journal.append(append_of("a", 1, 2, command_id=command_id))
        assert (again.first_position, again.last_position, again.version) == (1, 2, 2)
        assert (first.repeated, again.repeated) == (False, True)
        assert (await journal.head()).position == 3

    async def test_a_command_repeated_at_the_same_moment_is_recorded_once(self, journal: Journal) -> None:
        command_id = new_id()
        answers = await asyncio.gather(
            *(journal.append(append_of(f"s{n}", 1, command_id=command_id)) for n in range(5))
        )
        assert sorted(answer.repeated for answer in answers) == [False, True, True, True, True]
        assert {answer.first_position for answer in answers} == {1}
        assert (await journal.head()).position == 1

    async def test_an_earlier_command_can_be_found(self, journal: Journal) -> None:
        command_id = new_id()
        await journal.append(append_of("a", 1, 2, command_id=command_id))
        found = await journal.find_command(command_id)
        assert found == Appended(first_position=1, last_position=2, version=2, repeated=True)
        assert await journal.find_command(new_id()) is None
        assert await journal.find_command("no uuid") is None

    async def test_bad_input_is_refused_alone(self, journal: Journal) -> None:
        good = journal.submit(append_of("a", 1))
        for bad in (
            append_of("", 1),
            append_of("x\0y", 1),
            append_of("x" * 201, 1),
            append_of("b"),
            append_of("b", 1, after=-1),
            append_of("b", 1, command_id="no uuid"),
            append_of("b", 1, command_id=new_id().upper()),
            append_of("b", *range(APPEND_EVENTS_MAX + 1)),
        ):
            with pytest.raises(InvalidInput):
                await journal.append(bad)
        assert (await good).first_position == 1

    async def test_an_append_that_is_larger_than_a_batch_is_recorded_whole(self, journal: Journal) -> None:
        count = 2 * BATCH_EVENTS_MAX
        before, large, behind = [
            journal.submit(each)
            for each in (append_of("a", 1), append_of("b", *range(count)), append_of("b", 1, after=count))
        ]
        assert (await large).last_position - (await before).last_position == count
        assert (await behind).version == count + 1
        tailed = await take(journal.tail(after=0), count + 2)
        assert [recorded.position for recorded in tailed] == list(range(1, count + 3))

    async def test_events_of_a_stream_are_found_by_what_they_mention(self, journal: Journal) -> None:
        for stream, amounts in {"a": (1, 22, 3), "b": (22,)}.items():
            await journal.append(append_of(stream, *amounts))
        await journal.append(append_of("a", 22, after=3))
        assert await journal.events_mentioning("a", '"22"') == [coins("a", 22), coins("a", 22)]
        assert await journal.events_mentioning("a", '"22"', after_version=2) == [coins("a", 22)]
        assert await journal.events_mentioning("a", "%") == []

    async def test_an_event_that_is_too_large_is_refused(self, journal: Journal) -> None:
        event = CoinsAdded(purse="a", amount=coins("a", 1).amount, note="x" * (1 << 20))
        metadata = Metadata(actor="user:1", command_id=new_id())
        with pytest.raises(InvalidInput):
            await journal.append(Append(stream="a", expected_version=0, events=[event], metadata=metadata))

    # Chained and concurrent appends

    async def test_appends_of_one_stream_can_be_chained_without_waiting(self, journal: Journal) -> None:
        futures = [journal.submit(append_of("a", n, n, after=2 * n)) for n in range(50)]
        answers = await asyncio.gather(*futures)
        assert [answer.version for answer in answers] == [2 * n + 2 for n in range(50)]

    async def test_what_is_chained_behind_a_conflict_fails_even_where_the_version_fits(
        self, journal: Journal
    ) -> None:
        await journal.append(append_of("a", 1))
        futures = [
            journal.submit(append_of("a", 2, after=0)),  # loses: the stream stands at 1
            journal.submit(append_of("a", 3, after=1)),  # fits by accident, but was decided on the one before
            journal.submit(append_of("b", 4)),
        ]
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [VersionConflict, VersionConflict, Appended]

    async def test_what_is_chained_behind_a_conflict_of_the_batch_in_flight_fails_too(
        self, journal: Journal
    ) -> None:
        await journal.append(append_of("a", 1))
        loser = journal.submit(append_of("a", 2, after=0))
        await asyncio.sleep(0)  # the batch with the loser is on its way
        behind = journal.submit(append_of("a", 3, after=1))
        other = journal.submit(append_of("b", 1))
        outcomes = await asyncio.gather(loser, behind, other, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [VersionConflict, VersionConflict, Appended]

    async def test_a_stream_takes_appends_again_once_the_conflict_is_known(self, journal: Journal) -> None:
        await journal.append(append_of("a", 1))
        with pytest.raises(VersionConflict):
            await journal.append(append_of("a", 2, after=0))
        assert (await journal.append(append_of("a", 2, after=1))).version == 2

    async def test_what_is_chained_behind_a_repetition_fails(self, journal: Journal) -> None:
        command_id = new_id()
        await journal.append(append_of("a", 1, command_id=command_id))
        repeated = journal.submit(append_of("a", 1, after=1, command_id=command_id))
        behind = journal.submit(append_of("a", 2, after=2))
        assert (await repeated).repeated
        with pytest.raises(VersionConflict):
            await behind

    async def test_of_concurrent_appends_to_one_version_one_wins(self, journal: Journal) -> None:
        outcomes = await asyncio.gather(
            *(journal.append(append_of("a", n)) for n in range(20)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes].count(Appended) == 1

    async def test_positions_are_gapless_and_streams_are_in_order_under_load(self, journal: Journal) -> None:
        async def write(stream: str) -> None:
            for n in range(40):
                await journal.append(append_of(stream, n, after=n))

        await asyncio.gather(*(write(f"s{n}") for n in range(20)))
        events = await journal.read(limit=10_000)
        assert [event.position for event in events] == list(range(1, 801))
        versions: dict[str, int] = {}
        for event in events:
            assert event.version == versions.get(event.stream, 0) + 1
            versions[event.stream] = event.version
        assert all(one.recorded_at <= two.recorded_at for one, two in pairwise(events))

    async def test_an_append_whose_caller_went_away_does_not_disturb_the_others(
        self, journal: Journal
    ) -> None:
        gone = asyncio.ensure_future(journal.append(append_of("a", 1)))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await journal.append(append_of("b", 1))).version == 1

    # The chain

    async def test_leaves_and_chain_can_be_computed_again(self, journal: Journal) -> None:
        for n in range(3):
            await asyncio.gather(*(journal.append(append_of(f"s{m}", 1, 2, after=2 * n)) for m in range(4)))
        previous = GENESIS
        for row in await journal.read_stored():
            leaf = leaf_hash(row.stream, row.version, row.type, row.schema, row.metadata, row.data)
            assert row.leaf == leaf
            previous = link(previous, row.position, microseconds(row.recorded_at), leaf)
            assert row.hash == previous
        head = await journal.head()
        assert (head.position, head.hash) == (24, previous)

    # Reading

    async def test_a_stream_is_read_in_order_from_any_version(self, journal: Journal) -> None:
        for n in range(5):
            await journal.append(append_of("a", n, after=n))
            await journal.append(append_of("b", n, after=n))
        assert [r.version for r in await drain(journal.read_stream("a"))] == [1, 2, 3, 4, 5]
        assert [r.version for r in await drain(journal.read_stream("a", after_version=3))] == [4, 5]
        assert await drain(journal.read_stream("a", after_version=5)) == []
        assert await drain(journal.read_stream("nobody")) == []

    async def test_loading_gives_the_events_of_a_stream_in_pages(self, journal: Journal) -> None:
        futures = [journal.submit(append_of("a", *range(500), after=500 * n)) for n in range(21)]
        await asyncio.gather(*futures)
        loaded: list[Event] = []
        async for page in journal.load_events("a", after_version=1):
            loaded += page
        assert loaded == [r.event for r in await drain(journal.read_stream("a", after_version=1))]
        assert len(loaded) == 10_499

    async def test_reading_is_bounded_and_continues(self, journal: Journal) -> None:
        await journal.append(append_of("a", *range(10)))
        assert [r.position for r in await journal.read(after=0, limit=4)] == [1, 2, 3, 4]
        assert [r.position for r in await journal.read(after=8, limit=4)] == [9, 10]
        assert [r.position for r in await journal.read_stored(after=8, limit=4)] == [9, 10]

    # Following

    async def test_a_tail_gives_what_was_and_then_what_comes(self, journal: Journal) -> None:
        await journal.append(append_of("a", 1, 2, 3))
        tail = journal.tail(after=1)
        assert [r.position for r in await take(tail, 2)] == [2, 3]
        waiting = asyncio.ensure_future(anext(tail))
        await journal.append(append_of("a", 4, after=3))
        assert [r.position for r in await asyncio.wait_for(waiting, 5)] == [4]

    async def test_tails_at_any_speed_see_every_event_once_and_equal(self, journal: Journal) -> None:
        total = 3_000

        async def follow(pause: bool) -> list[Recorded]:
            tail, seen = journal.tail(after=0), list[Recorded]()
            while len(seen) < total:
                page = await asyncio.wait_for(anext(tail), 5)
                assert len(page) <= 1_000
                seen += page
                if pause:
                    await asyncio.sleep(0.005)
            return seen

        followers = [asyncio.create_task(follow(pause)) for pause in (False, False, True)]
        for n in range(total // 100):
            await asyncio.gather(*(journal.append(append_of(f"s{m}", 1, after=n)) for m in range(100)))
        for follower in followers:
            seen = await follower
            assert [r.position for r in seen] == list(range(1, total + 1))
            assert seen == [*await journal.read(limit=total)]

    # Snapshots

    async def test_the_newest_snapshot_of_a_schema_is_kept(self, journal: Journal) -> None:
        def snapshot(version: int, schema: int = 1) -> Snapshot:
            return Snapshot(
                stream="a", version=version, position=version, schema=schema, data=b"%d" % version
            )

        for version in (5, 9, 7):
            await journal.save_snapshot(snapshot(version))
        assert await journal.load_snapshot("a", schema=1) == snapshot(9)
        assert await journal.load_snapshot("a", schema=2) is None
        await journal.save_snapshot(snapshot(3, schema=2))
        assert await journal.load_snapshot("a", schema=2) == snapshot(3, schema=2)
        assert await journal.load_snapshot("b", schema=1) is None

    async def test_of_each_span_of_versions_one_snapshot_is_kept_to_look_back_from(
        self, journal: Journal
    ) -> None:
        def snapshot(version: int, schema: int = 1) -> Snapshot:
            return Snapshot(
                stream="a", version=version, position=2 * version, schema=schema, data=b"%d" % version
            )

        async def newest(until_position: int) -> int | None:
            found = await journal.load_snapshot("a", schema=1, until_position=until_position)
            return None if found is None else found.version

        for version in (10_500, 10_000, 19_999, 20_001, 35_000):
            await journal.keep_snapshot(snapshot(version))
        await journal.keep_snapshot(snapshot(1, schema=2))
        assert await journal.load_snapshot("a", schema=1) is None
        await journal.save_snapshot(snapshot(41_000))
        assert await newest(20_999) is None
        assert await newest(21_000) == 10_500
        assert await newest(40_001) == 10_500
        assert await newest(40_002) == 20_001
        assert await newest(70_000) == 35_000
        assert await newest(82_000) == 41_000
        found = await journal.load_snapshot("a", schema=1, until_position=70_000)
        assert found == snapshot(35_000)

    async def test_a_stream_is_read_up_to_a_position(self, journal: Journal) -> None:
        for n in range(5):
            await journal.append(append_of("a", n, after=n))
            await journal.append(append_of("b", n, after=n))
        assert [r.position for r in await drain(journal.read_stream("a", until_position=6))] == [1, 3, 5]
        later = journal.read_stream("a", after_version=2, until_position=9)
        assert [r.position for r in await drain(later)] == [5, 7, 9]
        assert await drain(journal.read_stream("a", after_version=2, until_position=4)) == []
