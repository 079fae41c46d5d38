"""Personal data in the journal: ciphertext under a key per party. Erasing is throwing the key away.

Hashes cover the ciphertext, so the chain still holds when nobody can read it any more. Keys live in a table
outside the journal and are no view.
"""

from __future__ import annotations

import base64
import os

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradebook.kernel.ids import PartyId

NONCE_BYTES = 12

KEY = "select key from journal.party_keys where party_id = $1"
KEEP_KEY = """
insert into journal.party_keys (party_id, key) values ($1, $2) on conflict (party_id) do nothing
"""
ERASE = "delete from journal.party_keys where party_id = $1"


class PartyCipher:
    """Encrypts and decrypts with AES-256-GCM; the party's id is authenticated along."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def encrypt(self, party_id: PartyId, text: str) -> str:
        """Ciphertext fit for an event; the party's key is made at first use."""
        key = await self._key(party_id)
        if key is None:
            await self._pool.execute(KEEP_KEY, party_id, AESGCM.generate_key(256))
            key = await self._key(party_id)
            assert key is not None  # ours, or that of whoever was faster
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), party_id.encode())
        return base64.b64encode(nonce + sealed).decode()

    async def decrypt(self, party_id: PartyId, sealed: str) -> str | None:
        """The text; None once the key has been thrown away, or when the ciphertext is not the party's."""
        key = await self._key(party_id)
        if key is None:
            return None
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], party_id.encode()).decode()
        except InvalidTag:
            return None

    async def erase(self, party_id: PartyId) -> None:
        """Throw the key away: what was encrypted under it is gone for good."""
        await self._pool.execute(ERASE, party_id)

    async def _key(self, party_id: PartyId) -> bytes | None:
        key: bytes | None = await self._pool.fetchval(KEY, party_id)
        return key
