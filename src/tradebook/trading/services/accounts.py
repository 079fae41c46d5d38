"""Opening accounts, paper money in and out, limits, and the red button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.records import Metadata
from tradebook.kernel.errors import Conflict, Forbidden, InvalidInput, Refused, TradebookError
from tradebook.kernel.ids import AccountId, Asset, PartyId, UserId, derive_id, new_id
from tradebook.market.ports import MarketData
from tradebook.trading.commands import (
    DepositFunds,
    OpenAccount,
    SetAccountState,
    SetRiskLimits,
    TradingCommand,
    WithdrawFunds,
)
from tradebook.trading.events import (
    AccountEvent,
    AccountOpened,
    FundsEvent,
    RiskLimitsSet,
)
from tradebook.trading.limits import DEFAULT_LIMITS, AccountState, LimitChanges, RiskLimits
from tradebook.trading.services.known_accounts import AccountFacts, KnownAccounts
from tradebook.trading.views import accounts as view
from tradebook.trading.views.accounts import AccountDocument
from tradebook.trading.views.ledger import BalanceDocument, balance_document
from tradebook.trading.worth import rate_for_limits
from tradebook.trading.writer import AccountWriter, Outcome

ACCOUNTS_AT_ONCE = 100


class OpenedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A new account and where it stands in the journal."""

    account: AccountDocument
    journal_position: str


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Money that was booked, and the balance since."""

    balance: BalanceDocument
    journal_position: str


class AccountService:
    """Every method checks that the account is the caller's to use; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        accounts: KnownAccounts,
        venues: Mapping[str, bool],
        party_of: Callable[[UserId], PartyId],
    ) -> None:
        """``venues`` says of each whether its money is play money; ``party_of`` names the party of a member:
        whose account it is where none is given.
        """
        self._writer = writer
        self._market = market
        self._accounts = accounts
        self._venues = venues
        self._party_of = party_of

    def visible_to(self, principal: Principal) -> Sequence[AccountId]:
        """Every account that the caller may use."""
        return self._accounts.visible_to(principal)

    async def open(
        self,
        principal: Principal,
        *,
        name: str,
        venue: str,
        base_asset: Asset,
        party_id: PartyId | None = None,
        limits: RiskLimits = DEFAULT_LIMITS,
        correlation_id: str = "",
        command_id: str = "",
    ) -> OpenedAccount:
        """Open an account; the same ``command_id`` opens it once.

        Raises InvalidInput for a venue that is not there, Forbidden for a party.
        """
        if venue not in self._venues:
            known = ", ".join(sorted(self._venues))
            raise InvalidInput("venue", f"there is no venue {venue[:64]!r}", f"take one of: {known}")
        party_id = party_id or self._party_of(principal.user_id)
        if not principal.may_see(party_id):
            raise Forbidden(
                "forbidden", "Accounts of this party are not yours to open.", {"party_id": party_id}
            )
        command = OpenAccount(
            account_id=AccountId(derive_id("account", command_id) if command_id else new_id()),
            at=self._market.now(),
            party_id=party_id,
            name=name,
            venue=venue,
            base_asset=base_asset,
            paper=self._venues[venue],
            limits=limits,
        )
        outcome = await self._handle(principal, command, correlation_id, command_id)
        first, *later = [event for event in outcome.events if isinstance(event, AccountEvent)]
        assert isinstance(first, AccountOpened)  # nothing else is recorded for an opening
        facts = AccountFacts(first.party_id, first.venue, first.base_asset, first.paper)
        self._accounts.remember(first.account_id, facts)
        document = view.opened(first)
        for event in later:
            document = view.evolve(document, event)
        return OpenedAccount(account=document, journal_position=str(outcome.last_position))

    async def deposit(
        self,
        principal: Principal,
        account_id: AccountId,
        *,
        asset: Asset,
        amount: Decimal,
        reference: str = "",
        correlation_id: str = "",
        command_id: str = "",
    ) -> Booking:
        """Put paper money in; the same ``reference``, or without one the same ``command_id``, books once.

        Raises NotFound, InvalidInput, Refused on an account that is not paper or while the asset's price is
        still to come, Conflict for a reference that names another deposit.
        """
        facts = await self._require_paper(principal, account_id)
        command = DepositFunds(
            account_id=account_id,
            at=self._market.now(),
            asset=asset,
            amount=amount,
            reference=reference,
            rates=await self._rates(account_id, asset, facts.base_asset),
        )
        return await self._book(principal, command, correlation_id, command_id)

    async def withdraw(
        self,
        principal: Principal,
        account_id: AccountId,
        *,
        asset: Asset,
        amount: Decimal,
        reference: str = "",
        correlation_id: str = "",
        command_id: str = "",
    ) -> Booking:
        """Take paper money out; as ``deposit``, and Refused for more than is available."""
        facts = await self._require_paper(principal, account_id)
        command = WithdrawFunds(
            account_id=account_id,
            at=self._market.now(),
            asset=asset,
            amount=amount,
            reference=reference,
            rates=await self._rates(account_id, asset, facts.base_asset),
        )
        return await self._book(principal, command, correlation_id, command_id)

    async def set_state(
        self,
        principal: Principal,
        account_id: AccountId,
        state: AccountState,
        *,
        reason: str = "",
        correlation_id: str = "",
    ) -> int:
        """Switch one account; answers the journal position, 0 where it was in that state."""
        await self._accounts.require(principal, account_id)
        command = SetAccountState(account_id=account_id, at=self._market.now(), state=state, reason=reason)
        return (await self._handle(principal, command, correlation_id)).last_position

    async def set_state_of_all(
        self, principal: Principal, state: AccountState, *, reason: str = "", correlation_id: str = ""
    ) -> dict[AccountId, Outcome | TradebookError]:
        """The red button: switch every account that the caller sees; what became of each."""
        accounts = self._accounts.visible_to(principal)
        outcomes: dict[AccountId, Outcome | TradebookError] = {}
        for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
            chosen = accounts[start : start + ACCOUNTS_AT_ONCE]
            now = self._market.now()
            commands = [
                SetAccountState(account_id=each, at=now, state=state, reason=reason) for each in chosen
            ]
            done = await self._writer.handle_many(commands, metadata=_metadata(principal, correlation_id))
            outcomes |= zip(chosen, done, strict=True)
        return outcomes

    async def limits(self, principal: Principal, account_id: AccountId) -> RiskLimits:
        """The limits in force. Raises NotFound."""
        await self._accounts.require(principal, account_id)
        return await self._writer.read(account_id, lambda account: account.limits)

    async def set_limits(
        self, principal: Principal, account_id: AccountId, changes: LimitChanges, *, correlation_id: str = ""
    ) -> RiskLimits:
        """Change limits; answers those in force since. Raises NotFound, InvalidInput."""
        await self._accounts.require(principal, account_id)
        command = SetRiskLimits(account_id=account_id, at=self._market.now(), changes=changes)
        outcome = await self._handle(principal, command, correlation_id)
        for event in outcome.events:
            if isinstance(event, RiskLimitsSet):
                return event.limits
        return await self.limits(principal, account_id)

    async def _rates(self, account_id: AccountId, asset: Asset, base_asset: Asset) -> dict[Asset, Decimal]:
        """What the asset and all that the account has are worth now, as far as that is known."""
        owned = await self._writer.read(account_id, lambda account: list(account.balances))
        rates = {each: rate_for_limits(self._market, each, base_asset) for each in (asset, *owned)}
        return {each: rate for each, rate in rates.items() if rate is not None}

    async def _require_paper(self, principal: Principal, account_id: AccountId) -> AccountFacts:
        facts = await self._accounts.require(principal, account_id)
        if not facts.paper:
            raise Refused("not_a_paper_account", "Money of a real account moves at its venue, not here.")
        return facts

    async def _book(
        self,
        principal: Principal,
        command: DepositFunds | WithdrawFunds,
        correlation_id: str,
        command_id: str,
    ) -> Booking:
        if command.reference:
            command_id = derive_id(type(command).__name__, command.account_id, command.reference)
        outcome = await self._handle(principal, command, correlation_id, command_id)
        booked = outcome.events[-1]
        assert isinstance(booked, FundsEvent)  # before it stands at most a mark of equity
        if (booked.asset, booked.amount) != (command.asset, command.amount):
            raise Conflict(
                "reference_reused",
                f"reference {command.reference!r} already names another booking.",
                {"reference": command.reference},
            )
        asset = command.asset
        return Booking(
            balance=await self._writer.read(
                command.account_id,
                lambda account: balance_document(
                    account.account_id,
                    asset,
                    available=account.balance(asset).available,
                    held=account.balance(asset).held,
                ),
            ),
            journal_position=str(outcome.last_position),
        )

    async def _handle(
        self, principal: Principal, command: TradingCommand, correlation_id: str, command_id: str = ""
    ) -> Outcome:
        return await self._writer.handle(command, metadata=_metadata(principal, correlation_id, command_id))


def _metadata(principal: Principal, correlation_id: str, command_id: str = "") -> Metadata:
    return Metadata(actor=principal.actor, command_id=command_id, correlation_id=correlation_id)
