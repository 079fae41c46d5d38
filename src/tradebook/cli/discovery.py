"""Where the server of a data directory listens, and the key that its owner's shell may use."""

from __future__ import annotations

from pathlib import Path

from tradebook.cli.errors import EXIT_UNREACHABLE, CommandFailed
from tradebook.infra.data_directory import DataDirectory

LOCAL_KEY = "cli.key"
"""Among the secrets of the data directory: an API key of the owner, which only the server's user can read."""


def server_url(data: Path) -> str:
    """The URL that the server on this data directory announced. Raises CommandFailed when none runs."""
    directory = DataDirectory(data)
    url = directory.owner().get("url")
    if url is None or not directory.is_claimed():
        raise CommandFailed(
            f"no server runs on {data}",
            f"Start one with `tradebook up --data {data}`, or name another with --data or --url.",
            exit_code=EXIT_UNREACHABLE,
        )
    return str(url)


def local_key(data: Path) -> str | None:
    """The owner's local key, where this user may read it."""
    try:
        return (DataDirectory(data).secrets / LOCAL_KEY).read_text().strip() or None
    except OSError:
        return None
