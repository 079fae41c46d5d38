"""A sealed credential opens where it belongs, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.credentials import SECRET, VALUES, keys_at_hand, label, secrets

from tradebook.identity.venue_credentials.envelope import Sealed, rewrap, seal, unseal
from tradebook.identity.venue_credentials.keys import Keyring, WrappedKey
from tradebook.kernel.errors import Refused, Unavailable


async def sealed() -> Sealed:
    return await seal(secrets(), label(), keys_at_hand(1))


async def test_what_was_sealed_comes_out_again() -> None:
    opened = await unseal(await sealed(), keys_at_hand(1))
    assert {name: opened.reveal(name) for name in opened.names} == VALUES


async def test_no_two_seals_are_alike_and_none_shows_anything() -> None:
    one, other = await sealed(), await sealed()
    assert one.content != other.content
    assert one.data_key.ciphertext != other.data_key.ciphertext
    assert SECRET.encode() not in one.content
    assert len({one.content[:12], other.content[:12]}) == 2


@pytest.mark.parametrize("other", [{"credential_id": "c2"}, {"account_id": "a2"}, {"venue": "sun"}])
async def test_a_row_that_was_moved_elsewhere_does_not_open(other: dict[str, Any]) -> None:
    moved = replace(await sealed(), label=label(**other))
    with pytest.raises(Refused, match="does not open"):
        await unseal(moved, keys_at_hand(1))


async def test_a_row_put_together_from_two_does_not_open() -> None:
    mine, theirs = await sealed(), await seal(secrets(secret="x"), label(account_id="a2"), keys_at_hand(1))
    for mixed in (replace(mine, content=theirs.content), replace(mine, data_key=theirs.data_key)):
        with pytest.raises(Refused, match="does not open"):
            await unseal(mixed, keys_at_hand(1))


async def test_any_altered_bit_is_found() -> None:
    whole = await sealed()
    for at in range(0, len(whole.content), 7):
        flipped = bytearray(whole.content)
        flipped[at] ^= 1
        with pytest.raises(Refused, match="does not open"):
            await unseal(replace(whole, content=bytes(flipped)), keys_at_hand(1))
    for damaged in (b"", b"short", bytes(60)):
        key = WrappedKey(key_id=whole.data_key.key_id, ciphertext=damaged)
        for broken in (replace(whole, content=damaged), replace(whole, data_key=key)):
            with pytest.raises(Refused, match="does not open"):
                await unseal(broken, keys_at_hand(1))


async def test_a_rewrapped_key_opens_the_same_content_under_the_new_key_alone() -> None:
    before = await sealed()
    after = replace(before, data_key=await rewrap(before, keys_at_hand(2, 1)))
    assert after.data_key.key_id == await keys_at_hand(2).current_key_id()
    assert (await unseal(after, keys_at_hand(2))).reveal("secret") == SECRET
    with pytest.raises(Unavailable, match="is not here: put it back"):
        await unseal(after, Keyring(keys_at_hand(1)))


async def test_an_earlier_place_of_keys_unwraps_and_the_present_one_wraps() -> None:
    moving = Keyring(keys_at_hand(2), [keys_at_hand(1)])
    before = await sealed()
    assert (await unseal(before, moving)).reveal("secret") == SECRET
    assert (await rewrap(before, moving)).key_id == await moving.current_key_id()
    assert moving.knows(before.data_key.key_id)
    assert not Keyring(keys_at_hand(2)).knows(before.data_key.key_id)
