"""Venues at which accounts can trade: from a credential to an account that is connected."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

import structlog

from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import NotFound, TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide
from tradebook.venues.connections.backoff import Backoff

log = structlog.get_logger("tradebook.venues")

AGAIN_AFTER_S = 5.0
"""How long a credential that did not open is left alone at first; later up to a minute."""


class Connectable(Protocol):
    """A venue, and what it makes of a credential."""

    @property
    def venue(self) -> RealVenue:
        """Where its accounts trade."""
        ...

    def side_of(self, secrets: SecretFields) -> AccountSide:
        """Who signs with the credential. Raises InvalidInput for one that cannot."""
        ...

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        ...


class ConnectedByCredentials:
    """Accounts trade by the credentials that they have.

    One whose credential does not open, as while Vault is away, stays out and is told of; it is tried again
    until it opens.
    """

    def __init__(self, venues: Sequence[Connectable], clock: Clock, chance: Random) -> None:
        self._venues = {each.venue.name: each for each in venues}
        self._clock = clock
        self._backoff = Backoff(chance, first_s=AGAIN_AFTER_S)
        self._turns: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Opening takes time: the credential that comes last must be the last to be connected."""
        self._out: dict[AccountId, str] = {}
        """Those that stay out, and why."""
        self._has_out = asyncio.Event()

    async def connect(self, credentials: VenueCredentials) -> None:
        """Every account that has a credential."""
        known = [credential.account_id for credential, _ in await credentials.register.list()]
        await asyncio.gather(*(self.follow(credentials, each) for each in known))

    async def follow(self, credentials: VenueCredentials, account_id: AccountId) -> None:
        """The account trades by the credential that it has now, or no more."""
        async with self._turns[account_id]:
            venue: Connectable | None = None
            mask: Callable[[str], str] = str
            try:
                venue = self._venues.get((await credentials.register.get(account_id)).venue)
                if venue is not None:
                    secrets = await credentials.open_for(account_id)
                    mask = secrets.mask
                    venue.venue.connect(account_id, venue.side_of(secrets))
            except NotFound:
                for each in self._venues.values():
                    await each.venue.disconnect(account_id)
            except TradebookError as error:
                self._stays_out(venue, account_id, mask(error.detail))  # whatever it complains of
                return
            except DATABASE_ERRORS:
                heed_cancellation()
                self._stays_out(venue, account_id, "The database, which has its credential, is away.")
                return
            self._out.pop(account_id, None)

    async def run(self, credentials: VenueCredentials) -> None:
        """Try again with those that stay out. Without end."""
        while True:
            await self._has_out.wait()
            await self._clock.sleep(self._backoff.next_s())
            await asyncio.gather(*(self.follow(credentials, each) for each in list(self._out)))
            if not self._out:
                self._has_out.clear()
                self._backoff.reset()

    def _stays_out(self, venue: Connectable | None, account_id: AccountId, problem: str) -> None:
        if self._out.get(account_id) != problem:
            log.error("account_stays_out", account_id=account_id, problem=problem)
        if venue is not None:
            venue.venue.keep_out(account_id, problem)
        self._out[account_id] = problem
        self._has_out.set()
