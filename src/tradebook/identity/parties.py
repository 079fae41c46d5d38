"""Parties: whose accounts they are."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tradebook.identity.directory import DirectoryStore
from tradebook.identity.events import PartyCreated, PartyKind
from tradebook.identity.model import Party
from tradebook.identity.ports import PersonalData
from tradebook.identity.principal import Principal
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import PartyId, derive_id, new_id


class ListedParty(msgspec.Struct, frozen=True, kw_only=True):
    """A party in readable form; no name where it was erased."""

    party: Party
    name: str | None


class Parties:
    """Create and list."""

    def __init__(self, *, clock: Clock, personal: PersonalData, directory: DirectoryStore) -> None:
        self._clock = clock
        self._personal = personal
        self._directory = directory

    async def create(
        self, principal: Principal, *, kind: PartyKind, name: str, command_id: str = ""
    ) -> ListedParty:
        """A household, company or fund, or a person who is no member; once per ``command_id``."""
        party_id = PartyId(derive_id("party", command_id) if command_id else new_id())
        sealed = await self._personal.encrypt(party_id, name)
        created = PartyCreated(at=self._clock.now(), party_id=party_id, kind=kind, name_sealed=sealed)
        await self._directory.change(lambda _: [created], actor=principal.actor, command_id=command_id)
        return ListedParty(party=self._directory.state.parties[party_id], name=name)

    async def list(self, principal: Principal) -> Sequence[ListedParty]:
        """The parties that the caller sees, in the order they came."""
        seen = [p for p in self._directory.state.parties.values() if principal.may_see(p.party_id)]
        return [
            ListedParty(party=p, name=await self._personal.decrypt(p.party_id, p.name_sealed)) for p in seen
        ]
