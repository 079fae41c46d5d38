"""The directory: who is in this book, as folded from its stream, and the rules that guard it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec.structs import replace

from tradebook.identity.events import (
    ApiKeyCreated,
    ApiKeyRevoked,
    DirectoryEvent,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    OwnerRegistered,
    PartiesGranted,
    PartyCreated,
    PartyKind,
    PasswordChanged,
    PasswordResetRequested,
    PersonalDataErased,
    RoleChanged,
)
from tradebook.identity.principal import SEES_ALL_PARTIES, Role
from tradebook.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused
from tradebook.kernel.ids import PartyId, UserId
from tradebook.kernel.messages import Value

GUARDED_ROLES = frozenset({Role.OWNER, Role.ADMIN})
"""Only an owner gives, changes or takes these."""


class MemberStatus(StrEnum):
    """Where a member stands."""

    INVITED = "invited"
    ACTIVE = "active"
    REMOVED = "removed"


class Member(Value, frozen=True, kw_only=True):
    """A person of this book."""

    user_id: UserId
    party_id: PartyId
    """Their person party; the key of their personal data."""
    role: Role
    status: MemberStatus
    email_sealed: str
    name_sealed: str = ""
    granted: tuple[PartyId, ...] = ()
    since: datetime

    @property
    def parties(self) -> frozenset[PartyId] | None:
        """Whose accounts they see; None means everybody's."""
        return None if self.role in SEES_ALL_PARTIES else frozenset({self.party_id, *self.granted})


class Party(Value, frozen=True, kw_only=True):
    """Whose accounts they are: a person, a household, a company, a fund."""

    party_id: PartyId
    kind: PartyKind
    name_sealed: str
    since: datetime


class ApiKey(Value, frozen=True, kw_only=True):
    """A key a member made for a program."""

    created: ApiKeyCreated
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        expires_at = self.created.expires_at
        return self.revoked_at is None and (expires_at is None or now < expires_at)


@dataclass(slots=True)
class Directory:
    """The folded state. ``version`` is that of the last event seen."""

    version: int = 0
    members: dict[UserId, Member] = field(default_factory=dict)
    parties: dict[PartyId, Party] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)

    def owners(self) -> list[Member]:
        """Active owners, the first one first."""
        return [m for m in self.members.values() if m.role is Role.OWNER and m.status is MemberStatus.ACTIVE]

    def active_member(self, user_id: UserId) -> Member | None:
        """The member, if they are one today."""
        member = self.members.get(user_id)
        return member if member is not None and member.status is MemberStatus.ACTIVE else None

    def require_member(self, user_id: UserId) -> Member:
        """The member, invited or active; raises NotFound."""
        member = self.members.get(user_id)
        if member is None or member.status is MemberStatus.REMOVED:
            raise NotFound("member", user_id)
        return member


def evolve(directory: Directory, event: DirectoryEvent) -> Directory:
    """Fold one fact; takes ownership of ``directory``."""
    match event:
        case OwnerRegistered() | MemberInvited():
            directory.members[event.user_id] = _newcomer(event)
        case MemberJoined():
            _amend(directory, event.user_id, status=MemberStatus.ACTIVE, name_sealed=event.name_sealed)
        case RoleChanged():
            _amend(directory, event.user_id, role=event.role)
        case PartiesGranted():
            _amend(directory, event.user_id, granted=event.parties)
        case MemberRemoved():
            _amend(directory, event.user_id, status=MemberStatus.REMOVED)
        case PartyCreated():
            directory.parties[event.party_id] = Party(
                party_id=event.party_id, kind=event.kind, name_sealed=event.name_sealed, since=event.at
            )
        case ApiKeyCreated():
            directory.keys[event.key_id] = ApiKey(created=event)
        case ApiKeyRevoked():
            directory.keys[event.key_id] = replace(directory.keys[event.key_id], revoked_at=event.at)
        case PasswordResetRequested() | PasswordChanged() | PersonalDataErased():
            pass
        case _:
            assert_never(event)
    directory.version += 1
    return directory


