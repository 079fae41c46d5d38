"""What works, what does not, and what to do about it. Looking changes nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Awaitable, Callable
from typing import Literal

import asyncpg
import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import current_revision, revisions
from tradebook.infra.settings import Settings
from tradebook.kernel.errors import TradebookError

State = Literal["ok", "degraded", "failed"]

WITHIN_S = 5.0
FREE_BYTES_LOW = 2 << 30
FREE_BYTES_MIN = 200 << 20
POSTGRES_MIN = 14


class Finding(msgspec.Struct, frozen=True):
    """How one part is. ``remedy`` is empty when nothing needs to be done."""

    part: str
    state: State
    detail: str
    remedy: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything below the rooms, each part within 5 s."""
    directory = DataDirectory(settings.data_dir)
    findings = [_data_directory(directory), _space(directory), _server(directory), _port(settings, directory)]
    # Embedded servers live and die with ours: where it does not run, theirs is no further finding.
    is_running, servers = directory.is_claimed(), Servers(settings, directory)
    if is_running or settings.database_url:
        findings += await _examine("database", lambda: _database(servers.database_url))
        findings += await _examine("schema", lambda: _schema(servers.database_url))
    if is_running or settings.redis_url:
        findings += await _examine("redis", lambda: _redis(servers.redis_url))
    return findings


async def _examine(part: str, look: Callable[[], Awaitable[Finding]]) -> list[Finding]:
    try:
        async with asyncio.timeout(WITHIN_S):
            return [await look()]
    except TimeoutError:
        detail = f"It does not answer within {WITHIN_S:g} s."
    except TradebookError as error:
        detail = error.detail
    except (*DATABASE_ERRORS, RedisError, ValueError) as error:
        detail = f"It cannot be reached ({type(error).__name__}: {error})."
    remedy = "Embedded: restart the server and read its log. Yours: start it, or correct TRADEBOOK_*_URL."
    return [Finding(part, "failed", detail, remedy)]


def _data_directory(directory: DataDirectory) -> Finding:
    part, root = "data directory", directory.root
    if directory.restoring.exists():
        remedy = "Repeat `tradebook restore`, or remove the directory."
        return Finding(part, "failed", f"A restore into {root} was interrupted.", remedy)
    if not root.exists():
        return Finding(part, "ok", f"{root} is made at the first start.")
    try:
        directory.probe()
        loose = [
            path
            for folder in (directory.secrets, directory.keys)
            for path in folder.glob("*")
            if path.stat().st_mode & 0o077
        ]
    except OSError as error:
        remedy = "Free space, correct its permissions, or choose another with --data."
        return Finding(part, "failed", f"{root} cannot be written ({error.strerror}).", remedy)
    if loose:
        remedy = "chmod 600 " + " ".join(f"{folder}/*" for folder in sorted({path.parent for path in loose}))
        names = ", ".join(path.name for path in loose)
        return Finding(part, "degraded", f"Others may read the secrets {names}.", remedy)
    return Finding(part, "ok", str(root))


def _space(directory: DataDirectory) -> Finding:
    place = next(path for path in (directory.root, *directory.root.parents) if path.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / (1 << 30):.1f} GiB are free."
    if free >= FREE_BYTES_LOW:
        return Finding("space", "ok", detail)
    state: State = "degraded" if free >= FREE_BYTES_MIN else "failed"
    return Finding("space", state, detail, "Free some space, or move the data directory to a larger disk.")


def _server(directory: DataDirectory) -> Finding:
    if not directory.is_claimed():
        return Finding("server", "degraded", "It does not run.", f"tradebook up --data {directory.root}")
    owner = directory.owner()
    if "url" not in owner:
        return Finding(
            "server", "degraded", f"Process {owner.get('pid', '?')} is starting.", "Wait a little."
        )
    return Finding("server", "ok", f"Process {owner['pid']} at {owner['url']} since {owner['since']}.")


def _port(settings: Settings, directory: DataDirectory) -> Finding:
    address = f"{settings.host}:{settings.port}"
    if directory.is_claimed():
        return Finding("port", "ok", "It is the running server's.")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            detail = f"{address} cannot be had ({os.strerror(error.errno or 0)})."
            return Finding("port", "failed", detail, "Choose another with --port, or end who has it.")
    return Finding("port", "ok", f"{address} is free.")


async def _database(url: str) -> Finding:
    connection = await asyncpg.connect(url, timeout=WITHIN_S)
    try:
        version = connection.get_server_version()
        unsafe = await connection.fetch(
            "select name from pg_settings where setting = 'off'"
            " and name in ('fsync', 'synchronous_commit', 'full_page_writes')"
        )
    finally:
        await connection.close(timeout=1)
    if unsafe:
        names = ", ".join(row["name"] for row in unsafe)
        return Finding("database", "failed", f"It may forget what it committed: {names} off.", "Turn it on.")
    name = f"PostgreSQL {version.major}.{version.minor}"
    if version.major < POSTGRES_MIN:
        return Finding("database", "failed", f"{name} is too old.", f"Use {POSTGRES_MIN} or newer.")
    return Finding("database", "ok", name)


async def _schema(url: str) -> Finding:
    found, known = await current_revision(url), revisions()
    if found == known[-1]:
        return Finding("schema", "ok", f"revision {found}")
    if found is None or found in known:
        remedy = "It is brought up to date when the server starts."
        return Finding("schema", "degraded", f"{found or 'nothing'}, not yet {known[-1]}", remedy)
    return Finding(
        "schema", "failed", f"Revision {found} is newer than {known[-1]}.", "Run a newer Tradebook."
    )


async def _redis(url: str) -> Finding:
    async with Redis.from_url(url, socket_timeout=WITHIN_S, socket_connect_timeout=WITHIN_S) as redis:
        about = await redis.info("server")
    return Finding("redis", "ok", f"Redis {about['redis_version']}")
