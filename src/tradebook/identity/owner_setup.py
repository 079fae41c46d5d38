"""The first run: how a book gets its owner, and how an owner who is locked out comes back in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tradebook.identity.directory import DirectoryStore
from tradebook.identity.emails import normalise_email
from tradebook.identity.events import (
    DirectoryEvent,
    OwnerRegistered,
    PartyCreated,
    PartyKind,
    PasswordResetRequested,
)
from tradebook.identity.model import Directory, Member, check_no_owner_yet
from tradebook.identity.passwords import Passwords
from tradebook.identity.ports import PersonalData
from tradebook.identity.secret_store import LinkPurpose, OneTimeLink, SecretStore
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import PartyId, UserId, new_id

ACTOR = "system:owner-setup"


class OwnerSetup:
    """Makes the one owner that every book begins with."""

    def __init__(
        self,
        *,
        clock: Clock,
        secrets: SecretStore,
        passwords: Passwords,
        personal: PersonalData,
        directory: DirectoryStore,
    ) -> None:
        self._clock = clock
        self._secrets = secrets
        self._passwords = passwords
        self._personal = personal
        self._directory = directory
        self._on_owner: Callable[[], Awaitable[None]] | None = None

    def when_registered(self, on_owner: Callable[[], Awaitable[None]]) -> None:
        """Await this once somebody became the owner; it must not raise."""
        self._on_owner = on_owner

    def has_owner(self) -> bool:
        """Whether the book has its owner."""
        return bool(self._directory.state.owners())

    async def owner_link(self) -> OneTimeLink:
        """A one-time link for whoever runs the server; links made earlier stop working.

        Without an owner it sets one up; with one it resets the first owner's password, so that a lost
        link or password never locks anybody out.
        """
        owners = self._directory.state.owners()
        now = self._clock.now()
        async with self._secrets.transaction() as connection:
            if not owners:
                return await self._secrets.add_link(connection, LinkPurpose.SETUP, UserId(new_id()), at=now)
            owner = owners[0].user_id
            link = await self._secrets.add_link(connection, LinkPurpose.RESET, owner, at=now)
            await self._directory.change(
                lambda _: [PasswordResetRequested(at=now, user_id=owner)], actor=ACTOR
            )
        return link

    async def register_with_link(self, token: str, *, email: str, password: str, name: str) -> Member:
        """Use a setup link up. Raises Unauthenticated, InvalidInput, or Conflict when there is an owner."""
        check_no_owner_yet(self._directory.state)
        address = normalise_email(email)
        async with self._secrets.transaction() as connection:
            at = self._clock.now()
            user_id = await self._secrets.take_link(connection, token, LinkPurpose.SETUP, at=at)
            hashed = await self._passwords.hash(password)
            await self._secrets.reserve_email(connection, user_id, address, at=at)
            await self._secrets.set_password(connection, user_id, hashed, at=at)
            await self._register(user_id, address, name)
        if self._on_owner is not None:
            await self._on_owner()
        return self._directory.state.members[user_id]

    async def register_from_settings(self, *, email: str, password: str, name: str) -> None:
        """Make the owner without a person; nothing when there is one. Raises InvalidInput."""
        if self.has_owner():
            return
        address, hashed = normalise_email(email), await self._passwords.hash(password)
        user_id, at = UserId(new_id()), self._clock.now()
        async with self._secrets.transaction() as connection:
            await self._secrets.reserve_email(connection, user_id, address, at=at)
            await self._secrets.set_password(connection, user_id, hashed, at=at)
            await self._register(user_id, address, name)

    async def _register(self, user_id: UserId, address: str, name: str) -> None:
        party_id = PartyId(new_id())
        email_sealed = await self._personal.encrypt(party_id, address)
        name_sealed = await self._personal.encrypt(party_id, name)
        at = self._clock.now()

        def decide(directory: Directory) -> list[DirectoryEvent]:
            check_no_owner_yet(directory)
            return [
                OwnerRegistered(
                    at=at,
                    user_id=user_id,
                    party_id=party_id,
                    email_sealed=email_sealed,
                    name_sealed=name_sealed,
                ),
                PartyCreated(at=at, party_id=party_id, kind=PartyKind.PERSON, name_sealed=name_sealed),
            ]

        await self._directory.change(decide, actor=ACTOR)
