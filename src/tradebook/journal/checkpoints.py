"""Signed checkpoints: what the journal was at a moment, kept in the database and outside it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from tradebook.journal.signing import SigningKey
from tradebook.kernel import wire
from tradebook.kernel.messages import Value

FORMAT = "tradebook checkpoint 1"


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

    def mend(self) -> None:
        """Drop a last line that was torn by a crash."""
        if self.path.exists():
            whole = self.path.read_bytes().rfind(b"\n") + 1
            os.truncate(self.path, whole)

    def append(self, signed: SignedCheckpoint) -> None:
        """Add a line; returns once it is on the disk."""
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(signed) + b"\n")
            file.flush()
            os.fsync(file.fileno())
