"""Logins stored by ``tradebook login``: one file in the user's configuration, readable by no one else."""

from __future__ import annotations

import json
import os
from pathlib import Path


def login_file() -> Path:
    """Where logins are kept."""
    import platformdirs

    return Path(platformdirs.user_config_path("tradebook", appauthor=False)) / "logins.json"


def read_login(url: str) -> dict[str, str]:
    """``{"api_key"}`` or ``{"access_token", "refresh_token"}``; empty when there is none."""
    return _read_all().get(url, {})


def write_login(url: str, login: dict[str, str] | None) -> None:
    """Keep a login, or forget it with None."""
    logins = _read_all()
    if login is None:
        logins.pop(url, None)
    else:
        logins[url] = login
    file = login_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(logins, out)
    new.replace(file)


def _read_all() -> dict[str, dict[str, str]]:
    try:
        logins: dict[str, dict[str, str]] = json.loads(login_file().read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return logins
