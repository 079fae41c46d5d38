"""Where the server of a data directory listens, and the key that its owner's shell may use."""

from __future__ import annotations

from pathlib import Path

from tradebook.cli.errors import EXIT_UNREACHABLE, CommandFailed
from tradebook.infra.data_directory import DataDirectory

LOCAL_KEY = "cli.key"
"""Among the secrets of the data directory: an API key of the owner, which only the server's user can read."""
DEMO = "demo"
"""A demo book lives under the directory that a real one would have."""


def running_book(data: Path) -> DataDirectory:
    """The directory that a server holds: this one, or its demo. Raises CommandFailed when none runs."""
    for directory in (DataDirectory(data), DataDirectory(data / DEMO)):
        if directory.is_claimed() and "url" in directory.owner():
            return directory
    raise CommandFailed(
        f"no server runs on {data}",
        f"Start one with `tradebook up --data {data}`, or name another with --data or --url.",
        exit_code=EXIT_UNREACHABLE,
    )


def server_url(data: Path) -> str:
    """The URL that the server on this data directory announced. Raises CommandFailed when none runs."""
    return str(running_book(data).owner()["url"])


def local_key(data: Path) -> str | None:
    """The owner's local key, where this user may read it."""
    try:
        return (running_book(data).secrets / LOCAL_KEY).read_text().strip() or None
    except OSError:
        return None
