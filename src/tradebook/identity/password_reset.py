"""Changing a password: by its owner, or through a one-time link that an owner or admin hands over."""

from __future__ import annotations

from tradebook.identity.api_keys import require_person
from tradebook.identity.directory import DirectoryStore
from tradebook.identity.events import DirectoryEvent, PasswordChanged, PasswordResetRequested
from tradebook.identity.model import Directory, Member, MemberStatus, check_may_give
from tradebook.identity.passwords import Passwords
from tradebook.identity.ports import PersonalData
from tradebook.identity.principal import Principal
from tradebook.identity.secret_store import LinkPurpose, OneTimeLink, SecretStore
from tradebook.identity.sessions import Sessions
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Conflict
from tradebook.kernel.ids import UserId


class PasswordReset:
    """Every change ends all sessions of the member; the caller starts a new one."""

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

    async def create_link(
        self, principal: Principal, user_id: UserId, *, command_id: str = ""
    ) -> OneTimeLink:
        """A link for a member who lost their password; recorded once per ``command_id``.

        Raises NotFound, Forbidden, Conflict.
        """
        at = self._clock.now()

        def decide(directory: Directory) -> list[DirectoryEvent]:
            member = directory.require_member(user_id)
            if member.user_id != principal.user_id:
                check_may_give(member.role, by=principal.role)
            if member.status is MemberStatus.INVITED:
                raise Conflict("not_joined", "They have not joined yet; invite them again for a new link.")
            return [PasswordResetRequested(at=at, user_id=user_id)]

        async with self._secrets.transaction() as connection:
            link = await self._secrets.add_link(connection, LinkPurpose.RESET, user_id, at=at)
            await self._directory.change(decide, actor=principal.actor, command_id=command_id)
        return link

    async def reset(self, token: str, *, password: str) -> Member:
        """Use a reset link up. Raises Unauthenticated for a bad link, InvalidInput."""
        async with self._secrets.transaction() as connection:
            at = self._clock.now()
            user_id = await self._secrets.take_link(connection, token, LinkPurpose.RESET, at=at)
            member = self._directory.state.require_member(user_id)
            address = await self._personal.decrypt(member.party_id, member.email_sealed)
            if address is not None:
                await self._secrets.reserve_email(connection, user_id, address, at=at)
            hashed = await self._passwords.hash(password)
            await self._secrets.set_password(connection, user_id, hashed, at=at)
            await self._record_change(user_id)
        await self._sessions.end_all(user_id)
        return member

    async def change(self, principal: Principal, *, current: str, new: str) -> Member:
        """Replace the own password. Raises Unauthenticated, RateLimited, Forbidden, InvalidInput."""
        require_person(principal)
        member = self._directory.state.require_member(principal.user_id)
        await self._sessions.check_password(member, current)
        hashed = await self._passwords.hash(new)
        async with self._secrets.transaction() as connection:
            await self._secrets.set_password(connection, member.user_id, hashed, at=self._clock.now())
            await self._record_change(member.user_id)
        await self._sessions.end_all(member.user_id)
        return member

    async def _record_change(self, user_id: UserId) -> None:
        event = PasswordChanged(at=self._clock.now(), user_id=user_id)
        await self._directory.change(lambda _: [event], actor=f"user:{user_id}")
