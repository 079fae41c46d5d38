"""Where the server of a data directory listens, and the key that its owner's shell may use."""

from __future__ import annotations

from pathlib import Path

from tradebook.cli.errors import EXIT_NOT_ALLOWED, EXIT_NOT_FOUND, EXIT_UNREACHABLE, CommandFailed
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


def book_directory(data: Path) -> Path:
    """Where the book is that a command means: ``data``, or its demo where that is all there is.

    For commands that look at a book and must never begin one. Raises CommandFailed when there is none.
    """
    for directory in (data, data / DEMO):
        if DataDirectory(directory).holds_book():
            return directory
    raise CommandFailed(
        f"there is no book in {data}",
        "Name its directory with --data, or begin one: `tradebook up`.",
        exit_code=EXIT_NOT_FOUND,
    )


def server_url(data: Path) -> str:
    """The URL that the server on this data directory announced. Raises CommandFailed when none runs."""
    return str(running_book(data).owner()["url"])


def local_key(data: Path) -> str | None:
    """The owner's local key, where this user may read it. Raises CommandFailed when none was left here."""
    directory = running_book(data)
    try:
        return (directory.secrets / LOCAL_KEY).read_text().strip() or None
    except FileNotFoundError:
        raise CommandFailed(
            "there is no owner's key in this book's directory",
            "Without an owner, open the link that `tradebook owner-link` prints; else `tradebook login`.",
            exit_code=EXIT_NOT_ALLOWED,
        ) from None
    except OSError:
        return None
