"""kill −9 of anything: what was committed is there, and the next start is not in its own way."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tests.integration.infra.conftest import Running, copy_tree
from tests.support.embedded import (
    Parent,
    connect_patiently,
    kill_all,
    record,
    recorded,
    servers_of,
)
from tests.support.machine import slowness
from tests.support.waiting import eventually

from tradebook.infra.data_directory import DataDirectory
from tradebook.kernel.errors import Conflict

ORPHANS_END_WITHIN_S = 10


@pytest.fixture
def data(tmp_path_open: Path, prepared: Path) -> Iterator[Path]:
    copy_tree(prepared, tmp_path_open / "data")
    yield tmp_path_open / "data"
    for process in servers_of(tmp_path_open):  # what a failed test leaves
        process.kill()


async def wait_for_redis(url: str) -> None:
    async with asyncio.timeout(20), Redis.from_url(url) as redis:
        while True:
            try:
                await redis.ping()
            except (RedisError, OSError):
                await asyncio.sleep(0.05)
            else:
                return


async def test_orphans_of_a_killed_server_are_ended_by_the_next(data: Path) -> None:
    parent = Parent(data)
    await record(parent.database_url, "kept")
    orphans = servers_of(data)
    parent.kill()
    assert servers_of(data, "redis-server")
    assert servers_of(data, "postgres")
    began = time.monotonic()
    after = Parent(data)
    assert time.monotonic() - began < ORPHANS_END_WITHIN_S * slowness()
    assert not {process.pid for process in orphans} & {process.pid for process in servers_of(data)}
    assert await recorded(after.database_url) == ["kept"]
    after.stop()
    assert servers_of(data) == []


async def test_everything_killed_at_once_comes_back(data: Path) -> None:
    parent = Parent(data)
    await record(parent.database_url, "kept")
    os.kill(parent.pid, signal.SIGSTOP)  # so that it cannot start them again meanwhile
    kill_all(data)
    parent.kill()
    after = Parent(data)
    assert await recorded(after.database_url) == ["kept"]
    after.stop()


async def test_backends_without_a_postmaster_are_ended_by_the_next_start(data: Path) -> None:
    parent = Parent(data)
    await record(parent.database_url, "kept")
    postmaster, *others = servers_of(data, "postgres")
    for process in others:
        process.suspend()  # a backend that is stuck does not notice that its postmaster died
    parent.kill()
    postmaster.kill()
    after = Parent(data)
    assert not {process.pid for process in others} & {process.pid for process in servers_of(data)}
    assert await recorded(after.database_url) == ["kept"]
    after.stop()


async def test_a_second_start_says_who_is_there_and_harms_nothing(data: Path) -> None:
    parent = Parent(data)
    servers = servers_of(data)
    with pytest.raises(Conflict, match=f"process {parent.pid}, ") as refused:
        DataDirectory(data).claim()
    assert refused.value.figures["pid"] == str(parent.pid)
    assert servers_of(data) == servers
    await record(parent.database_url, "kept")
    assert await recorded(parent.database_url) == ["kept"]
    parent.stop()


async def test_a_killed_postgresql_is_started_again(running: Running) -> None:
    await record(running.url, "kept")
    servers_of(running.data, "postgres")[0].kill()
    assert await recorded(running.url) == ["kept"]
    await record(running.url, "more")


async def test_a_killed_backend_takes_nobody_s_commits_with_it(running: Running) -> None:
    await record(running.url, "kept")
    other = await asyncpg.connect(running.url)
    os.kill(await other.fetchval("select pg_backend_pid()"), signal.SIGKILL)
    connection = await connect_patiently(running.url)
    await connection.close()
    assert await recorded(running.url) == ["kept"]
    await other.close(timeout=1)


async def test_a_killed_redis_is_started_again_and_the_database_never_noticed(running: Running) -> None:
    connection = await asyncpg.connect(running.url)
    kill_all(running.data, "redis-server")
    await wait_for_redis(running.servers.redis_url)
    assert await connection.fetchval("select 1") == 1
    await connection.close()


async def test_a_server_that_cannot_start_is_tried_until_it_can(running: Running) -> None:
    await record(running.url, "kept")
    control = running.data / "postgres/data/global/pg_control"
    away = control.with_name("pg_control.away")
    control.rename(away)
    servers_of(running.data, "postgres")[0].kill()
    log = running.data / "postgres/log"
    await eventually(lambda: "could not find the database system" in log.read_text())
    away.rename(control)
    assert await recorded(running.url) == ["kept"]


async def test_servers_are_not_started_again_once_they_are_told_to_stop(data: Path) -> None:
    parent = Parent(data)
    kill_all(data)
    parent.stop()
    assert servers_of(data) == []
