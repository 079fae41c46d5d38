"""Recomputes leaves, chain, numbering, versions, and the Merkle root where a checkpoint was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tradebook.audit.findings import Verification
from tradebook.journal import merkle
from tradebook.journal.checkpoints import SignedCheckpoint
from tradebook.journal.hashing import GENESIS, leaf_hash, link, microseconds

Row = Iterable[Any]
"""position, recorded_at, stream, version, type, schema, metadata, data, leaf, hash"""


class ChainCheck:
    """Takes the journal's rows in order; after a fault it goes on from what is stored, to report it once."""

    def __init__(self, result: Verification, checkpoints: Mapping[int, Sequence[SignedCheckpoint]]) -> None:
        self.position = 0
        self.hash = GENESIS
        self.versions: dict[str, int] = {}
        self._result = result
        self._checkpoints = checkpoints
        self._frontier = merkle.Frontier()
        self._time_us = 0

    def feed(self, rows: Iterable[Row]) -> None:
        """Check a page of rows."""
        add, versions, checkpoints = self._result.add, self.versions, self._checkpoints
        before, previous, size = self.position, self.hash, self._frontier.size
        moment, moment_us = None, 0
        unseen: list[bytes] = []
        for position, recorded_at, stream, version, type_, schema, metadata, data, leaf, hash_ in rows:
            if position != before + 1:
                add("numbering", f"follows {before}", position)
            if leaf != leaf_hash(stream, version, type_, schema, metadata, data):
                add("leaf", "the stored texts are not those that were hashed", position)
            if recorded_at != moment:
                moment, moment_us = recorded_at, microseconds(recorded_at)
                if moment_us < self._time_us:
                    add("time", "recorded before the event ahead of it", position)
                self._time_us = moment_us
            if hash_ != link(previous, position, moment_us, leaf):
                add("chain", "does not follow from the event before", position)
            if version != versions.get(stream, 0) + 1:
                add("version", f"version {version} follows {versions.get(stream, 0)} of {stream}", position)
            before, previous, versions[stream] = position, hash_, version
            unseen.append(hash_)
            size += 1
            if size in checkpoints:
                self._grow(unseen)
                self._compare(size)
        self._grow(unseen)
        self.position = before

    def _grow(self, unseen: list[bytes]) -> None:
        self._frontier.extend([merkle.leaf(hash_) for hash_ in unseen])
        self.hash = unseen[-1] if unseen else self.hash
        unseen.clear()

    @property
    def events(self) -> int:
        """Events checked so far."""
        return self._frontier.size

    def _compare(self, size: int) -> None:
        root = self._frontier.root().hex()
        for signed in self._checkpoints[size]:
            self._result.checkpoints += 1
            if (signed.checkpoint.root, signed.checkpoint.hash) != (root, self.hash.hex()):
                self._result.add("checkpoint", "the journal up to here is not what was signed", size)
