"""Identity as one part: what it is made of, how it starts, and what it does all the time."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import structlog

from tradebook.identity.api_keys import ApiKeys
from tradebook.identity.authenticator import Authenticator
from tradebook.identity.members import Members
from tradebook.identity.owner_setup import OwnerSetup
from tradebook.identity.parties import Parties
from tradebook.identity.password_reset import PasswordReset
from tradebook.identity.passwords import Passwords
from tradebook.identity.ports import PersonalData
from tradebook.identity.secret_store import SecretStore
from tradebook.identity.sessions import Sessions
from tradebook.identity.signing import SigningKeys
from tradebook.identity.tokens import LIFETIME, AccessTokens
from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.journal.ports import Journal
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError

log = structlog.get_logger(__name__)

POLL_S = 2.0
"""How long a revocation by another process can take to arrive."""
POLLS_PER_PRUNE = 1800


class IdentityService:
    """People, parties, sessions and keys of one book."""

    def __init__(
        self,
        *,
        journal: Journal,
        pool: asyncpg.Pool,
        clock: Clock,
        personal: PersonalData,
        signing_keys: SigningKeys,
        access_token_lifetime: timedelta = LIFETIME,
        passwords: Passwords | None = None,
    ) -> None:
        self._clock = clock
        self._secrets = secrets = SecretStore(pool)
        passwords = passwords or Passwords()
        tokens = AccessTokens(signing_keys, lifetime=access_token_lifetime)
        self.signing_keys = signing_keys
        self.authenticator = Authenticator(journal=journal, pool=pool, clock=clock, tokens=tokens)
        directory = self.authenticator.directory
        self.sessions = Sessions(
            journal=journal,
            pool=pool,
            clock=clock,
            secrets=secrets,
            passwords=passwords,
            tokens=tokens,
            authenticator=self.authenticator,
        )
        self.owner_setup = OwnerSetup(
            clock=clock, secrets=secrets, passwords=passwords, personal=personal, directory=directory
        )
        self.members = Members(
            clock=clock,
            secrets=secrets,
            passwords=passwords,
            personal=personal,
            directory=directory,
            sessions=self.sessions,
        )
        self.password_reset = PasswordReset(
            clock=clock,
            secrets=secrets,
            passwords=passwords,
            personal=personal,
            directory=directory,
            sessions=self.sessions,
        )
        self.parties = Parties(clock=clock, personal=personal, directory=directory)
        self.api_keys = ApiKeys(pool=pool, clock=clock, secrets=secrets, directory=directory)

    async def start(self) -> None:
        """Read the directory and what was revoked; call before anything else."""
        await self.authenticator.catch_up()

    async def run(self) -> None:
        """Keep level with other processes and clear away what has expired, without end.

        What cannot be reached now is reached later: who is signed in stays signed in meanwhile.
        """
        polls = 0
        while True:
            await self._clock.sleep(POLL_S)
            polls += 1
            try:
                await self.authenticator.catch_up()
                if polls % POLLS_PER_PRUNE == 0:
                    await self.prune()
            except (TradebookError, *DATABASE_ERRORS) as error:
                heed_cancellation()
                log.warning("identity_catch_up_failed", reason=type(error).__name__)

    async def prune(self) -> None:
        """Drop what has expired."""
        now = self._clock.now()
        await self._secrets.prune(now)
        await self.sessions.prune(now)
        await self.authenticator.prune(now)
