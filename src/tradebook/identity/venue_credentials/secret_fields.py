"""What a venue knows an account by, wrapped so that it shows nowhere by accident."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NoReturn

import msgspec

from tradebook.kernel import wire
from tradebook.kernel.errors import InvalidInput

FIELDS_MAX = 16
LENGTH_MAX = 8192
"""Characters of a value: an RSA key of 4,096 bits in PEM has 3,300."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MASK = "***"
MASKED_FROM = 4
"""Characters: shorter values are in every other sentence, and are no secrets."""
PUBLIC_NAMES = ("api_key", "wallet_address", "uid", "login")
"""Fields that say which key it is, and open nothing alone; the first that is there makes the hint."""
WHOSE_NAMES = (*PUBLIC_NAMES, "vault_address")
"""Fields that say together which account of the venue it is of."""


class SecretFields:
    """A few named texts: ``api_key``, ``secret``, ``passphrase``, ``wallet_address``, ``agent_key``, ….

    It shows its names and no value in ``repr``, ``format`` and tracebacks; it is no mapping, cannot be
    pickled or copied, and msgspec does not encode it. Whoever needs a value asks for it by name.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        """White space around values is dropped: it comes along when a key is pasted. Raises InvalidInput."""
        self._values = {name: value.strip() for name, value in values.items()}
        del values  # a crash dump of what follows shows nothing
        if not 0 < len(self._values) <= FIELDS_MAX:
            raise InvalidInput("secrets", f"has {len(self._values)} fields", f"send 1 to {FIELDS_MAX}")
        for name in self._values:
            if not NAME.fullmatch(name):  # which name is not said: it may be a value in the wrong place
                raise InvalidInput("secrets", "a field has an unfit name", "use names such as api_key")
            if not 0 < len(self._values[name]) <= LENGTH_MAX:
                raise InvalidInput(f"secrets.{name}", "is empty or too long", "copy it from the venue again")

    @property
    def names(self) -> Collection[str]:
        """Which fields there are."""
        return self._values.keys()

    def reveal(self, name: str) -> str:
        """The value of a field. Raises InvalidInput where it is missing."""
        if name not in self._values:
            raise InvalidInput(f"secrets.{name}", "is missing", "send it as the venue shows it")
        return self._values[name]

    def hint(self) -> str:
        """Enough of the public part to tell two keys apart: ``vmPU…x5Jr``; empty where nothing is public."""
        public = next((self._values[name] for name in PUBLIC_NAMES if name in self._values), "")
        shown = 4 if len(public) >= 16 else 2 if len(public) >= 8 else 0
        return f"{public[:shown]}…{public[-shown:]}" if shown else ""

    def is_of_same_account(self, other: SecretFields) -> bool:
        """Whether both have the same key, or are of the same wallet; False where nothing is public."""
        whose, others = (
            {name: fields._values[name].lower() for name in WHOSE_NAMES if name in fields._values}
            for fields in (self, other)
        )
        return bool(whose) and whose == others

    def mask(self, text: str) -> str:
        """The text without any value that it repeats, as a venue's complaint may."""
        for value in sorted(self._values.values(), key=len, reverse=True):
            if len(value) >= MASKED_FROM:
                text = text.replace(value, MASK)
        return text

    def to_bytes(self) -> bytes:
        """What is sealed: canonical JSON."""
        return wire.encode(self._values)

    @classmethod
    def of_bytes(cls, data: bytes) -> SecretFields:
        """Read back what was sealed. Raises ValueError, without a word of what it is."""
        try:
            values = wire.decode(data, dict[str, str])
        except msgspec.MsgspecError:
            values = None
        if values is None:
            raise ValueError("these are no secret fields")
        return cls(values)

    def __repr__(self) -> str:
        return f"SecretFields({', '.join(f'{name}={MASK}' for name in self._values)})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("secrets are neither pickled nor copied")
