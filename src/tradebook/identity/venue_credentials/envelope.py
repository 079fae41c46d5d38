"""Envelope encryption: every credential under a data key of its own, which lies beside it wrapped.

AES-256-GCM. What is authenticated along names the credential, its account and its venue, for the content as
for the data key: a row that is moved to another account, or put together from two, does not open.
"""

from __future__ import annotations

import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradebook.identity.venue_credentials.keys import DataKey, KeyEncryption, WrappedKey, unreadable
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel import wire
from tradebook.kernel.ids import AccountId
from tradebook.kernel.messages import Value

NONCE_BYTES = 12


class Label(Value, frozen=True, kw_only=True):
    """What a sealed credential belongs to."""

    credential_id: str
    account_id: AccountId
    venue: str

    def binding(self) -> dict[str, str]:
        """As named texts, the form in which key services take them."""
        return {
            "purpose": "tradebook venue credential",
            "credential_id": self.credential_id,
            "account_id": self.account_id,
            "venue": self.venue,
        }


class Sealed(Value, frozen=True, kw_only=True):
    """A credential as it is stored."""

    label: Label
    data_key: WrappedKey
    content: bytes
    """Nonce and ciphertext."""


async def seal(secrets: SecretFields, label: Label, keys: KeyEncryption) -> Sealed:
    """Encrypt under a fresh data key. Raises what ``KeyEncryption.wrap`` raises."""
    binding = label.binding()
    data_key = DataKey.fresh()
    wrapped = await keys.wrap(data_key, binding)
    nonce = os.urandom(NONCE_BYTES)
    content = AESGCM(data_key.reveal()).encrypt(nonce, secrets.to_bytes(), wire.encode(binding))
    return Sealed(label=label, data_key=wrapped, content=nonce + content)


async def unseal(sealed: Sealed, keys: KeyEncryption) -> SecretFields:
    """The secrets again. Raises Refused for what does not open, and what ``KeyEncryption.unwrap`` raises."""
    binding = sealed.label.binding()
    data_key = await keys.unwrap(sealed.data_key, binding)
    nonce, content = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
    with suppress(InvalidTag, ValueError):
        return SecretFields.of_bytes(AESGCM(data_key.reveal()).decrypt(nonce, content, wire.encode(binding)))
    raise unreadable()


async def rewrap(sealed: Sealed, keys: KeyEncryption) -> WrappedKey:
    """Its data key under the current key-encryption key; the content stays as it is."""
    binding = sealed.label.binding()
    return await keys.wrap(await keys.unwrap(sealed.data_key, binding), binding)
