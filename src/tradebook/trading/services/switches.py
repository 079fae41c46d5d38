"""Dead man's switches: what the venue does with an account's orders when it hears nothing of us any more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.records import Metadata
from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import AccountId
from tradebook.market.ports import MarketData
from tradebook.trading.commands import SetDeadMansSwitch
from tradebook.trading.limits import DeadMansSwitch, SwitchTerms
from tradebook.trading.ports import CancelsWhenGone
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.rehearsal import rehearse
from tradebook.trading.writer import AccountWriter

ANSWERED_WITHIN_S = 10.0


class SwitchTermsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What an account's venue has of the kind."""

    after_s_min: int
    after_s_max: int
    caution: str
    """What its owner has to know of it there, in sentences."""


class SwitchStateDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How the dead man's switch of an account is set, and how it is at the venue."""

    after_s: int | None
    """So long after it last heard of the server the venue cancels all orders; null: it is off."""
    when_stopped: bool
    """Also where the server is stopped on purpose."""
    put_off_at: datetime | None
    """When the venue was last told that the server is here; null where it is off or not connected."""
    problem: str
    """Why the venue could not be told since then; else empty."""
    terms: SwitchTermsDocument | None
    """Null where the venue has no such switch."""


class SwitchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force, and the journal position that put it there (0: it was)."""

    after_s: int | None
    when_stopped: bool
    journal_position: str


class Switches:
    """Every method checks that the account is the caller's to use; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        accounts: KnownAccounts,
        venues: Sequence[object],
    ) -> None:
        self._venues = {each.name: each for each in venues if isinstance(each, CancelsWhenGone)}
        self._writer = writer
        self._market = market
        self._accounts = accounts
        self._turn = asyncio.Lock()
        """One at a time, so that what the venue was told last is what is recorded last."""

    async def state(self, principal: Principal, account_id: AccountId) -> SwitchStateDocument:
        """How it is set, and how it is. Raises NotFound."""
        facts = await self._accounts.require(principal, account_id)
        switch = await self._writer.read(account_id, lambda account: account.dead_mans_switch)
        venue = self._venues.get(facts.venue)
        standing = None if venue is None else venue.switch_standing(account_id)
        return SwitchStateDocument(
            after_s=None if switch is None else switch.after_s,
            when_stopped=switch is not None and switch.when_stopped,
            put_off_at=None if standing is None else standing.put_off_at,
            problem="" if standing is None else standing.problem,
            terms=_document(_terms(venue)),
        )

    async def set(
        self,
        principal: Principal,
        account_id: AccountId,
        switch: DeadMansSwitch | None,
        *,
        correlation_id: str = "",
    ) -> SwitchAnswer:
        """Switch it on, change it, or with None lift it: at the venue first.

        Raises NotFound, InvalidInput where the venue has none or does not take the time, Refused where it
        said no, and Unavailable where it does not answer.
        """
        facts = await self._accounts.require(principal, account_id)
        venue = self._venues.get(facts.venue)
        command = SetDeadMansSwitch(
            account_id=account_id, at=self._market.now(), switch=switch, terms=_terms(venue)
        )
        await rehearse(self._writer, command)
        async with self._turn:
            if venue is not None:
                await self._ask(venue, command)
            metadata = Metadata(actor=principal.actor, command_id="", correlation_id=correlation_id)
            outcome = await self._writer.handle(command, metadata=metadata)
        return SwitchAnswer(
            after_s=None if switch is None else switch.after_s,
            when_stopped=switch is not None and switch.when_stopped,
            journal_position=str(outcome.last_position),
        )

    @staticmethod
    async def _ask(venue: CancelsWhenGone, command: SetDeadMansSwitch) -> None:
        try:
            await asyncio.wait_for(venue.set_switch(command.account_id, command.switch), ANSWERED_WITHIN_S)
        except OSError as error:  # a TimeoutError is one
            raise Unavailable(
                "venue_silent",
                f"{venue.name} did not answer: the switch stays as it was. Try again.",
            ) from error


def _terms(venue: CancelsWhenGone | None) -> SwitchTerms | None:
    return None if venue is None else venue.capabilities.dead_mans_switch


def _document(terms: SwitchTerms | None) -> SwitchTermsDocument | None:
    return None if terms is None else SwitchTermsDocument(**msgspec.structs.asdict(terms))
