"""What people decide about differences: who may, on what facts, and what was posted for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.ports import Journal
from tradebook.journal.records import Metadata, Recorded
from tradebook.kernel.errors import NotFound, Refused, TradebookError
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Event
from tradebook.kernel.money import plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.market.ports import MarketData
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading import model
from tradebook.trading.model.difference_folds import moved_by
from tradebook.trading.model.resolving import require_same
from tradebook.trading.postings import postings
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.worth import rate_for_limits
from tradebook.trading.writer import AccountWriter, Outcome

PositionOf = Callable[[AccountId, str], Awaitable[int | None]]


class PostedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A posting that a decision makes."""

    ledger_account: LedgerAccount
    asset: str
    amount: str


class AdoptionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What adopting a difference would post now."""

    difference_id: str
    postings: list[PostedDocument]


class DecisionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a difference, and what that posted: nothing where it was explained."""

    difference_id: str
    postings: list[PostedDocument]
    journal_position: str


class DifferenceService:
    """Every method checks that the account is the caller's to use; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        accounts: KnownAccounts,
        position_of: PositionOf,
        journal: Journal,
    ) -> None:
        """``position_of`` answers where the journal tells of a difference; None where it does not."""
        self._writer = writer
        self._market = market
        self._accounts = accounts
        self._position_of = position_of
        self._journal = journal

    async def adoption(
        self, principal: Principal, account_id: AccountId, difference_id: str
    ) -> AdoptionDocument:
        """What adopting would post if it were done now. Raises as ``adopt`` does, and posts nothing."""
        command, _ = await self._adoption(principal, account_id, difference_id, "")

        def decide(account: model.Account) -> Sequence[Event] | TradebookError:
            try:
                return model.decide(command, account)
            except TradebookError as error:  # it rests on what may not be durable yet
                return error

        decided = await self._writer.read(account_id, decide)
        if isinstance(decided, TradebookError):
            raise decided
        return AdoptionDocument(difference_id=difference_id, postings=_posted(decided))

    async def adopt(
        self,
        principal: Principal,
        account_id: AccountId,
        difference_id: str,
        *,
        reason: str = "",
        correlation_id: str = "",
    ) -> DecisionDocument:
        """Book what the venue says; the same person's repetition changes nothing.

        Raises NotFound; Refused for a kind that cannot be booked, and for a balance while fills that moved it
        wait; Conflict where somebody decided first, or where it is no longer what differs.
        """
        command, found = await self._adoption(principal, account_id, difference_id, reason)
        return await self._decide(command, found, correlation_id)

    async def explain(
        self,
        principal: Principal,
        account_id: AccountId,
        difference_id: str,
        *,
        reason: str,
        correlation_id: str = "",
    ) -> DecisionDocument:
        """Say what it is; nothing is posted. Raises as ``adopt`` does, and InvalidInput without words."""
        found, difference = await self._find(principal, account_id, difference_id)
        assets: tuple[Asset, ...] = ()
        if difference.kind == e.BALANCE:
            assets = (Asset(difference.figures["asset"]),)
        elif difference.kind == e.UNMATCHED_FILL:
            assets = moved_by(await self._fill_before(found))
        command = c.ExplainDifference(
            **self._heading(principal, found, difference, reason), kind=difference.kind, assets=assets
        )
        return await self._decide(command, found, correlation_id)

    async def _adoption(
        self, principal: Principal, account_id: AccountId, difference_id: str, reason: str
    ) -> tuple[c.AdoptBalance | c.AdoptUnmatchedFill, Recorded]:
        found, difference = await self._find(principal, account_id, difference_id)
        heading = self._heading(principal, found, difference, reason)
        if difference.kind == e.BALANCE:
            facts = await self._accounts.require(principal, account_id)
            asset = Asset(difference.figures["asset"])
            return c.AdoptBalance(
                **heading,
                asset=asset,
                difference=Decimal(difference.figures["difference"]),
                rate=rate_for_limits(self._market, asset, facts.base_asset),
            ), found
        if difference.kind == e.UNMATCHED_FILL:
            fill = await self._fill_before(found)
            terms = {name: getattr(fill, name) for name in _FILL_FIELDS}
            return c.AdoptUnmatchedFill(**heading, **terms, filled_at=fill.at), found
        raise Refused(
            "not_adoptable",
            "Only a balance and a fill can be booked. Put it right where it is wrong, and explain it here.",
            {"kind": difference.kind},
        )

    async def _find(
        self, principal: Principal, account_id: AccountId, difference_id: str
    ) -> tuple[Recorded, e.DifferenceFound]:
        """The event that told of it. The view only says where that stands."""
        await self._accounts.require(principal, account_id)
        position = await self._position_of(account_id, difference_id)
        [found] = await self._journal.read(after=position - 1, limit=1) if position else [None]
        if found is None or not isinstance(found.event, e.DifferenceFound):
            raise NotFound("difference", difference_id)
        return found, found.event

    async def _fill_before(self, found: Recorded) -> e.UnmatchedFillRecorded:
        """They were recorded in one append."""
        [fill] = await self._journal.read(after=found.position - 2, limit=1)
        if not isinstance(fill.event, e.UnmatchedFillRecorded) or fill.stream != found.stream:
            raise NotFound("fill of difference", str(found.position))
        return fill.event

    def _heading(
        self, principal: Principal, found: Recorded, difference: e.DifferenceFound, reason: str
    ) -> c.Deciding:
        return {
            "account_id": difference.account_id,
            "at": self._market.now(),
            "difference_id": e.difference_id_of(difference),
            "found_position": found.position,
            "by": principal.actor,
            "reason": reason.strip(),
        }

    async def _decide(
        self, command: c.DecideDifference, found: Recorded, correlation_id: str
    ) -> DecisionDocument:
        assert isinstance(command, c.AdoptBalance | c.AdoptUnmatchedFill | c.ExplainDifference)
        metadata = Metadata(
            actor=command.by,
            command_id=model.command_id_of(command) or "",
            correlation_id=correlation_id,
            causation_id=found.metadata.command_id,
        )
        outcome: Outcome = await self._writer.handle(command, metadata=metadata)
        for event in outcome.events:
            if isinstance(event, e.DifferenceDecided):
                require_same(command, event)  # the account may have forgotten who decided long ago
        return DecisionDocument(
            difference_id=command.difference_id,
            postings=_posted(outcome.events),
            journal_position=str(outcome.last_position),
        )


_FILL_FIELDS = (
    *("venue_order_id", "fill_id", "instrument_id", "side", "quantity", "price"),
    *("base_asset", "quote_asset", "fee", "fee_asset", "position_side", "contract", "realised"),
)


def _posted(events: Sequence[Event]) -> list[PostedDocument]:
    return [
        PostedDocument(ledger_account=line.ledger_account, asset=line.asset, amount=plain(line.amount))
        for event in events
        for line in postings(event)
    ]
