"""What identity needs from outside."""

from __future__ import annotations

from typing import Protocol

from tradebook.kernel.ids import PartyId


class PersonalData(Protocol):
    """Seals text under a key per party, so that erasing a person is throwing that key away."""

    async def encrypt(self, party_id: PartyId, text: str) -> str:
        """Ciphertext fit for an event; the party's key is made at first use."""
        ...

    async def decrypt(self, party_id: PartyId, sealed: str) -> str | None:
        """The text, or None once the party's key has been thrown away."""
        ...

    async def erase(self, party_id: PartyId) -> None:
        """Throw the key away: what was encrypted under it is gone for good."""
        ...
