"""Passwords: which are good enough, and their argon2id hashes."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tradebook.kernel.errors import InvalidInput, Unavailable

LENGTH_MIN = 12
LENGTH_MAX = 1024
HASHES_AT_ONCE_MAX = 2
"""Each takes 64 MiB and a core while it runs."""
WAIT_S_MAX = 10.0

COMMON = frozenset(
    {
        *("password", "passwort", "motdepasse", "contrasena", "secret", "letmein", "changeme", "default"),
        *("qwerty", "qwertyuiop", "qwertyuiopasdf", "qwertzuiop", "azertyuiop", "asdfghjkl", "abcdefghijkl"),
        *("admin", "administrator", "welcome", "iloveyou", "trustno", "whatever", "sunshine", "princess"),
        *("monkey", "dragon", "football", "baseball", "superman", "starwars", "thequickbrownfox"),
        *("tradebook", "trader", "trading", "bitcoin", "ethereum", "crypto", "money"),
    }
)
"""Words that guessing starts with; nobody is safer for a ``123!`` behind one of them."""

RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)


def check_password(password: str) -> None:
    """Raises InvalidInput when a password is too short, too long or among the first to be guessed."""
    if len(password) < LENGTH_MIN:
        raise InvalidInput("password", f"shorter than {LENGTH_MIN} characters", "take a few random words")
    if len(password) > LENGTH_MAX:
        raise InvalidInput("password", f"longer than {LENGTH_MAX} characters", "take a shorter one")
    if _is_common(password.lower()):
        raise InvalidInput("password", "too easy to guess", "take a few random words")


def _is_common(lowered: str) -> bool:
    if len(set(lowered)) < 5:
        return True
    if any(lowered in run or lowered in run[::-1] for run in RUNS):
        return True
    spelled = lowered.translate(str.maketrans("0134@5$7", "oieaasst"))
    candidates = {re.sub(r"[\W\d_]+", "", text) for text in (lowered, spelled)}
    return any(_unit(candidate) in COMMON for candidate in candidates)


def _unit(text: str) -> str:
    """The shortest piece that ``text`` repeats."""
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text:
            return text[:size]
    return text


class Passwords:
    """Hashes and verifies in threads, so that the event loop never waits for argon2."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._dummy = self._hasher.hash(secrets.token_hex(16))
        self._turns = asyncio.Semaphore(HASHES_AT_ONCE_MAX)

    async def hash(self, password: str) -> str:
        """The argon2id hash of a new password. Raises InvalidInput when it is too weak, Unavailable."""
        check_password(password)
        async with self.turn():
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; to be asked within a ``turn``.

        Takes equally long where there is no hash, so that time tells nothing.
        """
        if len(password) > LENGTH_MAX:
            return False
        matches = await asyncio.to_thread(self._matches, password, hashed or self._dummy)
        return matches and hashed is not None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One of the few hashings at a time. Raises Unavailable when too many wait."""
        try:
            await asyncio.wait_for(self._turns.acquire(), WAIT_S_MAX)
        except TimeoutError:
            raise Unavailable("busy", "Too many people are signing in; try again.") from None
        try:
            yield
        finally:
            self._turns.release()

    def _matches(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
