"""The journal as files that can be checked without the server."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

from tradebook.journal.checkpoints import SignedCheckpoint
from tradebook.journal.proofs import event_document
from tradebook.journal.signing import VerifyingKey

ROWS = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events where position > $1 and position <= $2 order by position
"""

PAGE_EVENTS = 5_000
OFFLINE = Path(__file__).parent / "offline"
SCRIPTS = ("verify_export.py", "verify_proof.py")

README = """\
# A Tradebook journal

- `journal.jsonl`: every event, one JSON object a line, in order. `data` and `metadata` are the exact texts
  that were hashed.
- `checkpoints.jsonl`: signed statements of what the journal was: number of events, chain hash, Merkle root.
- `public_key.pem`: the Ed25519 key that checks their signatures.
- `verify_export.py`: recomputes all of it. Run `python verify_export.py` (Python 3.11 or newer with the
  package `cryptography`).
- `verify_proof.py`: checks the proof of one event, as the server gives it.

The leaf of an event is SHA-256 over `tradebook journal leaf 1\\n` and then, each after its length in four
big-endian bytes, its stream, version, type, schema, metadata and data. Its hash is SHA-256 over the hash
before it (32 zero bytes at first), its position and its time in microseconds since 1970 (eight big-endian
bytes each), and its leaf. The Merkle tree over these hashes is that of RFC 9162.

Compare `public_key.pem`, or any checkpoint, with one that you received another way and at another time:
whoever could rewrite everything here could sign it with a key of their own.
"""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    directory: Path
    events: int
    checkpoints: int


async def export(
    pool: asyncpg.Pool,
    outside: Sequence[SignedCheckpoint],
    public_key: VerifyingKey,
    directory: Path,
) -> Exported:
    """Write the journal up to its newest checkpoint into a new directory.

    Raises FileExistsError when the directory holds files already.
    """
    await asyncio.to_thread(_write_evidence, directory, outside, public_key)
    size = max((signed.size for signed in outside), default=0)
    events = await _write_events(pool, size, directory / "journal.jsonl")
    return Exported(directory=directory, events=events, checkpoints=len(outside))


def _write_evidence(directory: Path, outside: Sequence[SignedCheckpoint], public_key: VerifyingKey) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty")
    (directory / "README.md").write_text(README)
    (directory / "public_key.pem").write_bytes(public_key.pem)
    with (directory / "checkpoints.jsonl").open("wb") as file:
        file.writelines(msgspec.json.encode(signed) + b"\n" for signed in outside)
    for script in SCRIPTS:
        shutil.copy(OFFLINE / script, directory / script)


async def _write_events(pool: asyncpg.Pool, size: int, path: Path) -> int:
    written = 0
    with await asyncio.to_thread(path.open, "w", encoding="utf-8") as file:
        for after in range(0, size, PAGE_EVENTS):
            rows = await pool.fetch(ROWS, after, min(after + PAGE_EVENTS, size))
            lines = [json.dumps(event_document(row), ensure_ascii=False) + "\n" for row in rows]
            await asyncio.to_thread(file.writelines, lines)
            written += len(rows)
    return written
