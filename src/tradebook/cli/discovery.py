"""Where the server of a data directory listens, and the key that its owner's shell may use."""

from __future__ import annotations

import json
from pathlib import Path

from tradebook.cli.errors import EXIT_UNREACHABLE, CommandFailed

SERVER_FILE = "server.json"
"""Written by a running server: ``{"pid": …, "url": "http://127.0.0.1:8000"}``."""
LOCAL_KEY_FILE = "secrets/cli.key"
"""An API key of the owner, made at first start; its mode lets only the server's user read it."""


def server_url(data: Path) -> str:
    """The URL of the server on this data directory. Raises CommandFailed when none runs."""
    try:
        url: str = json.loads((data / SERVER_FILE).read_text())["url"]
    except (OSError, json.JSONDecodeError, KeyError):
        raise CommandFailed(
            f"no server runs on {data}",
            f"Start one with `tradebook up --data {data}`, or name another with --data or --url.",
            exit_code=EXIT_UNREACHABLE,
        ) from None
    return url


def local_key(data: Path) -> str | None:
    """The owner's local key, where this user may read it."""
    try:
        return (data / LOCAL_KEY_FILE).read_text().strip() or None
    except OSError:
        return None
