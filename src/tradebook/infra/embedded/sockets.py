"""Where a server's socket file can be: the kernel bounds its path."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

SOCKET_PATH_BYTES_MAX = 107
LONGEST_NAME = "/.s.PGSQL.5432"


def socket_folder(home: Path) -> Path:
    """Beside the data where the path is short enough, else in a folder of its own among temporary files."""
    beside = home / "run"
    if len(os.fsencode(beside)) + len(LONGEST_NAME) <= SOCKET_PATH_BYTES_MAX:
        return beside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"tradebook-{os.geteuid()}-{digest}"  # nosec B108  # made 0700 and owned before use
