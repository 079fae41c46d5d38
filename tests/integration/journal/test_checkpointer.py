"""Checkpoints and proofs over a real journal."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import get_ident
from typing import Any

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, append_of
from tests.support.scripts import run_script
from tests.support.waiting import eventually

from tradebook.journal.checkpointer import Checkpointer, CheckpointMismatch
from tradebook.journal.checkpoints import CheckpointFile, SignedCheckpoint
from tradebook.journal.merkle import Frontier, leaf
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.proofs import prove
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import Conflict, NotFound

VERIFY_PROOF = Path(__file__).parents[3] / "docs/reference/verify_proof.py"


class House:
    """A journal and what signs it."""

    def __init__(self, journal: PostgresJournal, pool: asyncpg.Pool, directory: Path) -> None:
        self.journal, self.pool = journal, pool
        self.key = SigningKey.load_or_create(directory / "key.pem")
        self.file = CheckpointFile(directory / "checkpoints.jsonl")
        self._streams = 0

    def checkpointer(self) -> Checkpointer:
        return Checkpointer(self.pool, self.journal, SystemClock(), self.key, self.file)

    async def fill(self, count: int) -> None:
        while count:
            size = min(count, 1000)
            self._streams += 1
            await self.journal.append(append_of(f"s{self._streams}", *range(size)))
            count -= size

    async def root(self, size: int) -> str:
        frontier = Frontier()
        frontier.extend([leaf(row.hash) for row in await self.journal.read_stored(limit=size)])
        return frontier.root().hex()

    async def sizes(self) -> list[int]:
        return [r["size"] for r in await self.pool.fetch("select size from journal.checkpoints order by 1")]


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        yield House(journal, pool, tmp_path)


async def test_a_checkpoint_follows_every_1024_events_and_the_close(house: House) -> None:
    async with house.checkpointer() as checkpointer:
        await house.fill(2500)
        await eventually(lambda: checkpointer.size >= 2048)
    outside = house.file.read()
    assert [signed.size for signed in outside] == await house.sizes()
    assert [signed.size for signed in outside][-1] == 2500
    for signed in outside:
        assert house.key.public.signed(signed.text, signed.signature)
        assert signed.checkpoint.root == await house.root(signed.size)
    assert outside[-1].checkpoint.hash == (await house.journal.head()).hash.hex()


async def test_the_next_run_goes_on_from_the_stored_tree(house: House) -> None:
    for count in (1500, 10, 1024, 3000):
        await house.fill(count)
        checkpointer = house.checkpointer()
        await checkpointer.resume()
        await checkpointer.checkpoint()
    newest = house.file.read()[-1]
    assert (newest.size, newest.checkpoint.root) == (5534, await house.root(5534))


@pytest.mark.parametrize("lost", ["outside", "inside"])
async def test_a_checkpoint_that_a_crash_left_on_one_side_is_completed(house: House, lost: str) -> None:
    await house.fill(2000)
    checkpointer = house.checkpointer()
    await checkpointer.checkpoint()
    if lost == "outside":
        lines = house.file.path.read_bytes().splitlines(keepends=True)
        house.file.path.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    else:
        await house.pool.execute("delete from journal.checkpoints where size = 2000")
    await house.checkpointer().resume()
    assert [signed.size for signed in house.file.read()] == [1024, 2000]
    assert await house.sizes() == [1024, 2000]


async def test_only_the_end_of_the_file_is_read_and_never_on_the_loop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.checkpointer():
        await house.fill(10)
    house.file.path.write_bytes(b"of another time\n" * 10_000 + house.file.path.read_bytes())
    threads = set[int]()
    take_up = house.file.take_up

    def watched() -> SignedCheckpoint | None:
        threads.add(get_ident())
        return take_up()

    monkeypatch.setattr(house.file, "take_up", watched)
    checkpointer = house.checkpointer()
    await checkpointer.resume()
    assert checkpointer.size == 10
    assert get_ident() not in threads


async def test_damaged_stored_roots_are_computed_again_from_the_events(house: House) -> None:
    await house.fill(3000)
    await house.checkpointer().checkpoint()
    await house.pool.execute("update journal.merkle_nodes set hash = decode(repeat('ab', 32), 'hex')")
    checkpointer = house.checkpointer()
    await checkpointer.resume()
    await house.fill(10)
    await checkpointer.checkpoint()
    assert house.file.read()[-1].checkpoint.root == await house.root(3010)


@pytest.mark.parametrize(
    "damage",
    [
        "update journal.events set hash = decode(repeat('ab', 32), 'hex') where position = 700",
        "delete from journal.events where position > 900",
        "update journal.events set hash = decode(repeat('ab', 32), 'hex') where position = 1000",
        'update journal.checkpoints set text = regexp_replace(text, \'"root":"[^"]*\', \'"root":"00\')',
        "update journal.checkpoints set signature = 'AAAA'",
    ],
)
async def test_nothing_is_signed_over_a_journal_that_contradicts_a_checkpoint(
    house: House, damage: str
) -> None:
    await house.fill(1000)
    await house.checkpointer().checkpoint()
    await house.pool.execute(damage)
    with pytest.raises(CheckpointMismatch):
        await house.checkpointer().resume()
    async with house.checkpointer() as checkpointer:
        await eventually(lambda: bool(checkpointer.problem))
    assert [signed.size for signed in house.file.read()] == [1000]


async def test_a_checkpoint_that_differs_from_the_one_kept_outside_stops_signing(house: House) -> None:
    await house.fill(1000)
    await house.checkpointer().checkpoint()
    await house.fill(1000)
    await house.checkpointer().checkpoint()
    first = house.file.read()[0]
    house.file = CheckpointFile(house.file.path.with_name("older.jsonl"))
    house.file.append(first)
    await house.pool.execute("delete from journal.checkpoints where size = 1000")
    with pytest.raises(CheckpointMismatch, match="1000"):
        await house.checkpointer().resume()


# Proofs


def verify_offline(directory: Path, document: dict[str, Any], key: bytes) -> bool:
    (directory / "proof.json").write_text(json.dumps(document))
    (directory / "public.pem").write_bytes(key)
    return (
        run_script(VERIFY_PROOF, directory / "proof.json", directory / "public.pem") == "The proof holds.\n"
    )


async def test_proofs_hold_offline_for_any_event(house: House, tmp_path: Path) -> None:
    checkpointer = house.checkpointer()
    for count in (1, 6, 1500, 1, 2000):
        await house.fill(count)
        await checkpointer.checkpoint()
    for position in (1, 2, 7, 8, 1024, 1025, 1507, 1508, 3508):
        document = json.loads(json.dumps(await prove(house.pool, position)))
        assert document["event"]["position"] == str(position)
        assert verify_offline(tmp_path, document, house.key.public.pem)


def flipped(text: str) -> str:
    """The same with one character changed."""
    middle = len(text) // 2
    return text[:middle] + ("1" if text[middle] == "0" else "0") + text[middle + 1 :]


TEXTS = ("data", "metadata", "leaf", "hash")
Tamper = Callable[[dict[str, Any]], None]
TAMPERINGS: list[Tamper] = [
    *(
        lambda d, name=name: d["event"].update({name: flipped(d["event"][name])})
        for name in ("position", "recorded_at", "stream", "version", "type", *TEXTS)
    ),
    lambda d: d["event"].update(schema=2),
    lambda d: d.update(previous_hash=flipped(d["previous_hash"])),
    lambda d: d["inclusion_path"].__setitem__(3, flipped(d["inclusion_path"][3])),
    lambda d: d["inclusion_path"].pop(),
    lambda d: d["consistency_path"].__setitem__(0, flipped(d["consistency_path"][0])),
    lambda d: d["consistency_path"].pop(),
    lambda d: d["checkpoint"].update(text=d["checkpoint"]["text"].replace('"size":"3', '"size":"4')),
    lambda d: d.update(earlier_checkpoint=d["checkpoint"]),
    lambda d: d.update(checkpoint=d["earlier_checkpoint"]),
]


async def test_no_tampered_proof_holds(house: House, tmp_path: Path) -> None:
    checkpointer = house.checkpointer()
    for count in (1500, 2000):
        await house.fill(count)
        await checkpointer.checkpoint()
    document = await prove(house.pool, 777)
    assert verify_offline(tmp_path, document, house.key.public.pem)
    for number, tamper in enumerate(TAMPERINGS):
        tampered = copy.deepcopy(document)
        tamper(tampered)
        assert not verify_offline(tmp_path, tampered, house.key.public.pem), number
    other = SigningKey.load_or_create(tmp_path / "other.pem")
    assert not verify_offline(tmp_path, document, other.public.pem)


async def test_there_is_no_proof_of_what_is_not_there_or_not_yet_signed(house: House) -> None:
    await house.fill(10)
    with pytest.raises(Conflict, match="within seconds"):
        await prove(house.pool, 5)
    await house.checkpointer().checkpoint()
    with pytest.raises(NotFound):
        await prove(house.pool, 11)
