"""Where key-encryption keys lie, as the setting names it: ``file:``, ``env:``, ``vault:`` or ``kms:``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from tradebook.identity.venue_credentials.keys import KeyEncryption, Keyring
from tradebook.identity.venue_credentials.kms import KmsKeys
from tradebook.identity.venue_credentials.local_keys import EnvironmentKeys, FileKeys
from tradebook.identity.venue_credentials.vault import VaultKeys
from tradebook.kernel.errors import InvalidInput


def keyring(
    current: str | None, before: str | None, *, own_file: Path, made_when: Callable[[], Awaitable[bool]]
) -> Keyring:
    """What the settings say; without a word of them, a file of our own that is made at first use.

    ``made_when`` says whether it may be made: not while something is sealed under a key that is missing.
    Raises InvalidInput for a place of another form.
    """
    present = FileKeys(own_file, made_when=made_when) if current is None else keys_at(current)
    return Keyring(present, [] if before is None else [keys_at(before)])


def keys_at(place: str) -> KeyEncryption:
    """``file:PATH``, ``env:NAME``, ``vault:MOUNT/NAME`` or ``kms:KEY``. Raises InvalidInput."""
    kind, _, name = place.partition(":")
    match kind:
        case "file" if name:
            return FileKeys(Path(name).expanduser())
        case "env" if name:
            return EnvironmentKeys(name)
        case "vault" if "/" in name.strip("/"):
            mount, _, key = name.strip("/").rpartition("/")
            return VaultKeys(mount, key)
        case "kms" if name:
            return KmsKeys(name)
    raise InvalidInput(
        "TRADEBOOK_CREDENTIALS_KEK",
        "it names no place of a key",
        "use file:PATH, env:NAME, vault:MOUNT/NAME or kms:KEY",
    )
