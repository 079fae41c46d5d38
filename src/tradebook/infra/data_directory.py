"""The data directory of one book, and the lock that tells a living server from a dead one's remains."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tradebook.kernel.errors import Conflict, Unavailable

OTHERS_MAY_PASS = 0o711
"""The servers' unprivileged user must pass through to its own folders; it can list nothing."""
OURS_ALONE = 0o700
CLAIM_WITHIN_S = 0.5
"""Whoever only asks whether the lock is held holds it for an instant."""


class DataDirectory:
    """Paths below one root. ``claim`` before writing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.secrets = root / "secrets"
        self.keys = root / "keys"
        """Keys that open what a backup has encrypted in it: no backup holds them."""
        self.checkpoints = root / "checkpoints"
        self.logs = root / "logs"
        self.restoring = root / "restoring"
        """Is there from the beginning of a restore to its end: what lies here meanwhile is not a book."""
        self._lock_file = root / "lock"
        self._lock: int | None = None

    def prepare(self) -> None:
        """Create what is missing. Raises Unavailable with a clear remedy when it cannot be written."""
        with self.writing():
            self.root.mkdir(mode=OTHERS_MAY_PASS, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                self.root.chmod(stat.S_IMODE(self.root.stat().st_mode) | OTHERS_MAY_PASS)
            for folder in (self.secrets, self.checkpoints, self.logs):
                folder.mkdir(mode=OURS_ALONE, exist_ok=True)
            self.probe()

    def probe(self) -> None:
        """Prove that a file can be written. Raises OSError."""
        with tempfile.TemporaryFile(dir=self.root) as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What goes wrong with the disk in here becomes Unavailable and says what to do about it."""
        try:
            yield
        except OSError as error:
            raise Unavailable(
                "data_directory_unwritable",
                f"The data directory {self.root} cannot be written ({error.strerror}); nothing is lost. "
                "Free space, correct its permissions, or choose another with --data.",
            ) from None

    def claim(self, *, to_restore: bool = False) -> None:
        """Take the lock for this process's life.

        Raises Conflict that names the living server, or says that a restore was interrupted.
        """
        self.prepare()
        with self.writing():
            descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _lock(descriptor, within_s=CLAIM_WITHIN_S):
            os.close(descriptor)
            raise self._already_running()
        self._lock = descriptor
        if self.restoring.exists() and not to_restore:
            self.release()
            raise Conflict(
                "restore_interrupted",
                f"A restore into {self.root} was interrupted: repeat it, or remove the directory.",
            )
        self.announce()

    def _already_running(self) -> Conflict:
        owner = self.owner()
        return Conflict(
            "already_running",
            f"Tradebook is running on {self.root} already (process {owner.get('pid', '?')}, "
            f"{owner.get('url', 'starting')}); stop it, or choose another directory with --data.",
            {key: str(value) for key, value in owner.items()},
        )

    def announce(self, **facts: Any) -> None:
        """Write who holds the lock since when, for those who find it taken and for the command line."""
        if self._lock is None:
            raise RuntimeError("the data directory is not claimed")
        since = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"pid": os.getpid(), "since": since, **facts}).encode()
        with self.writing():
            os.pwrite(self._lock, text, 0)
            os.ftruncate(self._lock, len(text))

    def holds_book(self) -> bool:
        """Whether a server has ever run here: the keys that sign are made at its first start."""
        try:
            return any(self.secrets.iterdir())
        except FileNotFoundError:
            return False
        except OSError:  # somebody else's: opening it says why it cannot be read
            return True

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
        """The secret kept under ``name``, made at first use: by default 32 random bytes in hex.

        Whoever else makes it at the same time gets the same. Raises Unavailable.
        """
        file = self.secrets / name
        with self.writing():
            if not file.exists():
                content = create() if create is not None else secrets.token_hex(32).encode()
                write_atomically(file, content, mode=0o600, replace=False)
            return file.read_bytes()


def write_atomically(file: Path, content: bytes, *, mode: int, replace: bool = True) -> None:
    """The whole content or nothing, durable when it returns.

    Without ``replace``, a file that is there already stays as it is. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
            target.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        if replace:
            draft.replace(file)
        elif not file.exists():
            _link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _link(draft: Path, file: Path) -> None:
    """A link, unlike a rename, never replaces what another process put there meanwhile."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return


def _lock(descriptor: int, *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True