def _newcomer(event: OwnerRegistered | MemberInvited) -> Member:
    if isinstance(event, OwnerRegistered):
        role, status = Role.OWNER, MemberStatus.ACTIVE
    else:
        role, status = event.role, MemberStatus.INVITED
    return Member(
        user_id=event.user_id,
        party_id=event.party_id,
        role=role,
        status=status,
        email_sealed=event.email_sealed,
        name_sealed=event.name_sealed if isinstance(event, OwnerRegistered) else "",
        granted=() if isinstance(event, OwnerRegistered) else event.parties,
        since=event.at,
    )


def _amend(directory: Directory, user_id: UserId, **changes: object) -> None:
    directory.members[user_id] = replace(directory.members[user_id], **changes)


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────


def check_no_owner_yet(directory: Directory) -> None:
    """Raises Conflict when the book has its owner."""
    if directory.owners():
        raise Conflict("owner_exists", "This book has an owner; sign in, or ask them for an invitation.")


def check_may_give(role: Role, *, by: Role) -> None:
    """Raises Forbidden when ``by`` may not make somebody a ``role``, or deal with one."""
    if role in GUARDED_ROLES and by is not Role.OWNER:
        raise Forbidden(
            "forbidden", f"Only an owner may do this to or with the role {role.value}.", {"role": role.value}
        )


def check_parties_exist(directory: Directory, parties: Iterable[PartyId]) -> None:
    """Raises InvalidInput naming a party that does not exist."""
    for party_id in parties:
        if party_id not in directory.parties:
            raise InvalidInput("parties", f"there is no party {party_id[:64]!r}", "take ids from /v1/parties")


def change_role(
    directory: Directory, user_id: UserId, role: Role, *, by: Role, at: datetime
) -> list[DirectoryEvent]:
    """Give a member another role; nothing when it is the one they have.

    Raises NotFound, Forbidden, or Refused when the book would be left without an owner.
    """
    member = directory.require_member(user_id)
    check_may_give(member.role, by=by)
    check_may_give(role, by=by)
    if role is member.role:
        return []
    _keep_an_owner(directory, member)
    return [RoleChanged(at=at, user_id=user_id, role=role, previous=member.role)]


def grant_parties(
    directory: Directory, user_id: UserId, parties: Iterable[PartyId], *, by: Role, at: datetime
) -> list[DirectoryEvent]:
    """Replace the parties granted to a member. Raises NotFound, Forbidden, InvalidInput."""
    member = directory.require_member(user_id)
    check_may_give(member.role, by=by)
    wanted = tuple(sorted(set(parties)))
    check_parties_exist(directory, wanted)
    if wanted == member.granted:
        return []
    return [PartiesGranted(at=at, user_id=user_id, parties=wanted)]


def remove_member(directory: Directory, user_id: UserId, *, by: Role, at: datetime) -> list[DirectoryEvent]:
    """End a membership, and the member's keys with it. Raises NotFound, Forbidden, Refused."""
    member = directory.require_member(user_id)
    check_may_give(member.role, by=by)
    _keep_an_owner(directory, member)
    keys = [
        ApiKeyRevoked(at=at, key_id=key.created.key_id, user_id=user_id)
        for key in directory.keys.values()
        if key.created.user_id == user_id and key.revoked_at is None
    ]
    return [*keys, MemberRemoved(at=at, user_id=user_id)]


def erase_personal_data(
    directory: Directory, user_id: UserId, *, by: Role, at: datetime
) -> list[DirectoryEvent]:
    """Give up what is known of somebody who left. Raises NotFound, Forbidden, or Conflict for a member."""
    member = directory.members.get(user_id)
    if member is None:
        raise NotFound("member", user_id)
    check_may_give(member.role, by=by)
    if member.status is not MemberStatus.REMOVED:
        raise Conflict("still_member", "They are a member still; remove them first.")
    return [PersonalDataErased(at=at, user_id=user_id, party_id=member.party_id)]


def _keep_an_owner(directory: Directory, leaving: Member) -> None:
    if [owner.user_id for owner in directory.owners()] == [leaving.user_id]:
        raise Refused("last_owner", "A book needs an owner; make somebody else one first.")
