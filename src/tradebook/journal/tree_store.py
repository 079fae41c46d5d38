"""The Merkle tree as it is stored: roots of large complete subtrees; small ones come from the events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import asyncpg

from tradebook.journal import merkle
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.merkle import Node, Range, Run

STORED_LEVEL_MIN = 10
"""Subtrees from 1,024 leaves up: 2,000 rows a million events, and a proof costs a few thousand hashes."""

CHAIN_HASHES = """
select hash from journal.events where position > $1 and position <= $2 order by position
"""

STORED_NODES = """
select n.level, n.index, n.hash
from journal.merkle_nodes n join unnest($1::smallint[], $2::bigint[]) as asked(level, index)
    on n.level = asked.level and n.index = asked.index
"""

STORE_NODES = """
insert into journal.merkle_nodes (level, index, hash)
select $1, $2 + n - 1, hash from unnest($3::bytea[]) with ordinality as run(hash, n)
on conflict (level, index) do update set hash = excluded.hash
"""

Connection = asyncpg.Connection | asyncpg.Pool | asyncpg.pool.PoolConnectionProxy


async def store_nodes(connection: Connection, completed: Iterable[Run]) -> None:
    """Keep the large ones among subtrees that were completed."""
    for run in completed:
        if run.level >= STORED_LEVEL_MIN:
            await connection.execute(STORE_NODES, run.level, run.first_index, run.hashes)


async def range_roots(connection: Connection, ranges: Sequence[Range]) -> list[bytes]:
    """The subtree root over each range of a proof."""
    nodes = await node_hashes(connection, {node for range_ in ranges for node in merkle.peaks_of(range_)})
    return [merkle.fold([nodes[node] for node in merkle.peaks_of(range_)]) for range_ in ranges]


async def node_hashes(connection: Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Hashes of complete subtrees.

    Raises JournalUnavailable when one is missing that a checkpoint should have left behind.
    """
    large = [node for node in nodes if node[0] >= STORED_LEVEL_MIN]
    small = [node for node in nodes if node[0] < STORED_LEVEL_MIN]
    rows = await connection.fetch(STORED_NODES, [level for level, _ in large], [index for _, index in large])
    hashes = {(row["level"], row["index"]): row["hash"] for row in rows}
    for block in {(index << level) >> STORED_LEVEL_MIN for level, index in small}:
        hashes.update(await _block(connection, block))
    missing = [node for node in (*large, *small) if node not in hashes]
    if missing:
        raise JournalUnavailable(f"The stored Merkle tree lacks {missing[0]}; run tradebook audit verify.")
    return hashes


async def _block(connection: Connection, block: int) -> dict[Node, bytes]:
    """Every complete subtree below the stored ones, within one stored subtree's span."""
    first = block << STORED_LEVEL_MIN
    rows = await connection.fetch(CHAIN_HASHES, first, first + (1 << STORED_LEVEL_MIN))
    leaves = [merkle.leaf(row["hash"]) for row in rows]
    return {
        (run.level, (first >> run.level) + run.first_index + n): hash_
        for run in (Run(0, 0, leaves), *merkle.Frontier().extend(leaves))
        for n, hash_ in enumerate(run.hashes)
    }
