"""The key that signs checkpoints: Ed25519, in a file of its own that only its owner can read."""

from __future__ import annotations

import base64
import os
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class VerifyingKey:
    """The public half, which anyone may hold."""

    def __init__(self, public_key: Ed25519PublicKey) -> None:
        self._public_key = public_key
        self.raw = public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read a PEM public key. Raises ValueError."""
        key = serialization.load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")  # noqa: TRY004 - the text is wrong, not the call
        return cls(key)

    @property
    def key_id(self) -> str:
        """Names the key in a checkpoint: the first 16 hexadecimal digits of its SHA-256."""
        return sha256(self.raw).hexdigest()[:16]

    @property
    def pem(self) -> bytes:
        """The key as a file."""
        return self._public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def signed(self, text: str, signature: str) -> bool:
        """Whether the signature (base64) is this key's, of exactly this text."""
        try:
            self._public_key.verify(base64.b64decode(signature, validate=True), text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private half."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.public = VerifyingKey(private_key.public_key())

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the key file, or make one that only its owner can read. Raises ValueError, OSError."""
        if path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(key, Ed25519PrivateKey):
                raise ValueError(f"{path} is not an Ed25519 key")
            return cls(key)
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        return cls(key)

    def sign(self, text: str) -> str:
        """The signature of a text, in base64."""
        return base64.b64encode(self._private_key.sign(text.encode())).decode()
