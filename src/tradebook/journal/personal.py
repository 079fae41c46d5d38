"""Personal data in events: ciphertext under a key per party, so that erasing is throwing the key away.

The hashes of the journal cover the ciphertext: after an erasure the chain still holds and nobody can read
what it says. Keys live in ``journal.party_keys``; a backup that still has a key still has the data.
"""

from __future__ import annotations

import base64
import os
from hashlib import sha256

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradebook.kernel.ids import PartyId

KEY = "select key from journal.party_keys where party_id = $1"
NEW_KEY = "insert into journal.party_keys (party_id, key) values ($1, $2) on conflict do nothing"
ERASE = "delete from journal.party_keys where party_id = $1"

_KEY_ID_BYTES = 8
_NONCE_BYTES = 12


class PersonalData:
    """Encrypts and decrypts with AES-256-GCM. No key is kept in memory: an erasure takes effect at once."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def encrypt(self, party_id: PartyId, text: str) -> str:
        """The ciphertext to put into an event (base64); makes the party's key when there is none."""
        key: bytes | None = await self._pool.fetchval(KEY, party_id)
        if key is None:
            await self._pool.execute(NEW_KEY, party_id, AESGCM.generate_key(256))
            key = await self._pool.fetchval(KEY, party_id)
            assert key is not None  # ours, or that of whoever was faster
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), party_id.encode())
        return base64.b64encode(_key_id(key) + nonce + sealed).decode()

    async def decrypt(self, party_id: PartyId, ciphertext: str) -> str | None:
        """The text, or None when its key was erased.

        Raises cryptography's InvalidTag when the ciphertext was changed or belongs to another party.
        """
        key: bytes | None = await self._pool.fetchval(KEY, party_id)
        raw = base64.b64decode(ciphertext, validate=True)
        key_id, nonce, sealed = (
            raw[:_KEY_ID_BYTES],
            raw[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES],
            raw[_KEY_ID_BYTES + _NONCE_BYTES :],
        )
        if key is None or _key_id(key) != key_id:
            return None
        return AESGCM(key).decrypt(nonce, sealed, party_id.encode()).decode()

    async def erase(self, party_id: PartyId) -> None:
        """Make everything encrypted for the party so far unreadable, for good."""
        await self._pool.execute(ERASE, party_id)


def _key_id(key: bytes) -> bytes:
    """Tells a later key of the same party from the one that was erased."""
    return sha256(b"tradebook party key\n" + key).digest()[:_KEY_ID_BYTES]
