"""What the commands need of ``tradebook.bootstrap``, which is imported only by those that need it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tradebook.cli.discovery import book_directory
from tradebook.cli.output import Progress

if TYPE_CHECKING:
    from tradebook.infra.settings import Settings

T = TypeVar("T")

Milestone = Callable[[str, Mapping[str, str]], None]
"""Called as the server comes up: ``ready`` and ``owner_link`` (each with ``url``), and what leads there."""


class Book(Protocol):
    """A book opened without its server, or beside it."""

    database_url: str
    data: Path
    """Its directory."""

    async def verify(self, progress: Progress) -> Mapping[str, Any]:
        """Recompute chain, balance and views: ``{"ok", "data", "events", "checkpoints", "found", "checks"}``.

        ``checks`` has what does not agree: ``[{"name", "ok", "detail", "position"}]``.
        """
        ...

    async def export(self, target: Path, progress: Progress) -> Mapping[str, Any]:
        """Write journal and proofs as files into a new directory; says what was written."""
        ...

    async def rebuild_views(self, name: str | None, progress: Progress) -> Sequence[Mapping[str, Any]]:
        """Drop and replay one view or all: ``[{"view", "events"}]``. Raises NotFound."""
        ...

    async def backup(self, target: Path, progress: Progress) -> Mapping[str, Any]:
        """Write everything a restore needs into one file."""
        ...

    async def credentials(self) -> Sequence[Mapping[str, Any]]:
        """Venue credentials without their secrets, by account.

        ``[{"account_id", "venue", "hint", "can_trade", "can_withdraw", "since", "key_id"}]``.
        """
        ...

    async def rotate_credentials_key(self) -> Mapping[str, Any]:
        """Bring every venue credential under another key-encryption key: ``{"key_id", "rewrapped"}``."""
        ...

    async def owner_link(self) -> str:
        """A fresh one-time link: to become the owner, or for a new password where there is an owner."""
        ...


class Bootstrap(Protocol):
    """The module ``tradebook.bootstrap``."""

    def load_settings(self, *, data: Path | None = None, **given: object) -> Settings:
        """Settings from what was given, the environment and the settings file. Raises InvalidInput."""
        ...

    async def serve(self, settings: Settings, on_milestone: Milestone) -> None:
        """Run everything on one machine until a signal comes."""
        ...

    async def run_role(
        self, name: str, settings: Settings, on_milestone: Milestone, *, as_child: bool = False
    ) -> None:
        """Run one role of a cluster until a signal comes, or as a child until standard input ends."""
        ...

    async def simulate_venue(
        self,
        *,
        venue: str,
        port: int,
        seed: int,
        key_pair: tuple[str, str] | None,
        can_withdraw: bool,
        balances: Mapping[str, Decimal],
        faults: tuple[int, float] | None,
        stream_faults: float,
        clock_skew_s: float,
        on_milestone: Milestone,
    ) -> None:
        """Speak as a venue does on a port of this machine until a signal comes; ``key`` tells a new pair."""
        ...

    def open_book(self, settings: Settings) -> AbstractAsyncContextManager[Book]:
        """Open the book for a command, starting its database when nobody runs it."""
        ...

    async def restore(self, settings: Settings, source: Path, progress: Progress) -> Mapping[str, Any]:
        """Make an empty data directory the book of a backup."""
        ...

    async def diagnose(self, settings: Settings) -> Sequence[Mapping[str, Any]]:
        """What works and what does not: ``[{"part", "state": ok|degraded|failed, "detail", "remedy"}]``."""
        ...

    def api_document(self) -> Mapping[str, Any]:
        """The OpenAPI document."""
        ...


def bootstrap() -> Bootstrap:
    """The module, imported now."""
    return cast(Bootstrap, importlib.import_module("tradebook.bootstrap"))


def settings_for(data: Path, **chosen: object) -> Settings:
    """Settings with what the command line chose on top."""
    return bootstrap().load_settings(data=data, **chosen)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous part."""
    import uvloop

    return uvloop.run(work)


def book_settings(data: Path) -> Settings:
    """Settings of the book in ``data`` or its demo. Raises CommandFailed when there is none."""
    settings = settings_for(data)
    if settings.database_url is not None:  # then the book is not in the directory
        return settings
    return settings_for(book_directory(settings.data_dir))


def with_book(data: Path, use: Callable[[Book], Coroutine[Any, Any, T]]) -> T:
    """Open the book that is there, use it, close it."""
    settings = book_settings(data)

    async def opened() -> T:
        async with bootstrap().open_book(settings) as book:
            return await use(book)

    return run(opened())
