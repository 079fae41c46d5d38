"""The journal on the wire. 64-bit integers are strings, hashes hexadecimal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class JournalEvent(Document):
    """One event."""

    position: str
    recorded_at: datetime
    stream: str
    version: str
    type: str
    schema_: int = Field(alias="schema", description="Schema version under which `data` was written.")
    data: dict[str, Any]
    metadata: dict[str, Any]
    leaf: str
    hash: str

    @staticmethod
    def of(row: asyncpg.Record) -> JournalEvent:
        """From a stored row, which has these types already."""
        return JournalEvent.model_construct(
            position=str(row["position"]),
            recorded_at=row["recorded_at"],
            stream=row["stream"],
            version=str(row["version"]),
            type=row["type"],
            schema_=row["schema"],
            data=msgspec.json.decode(row["data"]),
            metadata=msgspec.json.decode(row["metadata"]),
            leaf=row["leaf"].hex(),
            hash=row["hash"].hex(),
        )


class JournalEvents(Document):
    """A page. `next_cursor` may lead on although nothing matched in the stretch that was looked through."""

    items: list[JournalEvent]
    next_cursor: str | None


class Checkpoint(Document):
    """The exact text that was signed, and its Ed25519 signature in base64."""

    text: str
    signature: str


class JournalHead(Document):
    """The newest event, and the newest checkpoint."""

    position: str
    hash: str
    recorded_at: datetime | None
    checkpoint: Checkpoint | None


class ProvenEvent(Document):
    """The stored row; `data` and `metadata` are the exact texts that were hashed."""

    position: str
    recorded_at: str
    stream: str
    version: str
    type: str
    schema_: int = Field(alias="schema")
    data: str
    metadata: str
    leaf: str
    hash: str


class Proof(Document):
    """Checked offline by `docs/reference/verify_proof.py`."""

    format: str
    event: ProvenEvent
    previous_hash: str
    checkpoint: Checkpoint
    inclusion_path: list[str]
    earlier_checkpoint: Checkpoint
    consistency_path: list[str]


class CheckpointKey(Document):
    """The public key that checks the signatures of checkpoints."""

    algorithm: str
    key_id: str
    public_key: str = Field(description="The 32 bytes of the key, in base64.")
    pem: str
