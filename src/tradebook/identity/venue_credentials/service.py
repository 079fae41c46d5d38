"""Connecting accounts to their venues, and handing what was sealed to those who sign with it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import structlog

from tradebook.identity.principal import Principal, Role
from tradebook.identity.venue_credentials.envelope import Label, seal, unseal
from tradebook.identity.venue_credentials.events import CredentialEvent, credential_stream
from tradebook.identity.venue_credentials.keys import KeyEncryption
from tradebook.identity.venue_credentials.model import (
    Connection,
    VenueCredential,
    connecting,
    fold,
    removing,
)
from tradebook.identity.venue_credentials.permissions import (
    KeyPermissions,
    PermissionCheck,
    require_harmless,
)
from tradebook.identity.venue_credentials.register import Register
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    TradebookError,
    Unavailable,
)
from tradebook.kernel.ids import AccountId, derive_id, new_id

CHECK_S_MAX = 15.0
STATEMENT_LENGTH_MIN = 20
STATEMENT_LENGTH_MAX = 500

VenueOfAccount = Callable[[Principal, AccountId], Awaitable[str]]
"""At which venue an account trades. Raises NotFound for one that the caller may not see."""

OnChange = Callable[["VenueCredentials", AccountId], Awaitable[None]]
"""Follows what became of an account's credential."""

log = structlog.get_logger(__name__)


