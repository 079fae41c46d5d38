"""The projection runner on a real journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import msgspec
import pytest
from tests.support.journal_events import CATALOGUE, CoinsAdded, append_of
from tests.support.waiting import eventually

from tradebook.journal.consumers import ConsumerState, keep_place, place
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.projection_follower import ProjectionFollower
from tradebook.journal.projection_runner import ProjectionRunner
from tradebook.journal.projections import ViewChange
from tradebook.journal.rebuilds import Rebuilds
from tradebook.journal.records import Recorded
from tradebook.kernel.errors import Conflict, NotFound, Unavailable
from tradebook.kernel.messages import Event


class Purses:
    """Sums per stream; a row in ``seen`` for every event, so that a repetition would show."""

    version = 1
    handles: frozenset[type[Event]] = frozenset({CoinsAdded})

    def __init__(self, name: str = "purses") -> None:
        self.name = name
        self.tables: Sequence[str] = [f"{name}_seen"]
        self.broken = False
        self.attempts = 0

    async def project(
        self, connection: asyncpg.Connection, batch: Sequence[Recorded]
    ) -> Sequence[ViewChange]:
        self.attempts += 1
        await connection.executemany(
            f"insert into {self.name}_seen values ($1, $2)", [(r.position, r.stream) for r in batch]
        )
        if self.broken:
            raise ValueError("a defect")
        return [
            ViewChange(
                channel="purses", account_id=r.stream, position=r.position, document=msgspec.Raw(b"{}")
            )
            for r in batch
        ]

    def forget(self) -> None:
        pass


class House:
    """Journal, pool and two views."""

    def __init__(self, journal: PostgresJournal, pool: asyncpg.Pool) -> None:
        self.journal, self.pool = journal, pool
        self.views: list[Purses] = [Purses("purses"), Purses("others")]
        self.published: list[ViewChange] = []

    def runner(self) -> ProjectionRunner:
        return ProjectionRunner(self.journal, self.pool, self.views, self.published.extend)

    async def fill(self, count: int) -> None:
        await asyncio.gather(*(self.journal.append(append_of(f"s{count}-{n}", 1)) for n in range(count)))

    async def seen(self, name: str = "purses") -> list[int]:
        rows = await self.pool.fetch(f"select position from {name}_seen order by position")
        return [row["position"] for row in rows]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=6) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        await pool.execute("create table purses_seen (position bigint primary key, stream text)")
        await pool.execute("create table others_seen (position bigint primary key, stream text)")
        yield House(journal, pool)


BOTH = ("purses", "others")


async def test_views_follow_the_journal_and_changes_are_published(house: House) -> None:
    async with house.runner() as runner:
        await house.fill(2500)
        await runner.wait_for(2500, BOTH, timeout_s=10)
        assert await house.seen() == await house.seen("others") == list(range(1, 2501))
        status = {s.name: s for s in await runner.status()}
        assert {(s.position, s.lag, s.state) for s in status.values()} == {(2500, 0, ConsumerState.RUNNING)}
    assert sorted(change.position for change in house.published) == sorted([*range(1, 2501)] * 2)


async def test_a_restarted_runner_goes_on_where_it_stood(house: House) -> None:
    for round_ in range(1, 4):
        await house.fill(10 * round_)
        async with house.runner() as runner:
            await runner.wait_for((await house.journal.head()).position, BOTH, timeout_s=10)
    assert await house.seen() == list(range(1, 61))


async def test_a_failing_projection_is_parked_and_the_others_go_on(house: House) -> None:
    broken, _ = house.views
    broken.broken = True
    async with house.runner() as runner:
        await house.fill(10)
        await runner.wait_for(10, ["others"], timeout_s=10)
        await eventually(lambda: broken.attempts == 5)
        with pytest.raises(Unavailable):
            await runner.wait_for(10, ["purses"], timeout_s=0.1)
        [parked, _] = await runner.status()
        assert parked.state is ConsumerState.PARKED
        assert parked.lag == 10
        assert "a defect" in parked.error
        assert broken.attempts == 5
        assert await house.seen() == []
        with pytest.raises(Unavailable, match="out of order"):
            await runner.wait_for(10, ["purses"], timeout_s=10)

    async with house.runner() as runner:  # still parked after a restart
        await house.fill(11)
        await runner.wait_for(21, ["others"], timeout_s=10)
        assert await house.seen() == []
        broken.broken = False
        await runner.resume("purses")
        await runner.wait_for(21, ["purses"], timeout_s=10)
    assert await house.seen() == list(range(1, 22))


async def test_who_waits_for_a_view_that_is_parked_meanwhile_is_told_at_once(house: House) -> None:
    house.views[0].broken = True
    async with house.runner() as runner:
        waiting = asyncio.create_task(runner.wait_for(10, ["purses"], timeout_s=60))
        await house.fill(10)
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable, match="out of order") as told:
                await waiting
        assert told.value.code == "view_parked"


async def test_a_publisher_that_raises_does_not_stop_the_view(house: House) -> None:
    def publish(_: Sequence[ViewChange]) -> None:
        raise RuntimeError("nobody to tell")

    async with ProjectionRunner(house.journal, house.pool, house.views, publish) as runner:
        for _ in range(3):
            await house.fill(1 + len(await house.seen()))
            await runner.wait_for((await house.journal.head()).position, BOTH, timeout_s=10)
        assert {status.state for status in await runner.status()} == {ConsumerState.RUNNING}
    assert await house.seen() == await house.seen("others")


async def test_a_rebuilt_view_comes_out_equal_and_is_not_published_again(house: House) -> None:
    await house.fill(1200)
    async with house.runner() as runner:
        await runner.wait_for(1200, BOTH, timeout_s=10)
        before, published = await house.seen(), len(house.published)
        await house.pool.execute("update purses_seen set position = position + 9000 where position > 5")
        await runner.rebuild("purses")
        await runner.wait_for(1200, BOTH, timeout_s=10)
        assert await house.seen() == before
        assert len(house.published) == published


async def test_a_new_version_of_a_view_is_rebuilt(house: House) -> None:
    await house.fill(20)
    async with house.runner() as runner:
        await runner.wait_for(20, BOTH, timeout_s=10)
    await house.pool.execute("insert into purses_seen values (9999, 'of the old version')")
    house.views[0].version = 2
    async with house.runner() as runner:
        await runner.wait_for(20, BOTH, timeout_s=10)
    assert await house.seen() == list(range(1, 21))


async def test_a_rebuild_by_another_process_is_noticed(house: House) -> None:
    async with house.runner() as runner:
        await house.fill(20)
        await runner.wait_for(20, BOTH, timeout_s=10)
        async with house.runner() as other:
            await other.rebuild("purses")
            await other.wait_for(20, BOTH, timeout_s=10)
        await house.fill(21)
        await runner.wait_for(41, BOTH, timeout_s=10)
    assert await house.seen() == list(range(1, 42))


async def test_a_rebuild_that_was_asked_for_is_taken_up_and_done_once(house: House) -> None:
    rebuilds = Rebuilds(house.pool)
    async with house.runner() as runner:
        await house.fill(1200)
        await runner.wait_for(1200, BOTH, timeout_s=10)
        before, published = await house.seen(), len(house.published)
        await house.pool.execute("update purses_seen set position = position + 9000 where position > 5")
        await rebuilds.request("purses", actor="user:1")
        with pytest.raises(Conflict, match="already"):
            await rebuilds.request("purses", actor="user:1")
        await rebuilds.request("of another release", actor="user:1")
        await until_none_is_open(rebuilds)
        assert await house.seen() == before
        assert len(house.published) == published
        await house.fill(30)
        await runner.wait_for(1230, BOTH, timeout_s=10)
    assert await house.seen() == await house.seen("others")


async def test_a_rebuild_goes_on_where_a_process_died_in_it(house: House) -> None:
    rebuilds = Rebuilds(house.pool)
    async with house.runner() as runner:
        await house.fill(1200)
        await runner.wait_for(1200, BOTH, timeout_s=10)
    await rebuilds.request("purses", actor="user:1")
    emptied = ProjectionFollower(house.views[0], house.journal, house.pool, house.published.extend)
    await emptied.reset()  # and nothing after it
    assert await house.seen() == []
    published = len(house.published)
    async with house.runner() as runner:
        await until_none_is_open(rebuilds)
        assert (await runner.status())[0].lag == 0
    assert await house.seen() == await house.seen("others")
    assert len(house.published) == published


async def test_a_parked_view_is_in_order_again_after_a_rebuild(house: House) -> None:
    broken, rebuilds = house.views[0], Rebuilds(house.pool)
    broken.broken = True
    async with house.runner() as runner:
        await house.fill(10)
        await eventually(lambda: broken.attempts == 5)
        broken.broken = False
        await rebuilds.request("purses", actor="user:1")
        await until_none_is_open(rebuilds)
        await runner.wait_for(10, BOTH, timeout_s=10)


async def test_a_view_that_fails_again_while_it_is_rebuilt_can_be_asked_for_again(house: House) -> None:
    broken, rebuilds = house.views[0], Rebuilds(house.pool)
    broken.broken = True
    async with house.runner():
        await house.fill(10)
        await rebuilds.request("purses", actor="user:1")
        await until_none_is_open(rebuilds)
        await rebuilds.request("purses", actor="user:1")


async def until_none_is_open(rebuilds: Rebuilds) -> None:
    async with asyncio.timeout(15):
        while await rebuilds.open():  # noqa: ASYNC110  # another process ends it
            await asyncio.sleep(0.05)


async def test_events_that_a_view_does_not_handle_are_passed_over(house: House) -> None:
    house.views[0].handles = frozenset()
    await house.fill(30)
    async with house.runner() as runner:
        await runner.wait_for(30, BOTH, timeout_s=10)
    assert house.views[0].attempts == 0
    assert await house.pool.fetchval("select position from journal.consumers where name = 'purses'") == 30


async def test_waiting_for_a_position_is_bounded(house: House) -> None:
    async with house.runner() as runner:
        with pytest.raises(Unavailable, match="not reached"):
            await runner.wait_for(1, BOTH, timeout_s=0.01)
        with pytest.raises(NotFound):
            await runner.wait_for(1, ["nobody"], timeout_s=1)


async def test_a_process_manager_keeps_its_place(house: House) -> None:
    assert await place(house.pool, "execution") == 0
    await keep_place(house.pool, "execution", 7)
    await keep_place(house.pool, "execution", 5)
    assert await place(house.pool, "execution") == 7
