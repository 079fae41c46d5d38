"""How positions in contracts are secured: what is in force, and asking for something else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.records import Metadata
from tradebook.kernel.errors import InvalidInput, Unavailable
from tradebook.kernel.ids import AccountId, InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.ports import MarketData
from tradebook.market.values import Contract
from tradebook.trading.commands import RecordLeverage, SetLeverage
from tradebook.trading.model import Account
from tradebook.trading.orders import MarginMode
from tradebook.trading.ports import SecuresContracts, Venue
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.rehearsal import rehearse
from tradebook.trading.writer import AccountWriter

ANSWERED_WITHIN_S = 10.0


class LeverageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How positions in an instrument are secured."""

    instrument: str
    leverage: str
    """How many times its margin a position may be worth."""
    mode: MarginMode


class LeverageAnswer(LeverageDocument, frozen=True, kw_only=True):
    """What is in force, and the journal position that put it there (0: it was)."""

    journal_position: str


class Leverages:
    """Every method checks that the account is the caller's to use; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        accounts: KnownAccounts,
        venues: Sequence[Venue],
    ) -> None:
        self._venues = {each.name: each for each in venues if isinstance(each, SecuresContracts)}
        self._writer = writer
        self._market = market
        self._accounts = accounts

    async def all_of(self, principal: Principal, account_id: AccountId) -> Sequence[LeverageDocument]:
        """What was set, by instrument; where nothing was it is 1. Raises NotFound."""
        await self._accounts.require(principal, account_id)
        return await self._writer.read(account_id, _documents)

    async def set(
        self,
        principal: Principal,
        account_id: AccountId,
        instrument_id: InstrumentId,
        leverage: Decimal,
        mode: MarginMode,
        *,
        correlation_id: str = "",
    ) -> LeverageAnswer:
        """Have positions in the instrument secured so from now on, at the venue first.

        Raises NotFound, InvalidInput, Refused where a limit, an open order, the margin or the venue forbids
        it, and Unavailable where the venue does not answer: what it did the next comparison finds.
        """
        facts = await self._accounts.require(principal, account_id)
        command = SetLeverage(
            account_id=account_id,
            at=self._market.now(),
            instrument_id=instrument_id,
            contract=self._contract(instrument_id),
            leverage=leverage,
            mode=mode,
        )
        metadata = Metadata(actor=principal.actor, command_id="", correlation_id=correlation_id)
        venue = self._venues.get(facts.venue)
        if venue is None:
            outcome = await self._writer.handle(command, metadata=metadata)
        else:
            await self._ask(venue, command)
            outcome = await self._writer.handle(_done(command), metadata=metadata)
        return LeverageAnswer(
            instrument=instrument_id,
            leverage=plain(leverage),
            mode=mode,
            journal_position=str(outcome.last_position),
        )

    async def _ask(self, venue: SecuresContracts, command: SetLeverage) -> None:
        """Only for what the book would take."""
        await rehearse(self._writer, command)
        asked = venue.set_leverage(command.account_id, command.instrument_id, command.leverage, command.mode)
        try:
            await asyncio.wait_for(asked, ANSWERED_WITHIN_S)
        except OSError as error:  # a TimeoutError is one
            raise Unavailable(
                "venue_silent",
                f"{venue.name} did not answer: look at the leverage again in a minute.",
            ) from error

    def _contract(self, instrument_id: InstrumentId) -> Contract:
        instrument = self._market.instrument(instrument_id)
        if instrument is None or instrument.contract is None:
            problem = "is not known" if instrument is None else "is owned, not settled: it has no leverage"
            raise InvalidInput("instrument", f"{instrument_id!r} {problem}", "name a perpetual or a future")
        return instrument.contract


def _done(command: SetLeverage) -> RecordLeverage:
    return RecordLeverage(
        account_id=command.account_id,
        at=command.at,
        instrument_id=command.instrument_id,
        contract=command.contract,
        leverage=command.leverage,
        mode=command.mode,
    )


def _documents(account: Account) -> list[LeverageDocument]:
    return [
        LeverageDocument(instrument=instrument_id, leverage=plain(each.leverage), mode=each.mode)
        for instrument_id, each in sorted(account.leverages.items())
    ]
