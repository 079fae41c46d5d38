"""The keys that sign access tokens: Ed25519, in a file that only the server's user can read."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tradebook.kernel import wire
from tradebook.kernel.messages import Value

RETIRED_MAX = 4
"""Retired keys still verify what they signed; older ones than these have nothing left to verify."""


class _KeyFile(Value, frozen=True, kw_only=True):
    """The file: the raw private key that signs, the raw public keys that signed before, newest first."""

    private: bytes
    retired: tuple[bytes, ...] = ()


class SigningKeys:
    """One key signs; it and its predecessors verify. ``kid`` is the RFC 7638 thumbprint."""

    def __init__(self, path: Path) -> None:
        """Read the file, or make it with a fresh key. Raises OSError; msgspec.DecodeError if damaged."""
        self._path = path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(_KeyFile(private=Ed25519PrivateKey.generate().private_bytes_raw()))
        self._load()

    def rotate(self) -> None:
        """Sign with a fresh key from now on; what the present one signed stays good until it expires."""
        retired = (self.private.public_key().public_bytes_raw(), *self._retired)[:RETIRED_MAX]
        self._write(_KeyFile(private=Ed25519PrivateKey.generate().private_bytes_raw(), retired=retired))
        self._load()

    def refresh(self) -> None:
        """Read the file again if another process rotated the keys."""
        if self._path.stat().st_mtime_ns != self._read_at:
            self._load()

    def jwks(self) -> list[dict[str, str]]:
        """The public keys as JSON Web Keys (RFC 8037), the signing one first."""
        return [
            _jwk(key) | {"kid": kid, "use": "sig", "alg": "EdDSA"} for kid, key in self.public_by_kid.items()
        ]

    def _load(self) -> None:
        self._read_at = self._path.stat().st_mtime_ns
        file = wire.decode(self._path.read_bytes(), _KeyFile)
        self.private = Ed25519PrivateKey.from_private_bytes(file.private)
        self._retired = file.retired
        public = [self.private.public_key(), *map(Ed25519PublicKey.from_public_bytes, file.retired)]
        self.public_by_kid = {thumbprint(key): key for key in public}
        self.kid = thumbprint(self.private.public_key())

    def _write(self, file: _KeyFile) -> None:
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(msgspec.json.format(wire.encode(file)))
            target.flush()
            os.fsync(target.fileno())
        draft.replace(self._path)


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638: SHA-256 over the key's required members in order, base64url without padding."""
    return _base64url(hashlib.sha256(wire.encode(_jwk(key))).digest())


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(key.public_bytes_raw())}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
