"""Proofs that an event stands in the journal; ``docs/reference/verify_proof.py`` checks one offline."""

from __future__ import annotations

from typing import Any

import asyncpg

from tradebook.journal import tree_store
from tradebook.journal.checkpoints import SignedCheckpoint
from tradebook.journal.hashing import GENESIS
from tradebook.journal.merkle import consistency_ranges, inclusion_ranges
from tradebook.kernel.errors import Conflict, NotFound

FORMAT = "tradebook proof 1"

EVENT = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events where position = $1
"""
PREVIOUS_HASH = "select hash from journal.events where position = $1 - 1"
NEWEST = "select text, signature from journal.checkpoints order by size desc limit 1"
FIRST_COVERING = "select text, signature from journal.checkpoints where size >= $1 order by size limit 1"


async def prove(pool: asyncpg.Pool, position: int) -> dict[str, Any]:
    """The proof document of an event.

    Its row, the chain hash before it, the way from its leaf to the root of the newest checkpoint, and that
    this checkpoint continues the first one that covered the event (RFC 9162). Hashes are hexadecimal, 64-bit
    integers decimal strings. Raises NotFound, or Conflict while no checkpoint covers the event yet.
    """
    event = await pool.fetchrow(EVENT, position)
    if event is None:
        raise NotFound("event", str(position))
    earlier_row, newest_row = await pool.fetchrow(FIRST_COVERING, position), await pool.fetchrow(NEWEST)
    if earlier_row is None or newest_row is None:
        raise Conflict("not_checkpointed", f"A checkpoint will cover position {position} within seconds.")
    earlier, newest = SignedCheckpoint(*earlier_row), SignedCheckpoint(*newest_row)
    path = await tree_store.range_roots(pool, inclusion_ranges(position - 1, newest.size))
    continuation = await tree_store.range_roots(pool, consistency_ranges(earlier.size, newest.size))
    return {
        "format": FORMAT,
        "event": event_document(event),
        "previous_hash": (await pool.fetchval(PREVIOUS_HASH, position) or GENESIS).hex(),
        "checkpoint": {"text": newest.text, "signature": newest.signature},
        "inclusion_path": [hash_.hex() for hash_ in path],
        "earlier_checkpoint": {"text": earlier.text, "signature": earlier.signature},
        "consistency_path": [hash_.hex() for hash_ in continuation],
    }


def event_document(row: asyncpg.Record) -> dict[str, Any]:
    """A stored row on the wire: data and metadata are the exact texts that were hashed."""
    return {
        "position": str(row["position"]),
        "recorded_at": row["recorded_at"].isoformat(timespec="microseconds"),
        "stream": row["stream"],
        "version": str(row["version"]),
        "type": row["type"],
        "schema": row["schema"],
        "data": row["data"],
        "metadata": row["metadata"],
        "leaf": row["leaf"].hex(),
        "hash": row["hash"].hex(),
    }
