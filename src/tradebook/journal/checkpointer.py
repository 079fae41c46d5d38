"""Makes a signed checkpoint every 1,024 events or 10 seconds, whichever comes first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol, Self

import asyncpg
import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.journal import merkle, tree_store
from tradebook.journal.checkpoints import CheckpointFile, SignedCheckpoint, sign
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.merkle import Frontier, Run
from tradebook.journal.signing import SigningKey, VerifyingKey
from tradebook.kernel.clock import Clock

CHECKPOINT_EVENTS = 1_024
CHECKPOINT_INTERVAL_S = 10.0
READ_EVENTS = 10_000
RETRY_DELAY_S = 1.0

NEWEST = "select text, signature from journal.checkpoints order by size desc limit 1"
KEEP = "insert into journal.checkpoints (size, text, signature) values ($1, $2, $3) on conflict do nothing"
AT = "select text, signature from journal.checkpoints where size = $1"
CHAIN_HASH = "select hash from journal.events where position = $1"
SINCE = "select text, signature from journal.checkpoints where size > $1 order by size"

log = structlog.get_logger(__name__)


async def newest_checkpoint(pool: asyncpg.Pool) -> SignedCheckpoint | None:
    """The newest checkpoint in the database."""
    row = await pool.fetchrow(NEWEST)
    return None if row is None else SignedCheckpoint(*row)


class CheckpointMismatch(Exception):
    """The journal is not what an earlier checkpoint says it was. No new one is signed over it."""


class Followed(Protocol):
    """What is needed of a journal."""

    async def beyond(self, position: int) -> None:
        """Return once the journal has passed ``position``."""
        ...


class Checkpointer:
    """Follows the chain and signs it. Use it as an async context manager; one per journal.

    ``problem`` says why it stopped, when it found that the journal contradicts an earlier checkpoint.
    """

    def __init__(
        self, pool: asyncpg.Pool, journal: Followed, clock: Clock, key: SigningKey, file: CheckpointFile
    ) -> None:
        self._pool = pool
        self._journal = journal
        self._clock = clock
        self._key = key
        self._file = file
        self._frontier = Frontier()
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.problem = ""

    @property
    def public_key(self) -> VerifyingKey:
        """What checks the signatures."""
        return self._key.public

    @property
    def size(self) -> int:
        """Events covered by the newest checkpoint."""
        return self._frontier.size

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="checkpointer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if not self.problem:
            with contextlib.suppress(*DATABASE_ERRORS):
                await self.checkpoint()

    async def _run(self) -> None:
        resumed = False
        while not self.problem:
            try:
                if not resumed:
                    await self.resume()
                    resumed = True
                await self._due()
                await self.checkpoint()
            except CheckpointMismatch as error:
                self.problem = str(error)
                log.critical("the journal contradicts a checkpoint", problem=self.problem)
            except DATABASE_ERRORS as error:
                heed_cancellation()
                resumed = False  # the file may be one checkpoint ahead of the database by now
                log.warning("no checkpoint could be made", error=str(error))
                await asyncio.sleep(RETRY_DELAY_S)

    async def _due(self) -> None:
        await self._journal.beyond(self.size)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CHECKPOINT_INTERVAL_S):
                await self._journal.beyond(self.size + CHECKPOINT_EVENTS - 1)

    async def resume(self) -> None:
        """Take up where the last run ended, having checked that the journal is still what it was then.

        Database and file each may lack the last checkpoint of a crashed run; both are completed. Whoever can
        rewrite the database can rewrite its checkpoints too, but not sign them: what our key did not sign, or
        what differs from the newest line of the file, is no word of ours. Raises CheckpointMismatch.
        """
        outside = await asyncio.to_thread(self._file.take_up)
        newest = await newest_checkpoint(self._pool)
        if newest is not None:
            self._require_genuine(newest, "in the database")
            await self._go_back_to(newest)
        if outside is not None:
            self._require_genuine(outside, "in the file")
            await self._meet(outside)
        missing = await self._pool.fetch(SINCE, outside.size if outside is not None else 0)
        if missing:
            await asyncio.to_thread(self._file.append, *(SignedCheckpoint(*row) for row in missing))

    async def checkpoint(self) -> None:
        """Sign everything committed by now; a checkpoint that was begun is finished even when cancelled."""
        await asyncio.shield(self._sign_all())

    async def _sign_all(self) -> None:
        async with self._lock:
            while hashes := await self._hashes(self.size + CHECKPOINT_EVENTS):
                frontier = self._frontier.copy()
                completed = _extend(frontier, hashes)
                signed = sign(
                    self._key,
                    size=frontier.size,
                    chain_hash=hashes[-1],
                    root=frontier.root(),
                    time=self._clock.now(),
                )
                await asyncio.to_thread(self._file.append, signed)
                await self._keep(signed, completed)
                self._frontier = frontier

    async def _hashes(self, until: int) -> list[bytes]:
        rows = await self._pool.fetch(tree_store.CHAIN_HASHES, self.size, until)
        return [row["hash"] for row in rows]

    async def _keep(self, signed: SignedCheckpoint, completed: Sequence[Run]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await tree_store.store_nodes(connection, completed)
            await connection.execute(KEEP, signed.size, signed.text, signed.signature)

    def _require_genuine(self, signed: SignedCheckpoint, where: str) -> None:
        if not self._key.public.signed(signed.text, signed.signature):
            raise CheckpointMismatch(f"The newest checkpoint {where} was not signed by this book's key.")

    async def _meet(self, outside: SignedCheckpoint) -> None:
        """Hold the journal against the newest checkpoint outside the database."""
        if outside.size > self.size:
            await self._catch_up_with(outside)
            return
        row = await self._pool.fetchrow(AT, outside.size)
        if row is None or SignedCheckpoint(*row) != outside:
            raise CheckpointMismatch(f"The checkpoint at position {outside.size} differs from the file's.")

    async def _go_back_to(self, signed: SignedCheckpoint) -> None:
        """Stored roots are a shortcut: where they do not give the root, the events have the word.

        The chain hash of the newest event covers all before it, so that a chain begun anew shows here.
        """
        size = signed.size
        last = await self._pool.fetchval(CHAIN_HASH, size)
        if last is None or last.hex() != signed.checkpoint.hash:
            raise CheckpointMismatch(f"The journal up to position {size} is not what was signed.")
        nodes = merkle.peaks_of((0, size))
        with contextlib.suppress(JournalUnavailable):
            hashes = await tree_store.node_hashes(self._pool, nodes)
            self._frontier = Frontier(size, {node[0]: hashes[node] for node in nodes})
        if self._frontier.root().hex() != signed.checkpoint.root:
            self._frontier = Frontier()
            await self._catch_up_with(signed)

    async def _catch_up_with(self, signed: SignedCheckpoint) -> None:
        while self.size < signed.size:
            hashes = await self._hashes(min(self.size + READ_EVENTS, signed.size))
            if not hashes:
                raise CheckpointMismatch(f"The journal ends before position {signed.size}, which was signed.")
            frontier = self._frontier.copy()
            await tree_store.store_nodes(self._pool, _extend(frontier, hashes))
            self._frontier = frontier
        if self._frontier.root().hex() != signed.checkpoint.root:
            raise CheckpointMismatch(f"The journal up to position {signed.size} is not what was signed.")
        await self._keep(signed, ())


def _extend(frontier: Frontier, hashes: Sequence[bytes]) -> list[Run]:
    return frontier.extend([merkle.leaf(hash_) for hash_ in hashes])