class VenueCredentials:
    """One credential an account. Who may, is decided at the door."""

    def __init__(
        self,
        *,
        journal: Journal,
        store: CredentialStore,
        keys: KeyEncryption,
        clock: Clock,
        permission_checks: Mapping[str, PermissionCheck],
        venue_of: VenueOfAccount,
        on_change: OnChange | None = None,
    ) -> None:
        """``permission_checks`` has every venue that can be connected, by its name; ``on_change`` is called
        once an account's credential is kept, replaced or destroyed.
        """
        self.register = Register(journal, store)
        self._journal = journal
        self._store = store
        self._keys = keys
        self._clock = clock
        self._checks = permission_checks
        self.venue_of = venue_of
        self._on_change = on_change
        self._one_connects = asyncio.Lock()
        """That no two accounts get one key at the same time."""

    @property
    def connectable(self) -> Collection[str]:
        """The venues at which accounts can be connected."""
        return self._checks.keys()

    async def connect(
        self,
        principal: Principal,
        account_id: AccountId,
        venue: str,
        secrets: SecretFields,
        *,
        confirmed_by_owner: str | None = None,
        command_id: str = "",
    ) -> VenueCredential:
        """Keep the credential as the account's, in place of the one it had; once per ``command_id``.

        The venue is asked first what the key may do, and nothing is kept of one that is refused. Raises
        Refused for a venue that cannot be connected and for a key that can withdraw, cannot read, or of which
        nobody says that it cannot withdraw; what the venue's check raises; Forbidden when somebody else than
        an owner confirms; InvalidInput; Conflict when somebody else was faster, and for a key that another
        account has, or that is of the same account at the venue as another's; Unavailable without the venue,
        the key-encryption key or the journal.
        """
        if venue not in self._checks:
            raise Refused(
                "venue_not_connectable", f"Accounts at {venue} cannot be connected yet.", {"venue": venue}
            )
        statement = _statement(confirmed_by_owner, secrets)
        permissions = await self._permissions(venue, secrets)
        require_harmless(venue, permissions, statement)
        if permissions.can_withdraw is None and principal.role is not Role.OWNER:
            raise Forbidden("forbidden", "Only an owner can confirm what a key may do.")
        new = VenueCredential(
            credential_id=derive_id("venue-credential", command_id) if command_id else new_id(),
            account_id=account_id,
            venue=venue,
            hint=secrets.hint(),
            permissions=permissions,
            confirmation=statement or "" if permissions.can_withdraw is None else "",
            since=self._clock.now(),
            user_id=principal.user_id,
        )
        label = Label(credential_id=new.credential_id, account_id=account_id, venue=venue)
        async with self._one_connects:
            await self._require_unused(new, secrets)
            async with self._store.transaction() as connection:
                held = await self.register.load(account_id)
                await self._store.put(connection, await seal(secrets, label, self._keys), at=new.since)
                events = connecting(held.credential, new)
                await self._append(principal, account_id, held, events, command_id)
        await self._tell(account_id)
        return fold(held, events).credential or new

    async def open_for(self, account_id: AccountId) -> SecretFields:
        """The account's secrets, for the maker of its venue's signer and nobody else: not to be kept.

        Raises NotFound where it has none, Conflict where its secret was lost, Refused where it does not open,
        Unavailable without the key-encryption key.
        """
        credential = await self.register.get(account_id)
        sealed = await self._store.find(credential.credential_id)
        if sealed is None:
            raise Conflict(
                "credential_lost",
                "The account was connected and what was sealed is not there: connect it again.",
                {"credential_id": credential.credential_id},
            )
        return await unseal(sealed, self._keys)

    async def disconnect(self, principal: Principal, account_id: AccountId) -> None:
        """Destroy the account's credential. Raises NotFound where it has none."""
        async with self._store.transaction() as connection:
            held = await self.register.load(account_id)
            if held.credential is None:
                raise NotFound("venue credential of account", account_id)
            await self._store.drop(connection, account_id)
            removed = removing(held.credential, user_id=principal.user_id, at=self._clock.now())
            await self._append(principal, account_id, held, [removed], "")
        await self._tell(account_id)

    async def _require_unused(self, new: VenueCredential, secrets: SecretFields) -> None:
        """Two accounts with one key, or with two of one customer, would each take the other's orders and
        money for its own.
        """
        for other, _ in await self.register.list():
            if other.venue != new.venue or other.account_id == new.account_id:
                continue
            if new.permissions.account is not None and other.permissions.account == new.permissions.account:
                raise Conflict(
                    "venue_account_in_use",
                    f"Another account here is connected to the same account at {new.venue}, by another key. "
                    "Give this one the key of a sub-account, or disconnect the other account first.",
                    {"venue": new.venue},
                )
            if other.hint != new.hint:
                continue
            try:
                is_used = secrets.is_of_same_account(await self.open_for(other.account_id))
            except (Conflict, Refused):  # one that does not open trades nothing
                continue
            if is_used:
                raise Conflict(
                    "credential_in_use",
                    "Another account here trades by this key. Give this one the key of a sub-account at "
                    f"{new.venue}, or disconnect the other account first.",
                    {"venue": new.venue},
                )

    async def _tell(self, account_id: AccountId) -> None:
        if self._on_change is not None:
            await self._on_change(self, account_id)

    async def _permissions(self, venue: str, secrets: SecretFields) -> KeyPermissions:
        """What the venue says the key may do. Whatever it complains of, no secret is repeated."""
        try:
            async with asyncio.timeout(CHECK_S_MAX):
                return await self._checks[venue](secrets)
        except TradebookError as error:
            said = f"{error.detail} {error.figures}"
            if secrets.mask(said) == said:
                raise
            problem = secrets.mask(error.detail)
        except (TimeoutError, ConnectionError):
            problem = ""
        except Exception as error:  # noqa: BLE001  # its message may quote a signed request
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{place.name}:{place.lineno}"
            log.warning("permission_check_failed", venue=venue, reason=type(error).__name__, where=where)
            problem = ""
        # Out here an error carries neither the venue's request nor its answer along.
        if problem:
            raise Refused("venue_refused_key", f"{venue} says: {problem}", {"venue": venue})
        raise Unavailable(
            "venue_away", f"{venue} could not be asked what this key may do, and nothing was kept; try again."
        )

    async def _append(
        self,
        principal: Principal,
        account_id: AccountId,
        held: Connection,
        events: Sequence[CredentialEvent],
        command_id: str,
    ) -> None:
        if not events:
            return
        appended = await self._journal.append(
            Append(
                stream=credential_stream(account_id),
                expected_version=held.version,
                events=events,
                metadata=Metadata(actor=principal.actor, command_id=command_id or new_id()),
            )
        )
        if appended.repeated:  # else what is kept now would be nobody's
            raise Conflict(
                "superseded",
                "This request was carried out before, and the account's credential was changed since.",
            )


def _statement(text: str | None, secrets: SecretFields) -> str | None:
    """What an owner confirms; it is journaled, so nothing secret may stand in it. Raises InvalidInput."""
    if text is None:
        return None
    statement = text.strip()
    if not STATEMENT_LENGTH_MIN <= len(statement) <= STATEMENT_LENGTH_MAX or not statement.isprintable():
        raise InvalidInput(
            "confirmed_by_owner",
            "is no sentence",
            f"say in {STATEMENT_LENGTH_MIN} to {STATEMENT_LENGTH_MAX} characters what you looked at and saw",
        )
    if secrets.mask(statement) != statement:
        raise InvalidInput(
            "confirmed_by_owner", "repeats a secret", "leave it out: this is recorded for good"
        )
    return statement
