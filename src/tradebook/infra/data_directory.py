"""The data directory of one book, and the lock that tells a living server from a dead one's remains."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tradebook.kernel.errors import Conflict, Unavailable

OTHERS_MAY_PASS = 0o711
"""The servers' unprivileged user must pass through to its own folders; it can list nothing."""
OURS_ALONE = 0o700


class DataDirectory:
    """Paths below one root. ``claim`` before writing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.secrets = root / "secrets"
        self.checkpoints = root / "checkpoints"
        self.logs = root / "logs"
        self._lock_file = root / "lock"
        self._lock: int | None = None

    def prepare(self) -> None:
        """Create what is missing. Raises Unavailable with a clear remedy when it cannot be written."""
        try:
            self.root.mkdir(mode=OTHERS_MAY_PASS, parents=True, exist_ok=True)
            self.root.chmod(OTHERS_MAY_PASS)
            for folder in (self.secrets, self.checkpoints, self.logs):
                folder.mkdir(mode=OURS_ALONE, exist_ok=True)
            probe = self.root / ".probe"
            probe.write_bytes(b"\0" * 4096)
            probe.unlink()
        except OSError as error:
            raise Unavailable(
                "data_directory_unwritable",
                f"The data directory {self.root} cannot be written ({error.strerror}); "
                "free space, correct its permissions, or choose another with --data.",
            ) from None

    def claim(self) -> None:
        """Take the lock for this process's life. Raises Conflict that names the living server."""
        self.prepare()
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            owner = self.owner()
            raise Conflict(
                "already_running",
                f"Tradebook is running on {self.root} already (process {owner.get('pid', '?')}, "
                f"{owner.get('url', 'starting')}); stop it, or choose another directory with --data.",
                {key: str(value) for key, value in owner.items()},
            ) from None
        self._lock = descriptor
        self.announce()

    def announce(self, **facts: Any) -> None:
        """Write who holds the lock, for those who find it taken and for the command line."""
        if self._lock is None:
            raise RuntimeError("the data directory is not claimed")
        text = json.dumps({"pid": os.getpid(), **facts}).encode()
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text, 0)

    def owner(self) -> dict[str, Any]:
        """What the holder of the lock announced; empty when nobody did."""
        try:
            return dict(json.loads(self._lock_file.read_text()))
        except (OSError, ValueError):
            return {}

    def is_ours(self) -> bool:
        """Whether this process holds the lock."""
        return self._lock is not None

    def is_claimed(self) -> bool:
        """Whether a living process holds the lock."""
        try:
            descriptor = os.open(self._lock_file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def read_or_create_secret(self, name: str, create: Callable[[], bytes] | None = None) -> bytes:
        """The secret kept under ``name``, made at first use: by default 32 random bytes in hex."""
        file = self.secrets / name
        if file.exists():
            return file.read_bytes()
        content = create() if create is not None else secrets.token_hex(32).encode()
        write_atomically(file, content, mode=0o600)
        return content


def write_atomically(file: Path, content: bytes, *, mode: int) -> None:
    """The whole content or nothing, durable when it returns."""
    temporary = file.with_name(f".{file.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
