"""Signed checkpoints: what the journal was at a moment, kept in the database and outside it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from tradebook.journal.signing import SigningKey
from tradebook.kernel import wire
from tradebook.kernel.messages import Value

FORMAT = "tradebook checkpoint 1"
TAIL_BYTES = 4_096


class Checkpoint(Value, frozen=True, kw_only=True):
    """The journal's first ``size`` events. Its canonical JSON is what is signed."""

    size: str
    """Number of events, which is the position of the newest; in decimal digits."""
    hash: str
    """Chain hash of the newest event, hexadecimal."""
    root: str
    """Root of the Merkle tree over them, hexadecimal."""
    time: datetime
    key: str
    """Id of the signing key."""
    format: str


class SignedCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint as it is kept: the exact text, and its signature in base64."""

    text: str
    signature: str

    @property
    def checkpoint(self) -> Checkpoint:
        """What the text says. Raises msgspec.ValidationError."""
        return wire.decode(self.text, Checkpoint)

    @property
    def size(self) -> int:
        """Number of events covered."""
        return int(self.checkpoint.size)


def sign(key: SigningKey, *, size: int, chain_hash: bytes, root: bytes, time: datetime) -> SignedCheckpoint:
    """Make and sign a checkpoint."""
    checkpoint = Checkpoint(
        format=FORMAT,
        size=str(size),
        hash=chain_hash.hex(),
        root=root.hex(),
        time=time,
        key=key.public.key_id,
    )
    text = wire.encode(checkpoint).decode()
    return SignedCheckpoint(text, key.sign(text))


class CheckpointFile:
    """Checkpoints outside the database, one JSON object a line. Copy it to where nobody can rewrite it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[SignedCheckpoint]:
        """All whole lines: a last one torn by a crash does not count. Raises msgspec.DecodeError."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [msgspec.json.decode(line, type=SignedCheckpoint) for line in lines]

    def take_up(self) -> SignedCheckpoint | None:
        """The last whole line; one that a crash tore behind it is dropped. Raises msgspec.DecodeError.

        Read from the end: a line every ten seconds makes more than a gigabyte a year.
        """
        if not self.path.exists():
            return None
        with self.path.open("r+b") as file:
            start, end = _last_line(file)
            file.truncate(end)
            file.seek(start)
            line = file.read(end - start)
        return msgspec.json.decode(line, type=SignedCheckpoint) if line else None

    def append(self, *signed: SignedCheckpoint) -> None:
        """Add a line for each; returns once they are on the disk."""
        with self.path.open("ab") as file:
            file.writelines(msgspec.json.encode(each) + b"\n" for each in signed)
            file.flush()
            os.fsync(file.fileno())


def _last_line(file: BinaryIO) -> tuple[int, int]:
    """Where the last whole line begins and ends."""
    start = file.seek(0, os.SEEK_END)
    tail = b""
    while start > 0 and tail.count(b"\n") < 2:
        size = min(TAIL_BYTES, start)
        start -= size
        file.seek(start)
        tail = file.read(size) + tail
    end = tail.rfind(b"\n") + 1
    begin = tail.rfind(b"\n", 0, max(end - 1, 0)) + 1
    return start + begin, start + end
