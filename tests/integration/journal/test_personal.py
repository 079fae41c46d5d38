"""Personal data can be erased although the journal never forgets."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tradebook.journal.personal import PartyCipher
from tradebook.kernel.ids import PartyId

ANNA, BEN = PartyId("anna"), PartyId("ben")


@pytest.fixture
async def personal(database_url: str) -> AsyncIterator[PartyCipher]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield PartyCipher(pool)


async def test_personal_data_is_read_back_and_never_the_same_twice(personal: PartyCipher) -> None:
    one, two = [await personal.encrypt(ANNA, "Anna Müller") for _ in range(2)]
    assert one != two
    assert await personal.decrypt(ANNA, one) == await personal.decrypt(ANNA, two) == "Anna Müller"


async def test_after_an_erasure_nothing_can_be_read_and_others_are_untouched(personal: PartyCipher) -> None:
    anna, ben = await personal.encrypt(ANNA, "Anna"), await personal.encrypt(BEN, "Ben")
    await personal.erase(ANNA)
    assert await personal.decrypt(ANNA, anna) is None
    assert await personal.decrypt(BEN, ben) == "Ben"
    returned = await personal.encrypt(ANNA, "Anna again")
    assert await personal.decrypt(ANNA, anna) is None
    assert await personal.decrypt(ANNA, returned) == "Anna again"


async def test_a_party_gets_one_key_however_many_ask_at_once(personal: PartyCipher) -> None:
    sealed = await asyncio.gather(*(personal.encrypt(ANNA, str(n)) for n in range(8)))
    assert [await personal.decrypt(ANNA, text) for text in sealed] == [str(n) for n in range(8)]


async def test_changed_or_foreign_ciphertext_is_not_taken_for_text(personal: PartyCipher) -> None:
    raw = bytearray(base64.b64decode(await personal.encrypt(ANNA, "Anna")))
    raw[-1] ^= 1
    assert await personal.decrypt(ANNA, base64.b64encode(raw).decode()) is None
    assert await personal.decrypt(BEN, await personal.encrypt(ANNA, "Anna")) is None
