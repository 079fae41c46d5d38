"""Keys that encrypt keys: the one port, and how an older and a newer place of them are used together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol

from tradebook.kernel.errors import Refused, Unavailable
from tradebook.kernel.messages import Value

DATA_KEY_BYTES = 32

Binding = Mapping[str, str]
"""What a ciphertext belongs to; it opens for nothing else."""


class DataKey:
    """A key that seals one credential; it does not show itself."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @classmethod
    def fresh(cls) -> DataKey:
        """256 bits of chance."""
        return cls(os.urandom(DATA_KEY_BYTES))

    def reveal(self) -> bytes:
        """The key itself."""
        return self._raw

    def __repr__(self) -> str:
        return "DataKey(***)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("keys are neither pickled nor copied")


class WrappedKey(Value, frozen=True, kw_only=True):
    """A data key as it is stored, and under which key-encryption key it is."""

    key_id: str
    ciphertext: bytes


class KeyEncryption(Protocol):
    """Wraps data keys under a key-encryption key that lies outside the database and its backups.

    Where that cannot be reached, or is not as it has to be, methods raise Unavailable; for a ciphertext that
    does not open under its key and binding, Refused (``credential_unreadable``).
    """

    def knows(self, key_id: str) -> bool:
        """Whether this is where the key of that id is to be found."""
        ...

    async def current_key_id(self) -> str:
        """Under which key ``wrap`` wraps now: id and version in one."""
        ...

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """Encrypt a data key under the current key."""
        ...

    async def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        """The data key again, under whichever known key it is."""
        ...

    async def begin_rotation(self) -> None:
        """Make another key the current one, where we make keys; one that is unfinished goes on."""
        ...

    async def end_rotation(self) -> None:
        """Forget the keys before the current one, where we keep keys: nothing is wrapped under them."""
        ...


class Keyring:
    """Wraps by the present place of keys, and unwraps by the present and earlier ones."""

    def __init__(self, current: KeyEncryption, before: Sequence[KeyEncryption] = ()) -> None:
        self._current = current
        self._all = (current, *before)

    def knows(self, key_id: str) -> bool:
        """Whether any of them does."""
        return any(each.knows(key_id) for each in self._all)

    async def current_key_id(self) -> str:
        """That of the present place."""
        return await self._current.current_key_id()

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """By the present place."""
        return await self._current.wrap(data_key, binding)

    async def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        """By the first that knows the key. Raises Unavailable where none does."""
        for each in self._all:
            if each.knows(wrapped.key_id):
                return await each.unwrap(wrapped, binding)
        raise Unavailable(
            "credentials_key_missing",
            f"The key {wrapped.key_id} that credentials are sealed under is not here: put it back where "
            "TRADEBOOK_CREDENTIALS_KEK says, or name its place in TRADEBOOK_CREDENTIALS_KEK_BEFORE.",
            {"key_id": wrapped.key_id},
        )

    async def begin_rotation(self) -> None:
        """At the present place."""
        await self._current.begin_rotation()

    async def end_rotation(self) -> None:
        """At the present place: an earlier one is the operator's to clear."""
        await self._current.end_rotation()


def unreadable() -> Refused:
    """What is said of a ciphertext that does not open."""
    return Refused(
        "credential_unreadable",
        "The stored credential does not open: it was altered, belongs elsewhere, or its key is another. "
        "Connect the account again.",
    )
