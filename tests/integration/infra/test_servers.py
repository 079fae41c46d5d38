"""What the embedded servers are, and where they can be."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tests.integration.infra.conftest import Running
from tests.support.embedded import record, recorded, servers_of, settings_of

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded import redis as embedded_redis
from tradebook.infra.embedded.postgres import EmbeddedPostgres
from tradebook.infra.embedded.redis import EmbeddedRedis
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.embedded.sockets import SOCKET_PATH_BYTES_MAX
from tradebook.infra.migrations import migrate
from tradebook.kernel.errors import Unavailable


def claimed(root: Path) -> DataDirectory:
    directory = DataDirectory(root)
    directory.claim()
    return directory


async def test_what_is_committed_is_on_the_disk(running: Running) -> None:
    connection = await asyncpg.connect(running.url)
    names = "fsync", "synchronous_commit", "full_page_writes", "data_checksums", "server_encoding"
    settings = [await connection.fetchval("select current_setting($1)", name) for name in names]
    assert settings == ["on", "on", "on", "on", "UTF8"]
    await connection.close()


async def test_both_servers_want_their_passwords(running: Running) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(running.url, password="guess")
    path = running.servers.redis_url.partition("@")[2]
    async with Redis(unix_socket_path=path) as stranger, Redis.from_url(running.servers.redis_url) as ours:
        with pytest.raises(RedisError, match="authenticat"):
            await stranger.ping()
        kept = {"maxmemory-policy": "allkeys-lru", "maxmemory": "67108864", "appendonly": "no", "save": ""}
        for name, value in kept.items():
            assert await ours.config_get(name) == {name: value}


def test_they_listen_nowhere_on_the_network_and_have_sessions_and_users_of_their_own(
    running: Running,
) -> None:
    leaders = [
        process for name in ("postgres", "redis-server") for process in servers_of(running.data, name)[:1]
    ]
    assert len(leaders) == 2
    for process in leaders:
        assert process.net_connections("inet") == []
        assert os.getsid(process.pid) == process.pid
        assert process.uids().real != 0


def test_passwords_are_in_no_argument_and_no_foreign_file(running: Running) -> None:
    passwords = [path.read_text() for path in running.directory.secrets.glob("*.password")]
    assert len(passwords) == 2
    for process in servers_of(running.data):
        assert not any(password in " ".join(process.cmdline()) for password in passwords)
    for path in running.data.rglob("*"):
        is_open = path.stat().st_mode & 0o044 if path.is_file() else 0
        assert not (is_open and any(password.encode() in path.read_bytes() for password in passwords))


async def test_a_clean_stop_ends_every_process_and_keeps_the_book(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / "data")
    for notes in ([], ["first"]):
        servers = Servers(settings_of(directory.root), directory)
        await servers.start()
        await migrate(servers.database_url)
        assert await recorded(servers.database_url) == notes
        await record(servers.database_url, "first")
        await servers.stop()
        assert servers_of(directory.root) == []
    directory.release()


async def test_a_path_too_long_for_a_socket_works(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / ("long" * 40))
    servers = Servers(settings_of(directory.root), directory)
    assert len(str(directory.root)) > SOCKET_PATH_BYTES_MAX
    try:
        await servers.start()
        await (await asyncpg.connect(servers.database_url)).close()
        async with Redis.from_url(servers.redis_url) as redis:
            assert await redis.ping()
    finally:
        await servers.stop()
        for folder in (EmbeddedPostgres(directory).sockets, EmbeddedRedis(directory).sockets):
            shutil.rmtree(folder)


def test_a_link_laid_in_the_way_of_a_socket_folder_is_not_followed(tmp_path_open: Path) -> None:
    redis = EmbeddedRedis(claimed(tmp_path_open / "data"))
    victim = tmp_path_open / "victim"
    victim.mkdir()
    redis.home.mkdir()
    redis.sockets.symlink_to(victim)
    with pytest.raises(Unavailable, match="not a folder of ours"):
        redis.start()
    assert victim.stat().st_uid == os.geteuid()


def test_a_closed_directory_above_is_named_where_it_keeps_the_servers_out(tmp_path_open: Path) -> None:
    closed = tmp_path_open / "closed"
    closed.mkdir(mode=0o700)
    redis = EmbeddedRedis(claimed(closed / "data"))
    if os.geteuid() == 0:
        with pytest.raises(Unavailable, match=f"cannot pass through {closed};"):
            redis.start()
    else:
        redis.start()
        redis.stop()


def test_binaries_that_the_servers_user_cannot_reach_are_copied(
    tmp_path_open: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path_open / "closed" / "bin"
    shutil.copytree(embedded_redis.INSTALLATION, installed)
    for path in (installed.parent, *installed.iterdir()):
        path.chmod(0o700)  # as installed under a strict umask
    monkeypatch.setattr(embedded_redis, "INSTALLATION", installed)
    redis = EmbeddedRedis(claimed(tmp_path_open / "data"))
    old = os.umask(0o077)
    try:
        redis.start()
    finally:
        os.umask(old)
        redis.stop()


def test_a_server_that_cannot_start_says_why(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / "data")
    postgres = EmbeddedPostgres(directory)
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Unavailable, match=r"PostgreSQL did not start.*not compatible"):
        postgres.start()


def test_half_an_initialisation_is_begun_anew(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / "data")
    postgres = EmbeddedPostgres(directory)
    (postgres.home / "data.new").mkdir(parents=True)
    (postgres.home / "data.new" / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert postgres.is_running()
    postgres.stop()


def test_a_remembered_pid_that_is_somebody_elses_by_now_is_left_alone(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / "data")
    postgres = EmbeddedPostgres(directory)
    postgres.start()
    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait(10)
    bystander = psutil.Popen(["sleep", "60"])
    try:
        pid_file = postgres.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        postgres.start()
        assert bystander.is_running()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait(10)
        postgres.stop()


def test_the_log_is_bounded(tmp_path_open: Path) -> None:
    directory = claimed(tmp_path_open / "data")
    postgres = EmbeddedPostgres(directory)
    postgres.home.mkdir()
    postgres.log.write_bytes(b"x" * 10_000_001)
    postgres.start()
    postgres.stop()
    assert postgres.log.stat().st_size < 10_000
