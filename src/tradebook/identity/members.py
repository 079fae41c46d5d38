"""Members: inviting, joining, roles, parties they see, removal."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tradebook.identity.directory import DirectoryStore
from tradebook.identity.emails import normalise_email
from tradebook.identity.events import DirectoryEvent, MemberInvited, MemberJoined, PartyCreated, PartyKind
from tradebook.identity.model import (
    Directory,
    Member,
    MemberStatus,
    change_role,
    check_may_give,
    check_parties_exist,
    erase_personal_data,
    grant_parties,
    remove_member,
)
from tradebook.identity.passwords import Passwords
from tradebook.identity.ports import PersonalData
from tradebook.identity.principal import Principal, Role
from tradebook.identity.secret_store import LinkPurpose, OneTimeLink, SecretStore
from tradebook.identity.sessions import Sessions
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Conflict
from tradebook.kernel.ids import PartyId, UserId, derive_id, new_id


class ListedMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member in readable form. None stands for what was erased or is not known yet."""

    member: Member
    email: str | None
    name: str | None


class Members:
    """Who takes part, as what."""

    def __init__(
        self,
        *,
        clock: Clock,
        secrets: SecretStore,
        passwords: Passwords,
        personal: PersonalData,
        directory: DirectoryStore,
        sessions: Sessions,
    ) -> None:
        self._clock = clock
        self._secrets = secrets
        self._passwords = passwords
        self._personal = personal
        self._directory = directory
        self._sessions = sessions

    async def list(self) -> Sequence[ListedMember]:
        """Everybody who is invited or active, in the order they came."""
        present = [m for m in self._directory.state.members.values() if m.status is not MemberStatus.REMOVED]
        return [await self._readable(member) for member in present]

    async def get(self, user_id: UserId) -> ListedMember:
        """One member. Raises NotFound."""
        return await self._readable(self._directory.state.require_member(user_id))

    async def invite(
        self,
        principal: Principal,
        *,
        email: str,
        role: Role,
        parties: Sequence[PartyId],
        command_id: str = "",
    ) -> OneTimeLink:
        """A link through which the person with this address can join.

        Inviting somebody who has not joined yet makes them a new link, with what is asked for now; the same
        ``command_id`` invites once, and makes a new link.
        Raises InvalidInput, Forbidden, or Conflict when they are a member already.
        """
        address = normalise_email(email)
        check_may_give(role, by=principal.role)
        wanted = tuple(sorted(set(parties)))
        check_parties_exist(self._directory.state, wanted)
        at = self._clock.now()
        user_id = UserId(derive_id("member", command_id) if command_id else new_id())
        party_id = PartyId(derive_id("person", command_id) if command_id else new_id())
        invited = MemberInvited(
            at=at,
            user_id=user_id,
            party_id=party_id,
            email_sealed=await self._personal.encrypt(party_id, address),
            role=role,
            parties=wanted,
        )
        found = await self._secrets.find(address)
        former_id = found[0] if found else user_id

        def decide(directory: Directory) -> list[DirectoryEvent]:
            former = directory.members.get(former_id)
            if former is None or former.status is MemberStatus.REMOVED:
                return [invited]
            if former.status is MemberStatus.ACTIVE:
                raise Conflict("email_taken", "Somebody with this email address is a member already.")
            return [*remove_member(directory, former_id, by=principal.role, at=at), invited]

        async with self._secrets.transaction() as connection:
            await self._secrets.drop(connection, former_id)
            await self._secrets.reserve_email(connection, user_id, address, at=at)
            link = await self._secrets.add_link(connection, LinkPurpose.JOIN, user_id, at=at)
            await self._directory.change(decide, actor=principal.actor, command_id=command_id)
        return link

    async def join(self, token: str, *, password: str, name: str) -> Member:
        """Use an invitation up. Raises Unauthenticated for a bad link, InvalidInput."""
        async with self._secrets.transaction() as connection:
            at = self._clock.now()
            user_id = await self._secrets.take_link(connection, token, LinkPurpose.JOIN, at=at)
            hashed = await self._passwords.hash(password)
            await self._secrets.set_password(connection, user_id, hashed, at=at)
            party_id = self._directory.state.require_member(user_id).party_id
            name_sealed = await self._personal.encrypt(party_id, name)

            def decide(directory: Directory) -> list[DirectoryEvent]:
                if directory.require_member(user_id).status is MemberStatus.ACTIVE:
                    raise Conflict("already_joined", "This invitation was accepted already; sign in.")
                return [
                    MemberJoined(at=at, user_id=user_id, name_sealed=name_sealed),
                    PartyCreated(at=at, party_id=party_id, kind=PartyKind.PERSON, name_sealed=name_sealed),
                ]

            await self._directory.change(decide, actor=f"user:{user_id}")
        return self._directory.state.members[user_id]

    async def change(
        self, principal: Principal, user_id: UserId, *, role: Role | None, parties: Sequence[PartyId] | None
    ) -> ListedMember:
        """Give another role, other parties, or both; it counts from the next request on.

        Raises NotFound, Forbidden, InvalidInput, or Refused when nobody would be left as owner.
        """
        at = self._clock.now()

        def decide(directory: Directory) -> list[DirectoryEvent]:
            events: list[DirectoryEvent] = []
            if role is not None:
                events += change_role(directory, user_id, role, by=principal.role, at=at)
            if parties is not None:
                events += grant_parties(directory, user_id, parties, by=principal.role, at=at)
            return events

        await self._directory.change(decide, actor=principal.actor)
        return await self.get(user_id)

    async def remove(self, principal: Principal, user_id: UserId) -> None:
        """End a membership with its sessions, keys and links, at once. Raises as ``change`` does."""
        at = self._clock.now()
        async with self._secrets.transaction() as connection:
            await self._secrets.drop(connection, user_id)
            await self._directory.change(
                lambda directory: remove_member(directory, user_id, by=principal.role, at=at),
                actor=principal.actor,
            )
        await self._sessions.end_all(user_id)

    async def erase(self, principal: Principal, user_id: UserId) -> None:
        """Make the name and address of somebody who left unreadable for ever, here and in the journal.

        Backups made before still hold the key. Raises NotFound, Forbidden, or Conflict for a member.
        """
        at = self._clock.now()
        await self._directory.change(
            lambda directory: erase_personal_data(directory, user_id, by=principal.role, at=at),
            actor=principal.actor,
        )
        await self._personal.erase(self._directory.state.members[user_id].party_id)

    async def _readable(self, member: Member) -> ListedMember:
        return ListedMember(
            member=member,
            email=await self._personal.decrypt(member.party_id, member.email_sealed),
            name=await self._personal.decrypt(member.party_id, member.name_sealed)
            if member.name_sealed
            else None,
        )
