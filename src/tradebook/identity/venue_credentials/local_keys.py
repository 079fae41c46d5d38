"""Key-encryption keys at hand: in a file of ours, or in an environment variable."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradebook.identity.venue_credentials.keys import Binding, DataKey, WrappedKey, unreadable
from tradebook.infra.data_directory import write_atomically
from tradebook.kernel import wire
from tradebook.kernel.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
FILE_BYTES_MAX = 64 * 1024
OTHERS = stat.S_IRWXG | stat.S_IRWXO

Asked = Callable[[], Awaitable[bool]]


class _Key:
    """One AES-256 key. Its id is a function of it: the same key is the same wherever it lies."""

    __slots__ = ("_cipher", "id")

    def __init__(self, raw: bytes) -> None:
        self._cipher = AESGCM(raw)
        self.id = f"aes:{hashlib.sha256(b'tradebook key-encryption key' + raw).hexdigest()[:16]}"

    def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, data_key.reveal(), wire.encode(dict(binding)))
        return WrappedKey(key_id=self.id, ciphertext=nonce + sealed)

    def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        nonce, sealed = wrapped.ciphertext[:NONCE_BYTES], wrapped.ciphertext[NONCE_BYTES:]
        with suppress(InvalidTag, ValueError):
            return DataKey(self._cipher.decrypt(nonce, sealed, wire.encode(dict(binding))))
        raise unreadable()


class LocalKeys(ABC):
    """AES-256-GCM under keys that are read anew each time, the current one first."""

    def knows(self, key_id: str) -> bool:
        """Whether it is among them."""
        return any(key.id == key_id for key in self._read())

    async def current_key_id(self) -> str:
        """The first one's."""
        return self._first().id

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """Under the first one."""
        return self._first().wrap(data_key, binding)

    async def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        """Under the one of its id."""
        for key in self._read():
            if key.id == wrapped.key_id:
                return key.unwrap(wrapped, binding)
        raise unreadable()

    def _first(self) -> _Key:
        keys = self._read()
        if not keys:
            raise self._missing()
        return keys[0]

    @abstractmethod
    def _read(self) -> list[_Key]:
        """All keys; none where the place is empty. Raises Unavailable."""

    @abstractmethod
    def _missing(self) -> Unavailable:
        """What is said where there is none."""


class EnvironmentKeys(LocalKeys):
    """Keys in base 64 in a variable; where there are several, spaces stand between them."""

    def __init__(self, name: str, environment: Mapping[str, str] = os.environ) -> None:
        self._name = name
        self._environment = environment

    async def begin_rotation(self) -> None:
        """Nothing: whoever sets the variable puts a new key first."""

    async def end_rotation(self) -> None:
        """Nothing: whoever sets the variable takes older keys away."""

    def _read(self) -> list[_Key]:
        return _keys_in(self._environment.get(self._name, ""), f"The environment variable {self._name}")

    def _missing(self) -> Unavailable:
        return Unavailable(
            "credentials_key_missing",
            f"The environment variable {self._name} that is to hold the key of credentials is not set.",
        )


class FileKeys(LocalKeys):
    """Keys in base 64, one a line, in a file that nobody but its owner may read."""

    def __init__(self, path: Path, *, made_when: Asked | None = None) -> None:
        """A file that is not there is made when it is first needed, if ``made_when`` says yes then."""
        self._path = path
        self._made_when = made_when

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """Under the first key, which is made where there may be none yet."""
        await self._ensure_first()
        return await super().wrap(data_key, binding)

    async def begin_rotation(self) -> None:
        """Put a fresh key first. More than one means that a rotation was interrupted: it goes on."""
        await self._ensure_first()
        lines = self._lines()
        if len(lines) == 1:
            self._write([_fresh(), *lines])

    async def end_rotation(self) -> None:
        """Keep the first alone."""
        self._write(self._lines()[:1])

    async def _ensure_first(self) -> None:
        if self._made_when is None or self._lines() or not await self._made_when():
            return
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            write_atomically(self._path, f"{_fresh()}\n".encode(), mode=0o600, replace=False)
        except OSError as error:
            raise self._unwritable(error) from None

    def _read(self) -> list[_Key]:
        return _keys_in(self._text(), str(self._path))

    def _lines(self) -> list[str]:
        return self._text().split()

    def _text(self) -> str:
        """What is in it, read from the very file whose mode was looked at. Raises Unavailable."""
        try:
            with self._path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                if mode & OTHERS:
                    raise self._exposed(mode)
                return file.read(FILE_BYTES_MAX).decode("ascii", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise Unavailable(
                "credentials_key_unreadable",
                f"The key file {self._path} cannot be read ({error.strerror}).",
            ) from None

    def _write(self, lines: list[str]) -> None:
        if not lines:
            return
        try:
            write_atomically(self._path, "".join(f"{line}\n" for line in lines).encode(), mode=0o600)
        except OSError as error:
            raise self._unwritable(error) from None

    def _exposed(self, mode: int) -> Unavailable:
        return Unavailable(
            "credentials_key_exposed",
            f"The key file {self._path} is open to others (mode {mode:04o}): chmod 600 it, and if somebody "
            "may have read it, run `tradebook credentials rotate-key`.",
            {"mode": f"{mode:04o}"},
        )

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable(
            "credentials_key_unwritable", f"The key file {self._path} cannot be written ({error.strerror})."
        )

    def _missing(self) -> Unavailable:
        return Unavailable(
            "credentials_key_missing",
            f"The key file {self._path} is not there. Put it back from where you keep it; for a first one: "
            f"head -c 32 /dev/urandom | base64 > {self._path}; chmod 600 {self._path}",
        )


def _fresh() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _keys_in(text: str, place: str) -> list[_Key]:
    """The keys that stand in the text. Raises Unavailable without a word of what stands there."""
    keys = [_key_of(word) for word in text.split()]
    found = [key for key in keys if key is not None]
    if len(found) < len(keys):
        raise Unavailable(
            "credentials_key_malformed", f"{place} holds something that is not 32 bytes in base 64."
        )
    return found


def _key_of(word: str) -> _Key | None:
    try:
        raw = base64.b64decode(word, validate=True)
    except ValueError:
        return None
    return _Key(raw) if len(raw) == KEY_BYTES else None
