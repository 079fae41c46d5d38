"""Recomputes the whole journal and holds it against every checkpoint kept outside the database.

Nothing derived is trusted: leaves, chain, numbering, stream versions and Merkle roots are computed from the
stored texts. Views and snapshots are compared with what the events give by hooks that know how to fold them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import asyncpg
import msgspec

from tradebook.audit.chain_check import ChainCheck
from tradebook.audit.findings import Verification
from tradebook.journal.catalogue import EventCatalogue, UnknownEventType
from tradebook.journal.checkpoints import SignedCheckpoint
from tradebook.journal.signing import VerifyingKey
from tradebook.kernel.messages import Event
from tradebook.ledger.postings import Posting, imbalance

ROWS = """
select position, recorded_at, stream, version, type, schema, metadata, data, leaf, hash
from journal.events where position > $1 order by position limit $2
"""
HEAD = "select position, hash from journal.head"
STREAMS = "select stream, version from journal.streams"
CHECKPOINTS = "select size, text, signature from journal.checkpoints order by size"

# Commands must tile the positions from the first to the head, each naming events that name it.
WRONG_COMMANDS = """
select c.command_id, c.first_position
from (select *, lag(last_position, 1, 0::bigint) over (order by first_position) as before
      from journal.commands) c
left join journal.events e on e.position = c.last_position
where c.first_position <> c.before + 1 or c.last_position < c.first_position
    or e.version is distinct from c.version or strpos(e.metadata, c.command_id::text) = 0
order by c.first_position limit 1000
"""
LAST_COMMAND = "select coalesce(max(last_position), 0) from journal.commands"

PAGE_EVENTS = 5_000
FIRST = -(1 << 63)

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
Postings = Callable[[Event], Iterable[Posting]]
"""The postings of an event; none for one that moves no money."""
ViewCheck = Callable[[], Awaitable[Sequence[str]]]
"""Compares a view, or the snapshots, with what the journal says; gives the differences."""


async def verify(
    pool: asyncpg.Pool,
    outside: Sequence[SignedCheckpoint],
    public_key: VerifyingKey,
    *,
    catalogue: EventCatalogue | None = None,
    postings: Postings | None = None,
    views: Sequence[ViewCheck] = (),
) -> Verification:
    """Check everything; may run beside a working server.

    ``outside`` are the checkpoints from the file. With ``catalogue``, every event must be readable; with
    ``postings`` too, those of each must sum to zero per asset.
    """
    result = Verification()
    inside = await pool.fetch(CHECKPOINTS)
    outside = _genuine(result, outside, public_key)
    _check_table(result, inside, outside)
    chain = ChainCheck(result, _by_size(outside))
    balance = _BalanceCheck(result, catalogue, postings) if catalogue else None
    async with pool.acquire() as connection:
        await _scan(connection, chain, balance)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await _scan(connection, chain, balance)  # what was recorded meanwhile
            await _check_tables(connection, result, chain)
    result.events = chain.events
    for size in _by_size(outside):
        if size > chain.position:
            result.add("checkpoint", f"the journal ends at {chain.position}, {size} events were signed", size)
    for view in views:
        for difference in await view():
            result.add("view", difference)
    return result


async def _scan(connection: Connection, chain: ChainCheck, balance: _BalanceCheck | None) -> None:
    """Feed the rows behind the chain's position; the next page is read while this one is checked."""
    coming = asyncio.ensure_future(connection.fetch(ROWS, chain.position or FIRST, PAGE_EVENTS))
    while rows := await coming:
        coming = asyncio.ensure_future(connection.fetch(ROWS, rows[-1]["position"], PAGE_EVENTS))
        await asyncio.sleep(0)  # lets the request leave
        chain.feed(rows)
        if balance is not None:
            balance.feed(rows)


class _BalanceCheck:
    """Reads every event and sums its postings."""

    def __init__(self, result: Verification, catalogue: EventCatalogue, postings: Postings | None) -> None:
        self._result = result
        self._catalogue = catalogue
        self._postings = postings

    def feed(self, rows: Iterable[asyncpg.Record]) -> None:
        for row in rows:
            try:
                event = self._catalogue.decode(row["type"], row["schema"], row["data"])
            except (UnknownEventType, msgspec.MsgspecError, KeyError) as error:
                self._result.add("event", f"cannot be read: {error}", row["position"])
                continue
            if self._postings and (off := imbalance(self._postings(event))):
                sums = ", ".join(f"{asset} {amount}" for asset, amount in off.items())
                self._result.add("balance", f"postings do not sum to zero: {sums}", row["position"])


def _by_size(checkpoints: Sequence[SignedCheckpoint]) -> dict[int, list[SignedCheckpoint]]:
    by_size: dict[int, list[SignedCheckpoint]] = {}
    for signed in checkpoints:
        by_size.setdefault(signed.size, []).append(signed)
    return by_size


def _genuine(
    result: Verification, outside: Sequence[SignedCheckpoint], public_key: VerifyingKey
) -> list[SignedCheckpoint]:
    """The checkpoints that the key signed; what it did not sign says nothing and is only reported."""
    genuine = []
    for line, signed in enumerate(outside, start=1):
        if public_key.signed(signed.text, signed.signature):
            genuine.append(signed)
        else:
            result.add("checkpoint", f"line {line} of the file was not signed by this key")
    return genuine


def _check_table(
    result: Verification, inside: Sequence[asyncpg.Record], outside: Sequence[SignedCheckpoint]
) -> None:
    """The table must say what the file says; either may be one behind, for they are written in turn."""
    kept = {signed.size: signed for signed in outside}
    newest = max(kept, default=0)
    table = {row["size"]: SignedCheckpoint(row["text"], row["signature"]) for row in inside}
    for size, signed in table.items():
        if size <= newest and kept.get(size) != signed:
            result.add("checkpoint", "differs between the database and the file outside", size)
    for size in kept.keys() - table.keys() - {newest}:
        result.add("checkpoint", "is missing in the database", size)


async def _check_tables(connection: Connection, result: Verification, chain: ChainCheck) -> None:
    """What the database keeps beside the events, to refuse conflicts and repetitions by."""
    head = await connection.fetchrow(HEAD)
    if head is None or (head["position"], head["hash"]) != (chain.position, chain.hash):
        result.add("head", "is not the newest event", chain.position)
    streams: dict[str, int] = {row["stream"]: row["version"] for row in await connection.fetch(STREAMS)}
    for stream in streams.keys() | chain.versions.keys():
        if streams.get(stream) != chain.versions.get(stream):
            kept, found = streams.get(stream), chain.versions.get(stream)
            result.add("stream", f"{stream} is kept at version {kept}, its events end at {found}")
    for row in await connection.fetch(WRONG_COMMANDS):
        result.add("command", f"{row['command_id']} does not fit the events", row["first_position"])
    if await connection.fetchval(LAST_COMMAND) != chain.position:
        result.add("command", "the newest events belong to no command", chain.position)
