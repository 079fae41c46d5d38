"""Where keys lie, as the settings name it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.credentials import key_of

from tradebook.identity.venue_credentials.keys import DataKey
from tradebook.identity.venue_credentials.kms import KmsKeys
from tradebook.identity.venue_credentials.local_keys import EnvironmentKeys, FileKeys
from tradebook.identity.venue_credentials.places import keyring, keys_at
from tradebook.identity.venue_credentials.vault import VaultKeys
from tradebook.infra.settings import load_settings
from tradebook.kernel.errors import InvalidInput

PLACES = {
    "file:/etc/tradebook/kek": FileKeys,
    "env:TRADEBOOK_KEK": EnvironmentKeys,
    "vault:transit/tradebook": VaultKeys,
    "vault:team/transit/tradebook": VaultKeys,
    "kms:arn:aws:kms:eu-central-1:1:key/k": KmsKeys,
    "kms:alias/tradebook": KmsKeys,
}
NO_PLACES = ["", "file:", "env:", "vault:", "vault:transit", "vault:/tradebook", "kms:", "moon:x", "/etc/kek"]


async def yes() -> bool:
    return True


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_the_settings_take_is_one_that_there_is(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEBOOK_CREDENTIALS_KEK", place)
    taken = load_settings().credentials_kek
    assert taken is not None
    assert isinstance(keys_at(taken), PLACES[place])


@pytest.mark.parametrize("place", NO_PLACES)
def test_another_form_is_refused_with_the_remedy(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEBOOK_CREDENTIALS_KEK_BEFORE", place)
    with pytest.raises(InvalidInput, match=r"CREDENTIALS_KEK_BEFORE: use file:PATH, env:NAME"):
        load_settings()
    with pytest.raises(InvalidInput, match="use file:PATH, env:NAME"):
        keys_at(place)


async def test_a_mount_may_be_deep() -> None:
    assert keys_at("vault:team/transit/tradebook").knows("vault:team/transit/tradebook:v1")


async def test_without_a_word_it_is_a_file_of_our_own_and_moving_elsewhere_keeps_it_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "keys" / "credentials.key"
    ours = keyring(None, None, own_file=own, made_when=yes)
    wrapped = await ours.wrap(DataKey(b"d" * 32), {})
    monkeypatch.setenv("KEK", key_of(1))
    moved = keyring("env:KEK", f"file:{own}", own_file=own, made_when=yes)
    assert await moved.current_key_id() != wrapped.key_id
    assert (await moved.unwrap(wrapped, {})).reveal() == b"d" * 32
