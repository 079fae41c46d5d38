"""A book opened for a command, beside its server or without it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tradebook.audit.export import export
from tradebook.audit.snapshots import compare_snapshots
from tradebook.audit.verify import verify
from tradebook.audit.views import compare_view
from tradebook.bootstrap.catalogue import catalogue, projections
from tradebook.bootstrap.credentials import credential_keys
from tradebook.bootstrap.foundation import Foundation, foundation, servers
from tradebook.identity.service import IdentityService
from tradebook.identity.signing import SigningKeys
from tradebook.identity.venue_credentials.register import Register
from tradebook.identity.venue_credentials.rotation import rotate_keys
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.infra import backup as infra_backup
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.doctor import examine
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import migrate
from tradebook.infra.settings import Settings
from tradebook.journal.checkpoints import CheckpointFile
from tradebook.journal.personal import PartyCipher
from tradebook.journal.projection_runner import ProjectionRunner
from tradebook.journal.signing import SigningKey
from tradebook.kernel.errors import Conflict, NotFound, Unavailable
from tradebook.trading import model as account_folding
from tradebook.trading.events import ACCOUNT_STREAMS
from tradebook.trading.postings import postings

Progress = Callable[..., Any]


class Book:
    """What commands do with a book."""

    def __init__(self, base: Foundation) -> None:
        self._base = base
        self.database_url = base.database_url
        self.data = base.directory.root

    async def verify(self, progress: Progress) -> Mapping[str, Any]:
        """Recompute chain, balance and views."""
        del progress
        base = self._base
        key = SigningKey.load_or_create(base.directory.secrets / "checkpoints.key")
        file = CheckpointFile(base.directory.checkpoints / "checkpoints.jsonl")
        async with _scratch_database(base.database_url) as scratch:

            def check(projection: Any) -> Callable[[], Any]:
                return lambda: compare_view(base.pool, scratch, base.journal, projection)

            def snapshots() -> Any:
                return compare_snapshots(base.pool, base.journal, account_folding, prefix=ACCOUNT_STREAMS)

            result = await verify(
                base.pool,
                file.read(),
                key.public,
                catalogue=catalogue(),
                postings=postings,
                views=[*(check(each) for each in projections()), snapshots],
            )
        return {
            "ok": result.agrees,
            "data": str(self.data),
            "events": result.events,
            "checkpoints": result.checkpoints,
            "found": result.found,
            "checks": [
                {"name": each.check, "ok": False, "detail": each.what, "position": each.position}
                for each in result.findings
            ],
        }

    async def rebuild_views(self, name: str | None, progress: Progress) -> Sequence[Mapping[str, Any]]:
        """Drop and replay one view or all."""
        del progress
        if not self._base.directory.is_ours() and self._base.directory.is_claimed():
            raise Conflict("server_running", "The server is running; stop it before rebuilding views.")
        views = projections()
        chosen = [each.name for each in views if name in (None, each.name)]
        if not chosen:
            raise NotFound("view", name or "")
        head = (await self._base.journal.head()).position
        async with ProjectionRunner(self._base.journal, self._base.pool, views, lambda _: None) as runner:
            for each in chosen:
                await runner.rebuild(each)
            await runner.wait_for(head, chosen, timeout_s=3600)
        return [{"view": each, "events": head} for each in chosen]

    async def backup(self, target: Path, progress: Progress) -> Mapping[str, Any]:
        """Write everything a restore needs into one file."""
        del progress
        manifest = await infra_backup.backup(target, self._base.directory, self.database_url)
        return {"data": str(self.data), "target": str(target), "files": len(manifest.files)}

    async def export(self, target: Path, progress: Progress) -> Mapping[str, Any]:
        """Write journal and proofs as files into a new directory."""
        del progress
        base = self._base
        key = SigningKey.load_or_create(base.directory.secrets / "checkpoints.key")
        file = CheckpointFile(base.directory.checkpoints / "checkpoints.jsonl")
        exported = await export(base.pool, file.read(), key.public, target)
        return {"data": str(self.data), "target": str(target), "events": exported.events}

    async def credentials(self) -> Sequence[Mapping[str, Any]]:
        """The venue credentials there are, without their secrets."""
        listed = await Register(self._base.journal, CredentialStore(self._base.pool)).list()
        return [
            {
                "account_id": each.account_id,
                "venue": each.venue,
                "hint": each.hint,
                "can_trade": each.permissions.can_trade,
                "can_withdraw": each.permissions.can_withdraw,
                "since": each.since.isoformat(),
                "key_id": key_id,
            }
            for each, key_id in listed
        ]

    async def rotate_credentials_key(self) -> Mapping[str, Any]:
        """Bring every credential under the current key-encryption key, a fresh one where we make them."""
        base, store = self._base, CredentialStore(self._base.pool)
        keys = credential_keys(base, store)
        rotated = await rotate_keys(store=store, keys=keys, journal=base.journal, clock=base.clock)
        return {"key_id": rotated.key_id, "rewrapped": rotated.rewrapped}

    async def owner_link(self) -> str:
        """A fresh one-time link."""
        base = self._base
        identity = IdentityService(
            journal=base.journal,
            pool=base.pool,
            clock=base.clock,
            personal=PartyCipher(base.pool),
            signing_keys=SigningKeys(base.directory.secrets / "tokens.json"),
        )
        await identity.start()
        link = await identity.owner_setup.owner_link()
        url = base.directory.owner().get("url") or f"http://{base.settings.host}:{base.settings.port}"
        return f"{url}{link.path}"


@asynccontextmanager
async def open_book(settings: Settings) -> AsyncIterator[Book]:
    """Beside the running server, or with servers started for the purpose. Raises Unavailable."""
    directory = DataDirectory(settings.data_dir)
    if directory.is_claimed():
        beside = Servers(settings, directory)
        async with _foundation_on(beside, settings, directory) as base:
            yield Book(base)
        return
    async with servers(settings, directory) as running, _foundation_on(running, settings, directory) as base:
        yield Book(base)


def _foundation_on(
    running: Servers, settings: Settings, directory: DataDirectory
) -> AbstractAsyncContextManager[Foundation]:
    return foundation(
        settings,
        directory,
        database_url=running.database_url,
        redis_url=running.redis_url,
        name="command",
    )


@asynccontextmanager
async def _scratch_database(url: str) -> AsyncIterator[asyncpg.Connection]:
    """An empty database of today's schema beside the real one, dropped afterwards."""
    name = f"scratch_{secrets.token_hex(8)}"
    admin = await asyncpg.connect(url)
    try:
        try:
            await admin.execute(f"create database {name} template template0")
        except asyncpg.InsufficientPrivilegeError as error:
            raise Unavailable(
                "no_scratch_database",
                "To fold the views anew, the user of the database must be allowed to create one (CREATEDB).",
            ) from error
        scratch_url = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        await migrate(scratch_url)
        scratch = await asyncpg.connect(scratch_url)
        try:
            yield scratch
        finally:
            await scratch.close()
    finally:
        with contextlib.suppress(asyncpg.PostgresError):
            await admin.execute(f"drop database if exists {name} with (force)")
        await admin.close()


async def restore(settings: Settings, source: Path, progress: Progress) -> Mapping[str, Any]:
    """Make an empty data directory the book of a backup. Raises InvalidInput, Conflict, Unavailable."""
    del progress
    url = settings.database_url.get_secret_value() if settings.database_url else None
    manifest = await infra_backup.restore(source, DataDirectory(settings.data_dir), database_url=url)
    return {"data": str(settings.data_dir), "files": len(manifest.files)}


async def diagnose(settings: Settings) -> Sequence[Mapping[str, Any]]:
    """What works and what does not."""
    return [
        {
            "part": finding.part,
            "state": finding.state,
            "detail": finding.detail,
            "remedy": finding.remedy,
        }
        for finding in await examine(settings)
    ]
