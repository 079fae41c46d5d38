"""How a client proves that an API key is his.

https://github.com/binance/binance-spot-api-docs/blob/master/faqs/api_key_types.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tradebook.kernel.errors import InvalidInput


class Proof(Protocol):
    """Tells whether a signature is the client's. Shows nothing of a secret."""

    def holds(self, payload: bytes, signature: str) -> bool:
        """Whether ``signature`` was made over ``payload`` by whoever has the secret."""
        ...


class SharedSecret:
    """HMAC-SHA256, in hexadecimal of either case."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def holds(self, payload: bytes, signature: str) -> bool:
        """Compared in constant time."""
        expected = hmac.new(self._secret, payload, sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())


class PublicKey:
    """Ed25519, or RSA with PKCS #1 v1.5 and SHA-256; in base 64, whose letters' case matters."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PublicKey | RSAPublicKey) -> None:
        self._key = key

    def holds(self, payload: bytes, signature: str) -> bool:
        """What is no base 64 is no signature either."""
        try:
            told = base64.b64decode(signature, validate=True)
            if isinstance(self._key, Ed25519PublicKey):
                self._key.verify(told, payload)
            else:
                self._key.verify(told, payload, PKCS1v15(), SHA256())
        except (binascii.Error, ValueError, InvalidSignature):
            return False
        return True


def proof_of(secret: str) -> Proof:
    """For a public key in PEM, or else for a shared secret. Raises InvalidInput for a key of another kind."""
    if not secret.lstrip().startswith("-----BEGIN"):
        return SharedSecret(secret)
    try:
        key = load_pem_public_key(secret.encode())
    except ValueError:
        key = None
    if isinstance(key, Ed25519PublicKey | RSAPublicKey):
        return PublicKey(key)
    raise InvalidInput(
        "api_secret", "not a public key that Binance takes", "give one of Ed25519 or RSA in PEM"
    )
