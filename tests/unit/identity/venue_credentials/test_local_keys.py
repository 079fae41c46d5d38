"""Keys in a file of ours, or in a variable."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from tests.support.credentials import key_of, keys_at_hand

from tradebook.identity.venue_credentials.keys import DataKey
from tradebook.identity.venue_credentials.local_keys import EnvironmentKeys, FileKeys
from tradebook.kernel.errors import Refused, Unavailable

BINDING = {"account_id": "a1"}


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def is_there(path: Path) -> bool:
    return path.exists()


def words_in(path: Path) -> list[str]:
    return path.read_text().split()


def write(path: Path, content: str, *, mode: int = 0o600) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    path.chmod(mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "credentials.key"


async def test_the_file_is_made_at_first_use_for_its_owner_alone(path: Path) -> None:
    keys = FileKeys(path, made_when=yes)
    assert not is_there(path)
    wrapped = await keys.wrap(DataKey(b"d" * 32), BINDING)
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert [len(base64.b64decode(word)) for word in words_in(path)] == [32]
    assert (await FileKeys(path).unwrap(wrapped, BINDING)).reveal() == b"d" * 32
    assert await keys.current_key_id() == wrapped.key_id
    await keys.wrap(DataKey.fresh(), BINDING)
    assert await keys.current_key_id() == wrapped.key_id


async def test_no_other_file_is_made_where_something_is_sealed_under_one_that_is_missing(path: Path) -> None:
    for keys in (FileKeys(path, made_when=no), FileKeys(path)):
        with pytest.raises(Unavailable, match="Put it back") as raised:
            await keys.wrap(DataKey.fresh(), BINDING)
        assert raised.value.code == "credentials_key_missing"
        assert not keys.knows("aes:0")
    assert not is_there(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
async def test_a_file_that_others_may_read_is_refused_with_what_to_do(path: Path, mode: int) -> None:
    keys = FileKeys(path)
    write(path, key_of(1), mode=mode)
    with pytest.raises(Unavailable, match=rf"open to others \(mode {mode:04o}\): chmod 600 it") as raised:
        await keys.current_key_id()
    assert raised.value.code == "credentials_key_exposed"


@pytest.mark.parametrize("content", ["short", key_of(1)[:-5], f"{key_of(1)}\n{'x' * 44}", "ÿ"])
async def test_what_is_no_key_is_refused_without_repeating_it(path: Path, content: str) -> None:
    write(path, content)
    with pytest.raises(Unavailable, match="not 32 bytes in base 64") as raised:
        await FileKeys(path).current_key_id()
    assert content not in str(raised.value)


async def test_a_file_that_cannot_be_read_or_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Is a directory"):
        await FileKeys(tmp_path, made_when=no).current_key_id()
    with pytest.raises(Unavailable, match="cannot be written"):
        await FileKeys(tmp_path / "missing" / "deeper" / "key", made_when=yes).wrap(DataKey.fresh(), BINDING)


async def test_a_rotation_puts_a_fresh_key_first_and_forgets_the_others_at_its_end(path: Path) -> None:
    keys = FileKeys(path, made_when=yes)
    wrapped = await keys.wrap(DataKey(b"d" * 32), BINDING)
    await keys.begin_rotation()
    first = await keys.current_key_id()
    assert first != wrapped.key_id
    assert (await keys.unwrap(wrapped, BINDING)).reveal() == b"d" * 32
    await keys.begin_rotation()  # again, after an interruption
    assert await keys.current_key_id() == first
    assert len(words_in(path)) == 2
    await keys.end_rotation()
    assert await keys.current_key_id() == first
    assert not keys.knows(wrapped.key_id)
    assert mode_of(path) == 0o600
    with pytest.raises(Refused):
        await keys.unwrap(wrapped, BINDING)


async def test_rotating_where_there_is_no_file_makes_one_only_where_none_is_missing(path: Path) -> None:
    for keys in (FileKeys(path), FileKeys(path, made_when=no)):
        await keys.begin_rotation()
        await keys.end_rotation()
        assert not is_there(path)
    keys = FileKeys(path, made_when=yes)
    await keys.begin_rotation()
    await keys.end_rotation()
    assert len(words_in(path)) == 1


async def test_keys_come_from_a_variable_the_newest_first() -> None:
    old, both = keys_at_hand(1), keys_at_hand(2, 1)
    wrapped = await old.wrap(DataKey(b"d" * 32), BINDING)
    assert await both.current_key_id() != wrapped.key_id
    assert (await both.unwrap(wrapped, BINDING)).reveal() == b"d" * 32
    await both.begin_rotation()
    await both.end_rotation()
    with pytest.raises(Unavailable, match="KEK that is to hold"):
        await EnvironmentKeys("KEK", {}).current_key_id()
    with pytest.raises(Unavailable, match="variable KEK holds something"):
        await EnvironmentKeys("KEK", {"KEK": "no"}).wrap(DataKey.fresh(), BINDING)


async def test_the_same_key_has_the_same_id_wherever_it_lies(path: Path) -> None:
    write(path, key_of(1))
    assert await FileKeys(path).current_key_id() == await keys_at_hand(1).current_key_id()
    assert await keys_at_hand(1).current_key_id() != await keys_at_hand(2).current_key_id()


async def test_a_data_key_is_bound_to_what_it_belongs_to() -> None:
    wrapped = await keys_at_hand(1).wrap(DataKey.fresh(), BINDING)
    with pytest.raises(Refused, match="does not open"):
        await keys_at_hand(1).unwrap(wrapped, {"account_id": "a2"})
