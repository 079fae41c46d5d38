"""Placing, changing and cancelling orders for a caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil

import msgspec

from tradebook.identity.principal import Principal
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import NotFound, RateLimited, Refused, TradebookError, Unavailable
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.kernel.rates import Rates
from tradebook.market.ports import MarketData, Prices
from tradebook.trading import metrics
from tradebook.trading.commands import CancelAllOrders, CancelOrder, PlaceOrder
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.metrics import counting_refusals
from tradebook.trading.model.placing import client_order_id_reused
from tradebook.trading.orders import OrderStatus
from tradebook.trading.services.known_accounts import AccountFacts, KnownAccounts
from tradebook.trading.services.order_commands import OrderCommands
from tradebook.trading.services.order_owners import OrderOwners
from tradebook.trading.services.requests import OrderRequest, ReplaceRequest
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.queries import TradingQueries
from tradebook.trading.writer import AccountWriter, Outcome

ACCOUNTS_AT_ONCE = 100


class OrderResult(msgspec.Struct, frozen=True, kw_only=True):
    """A durable answer about an order."""

    order: OrderDocument
    journal_position: str
    """Of the last event behind the answer; 0 where the wish was fulfilled already."""
    repeated: bool = False


class CancelAllResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a cancel-all did."""

    accounts: int
    orders: int
    """Cancelled or asked of the venue."""
    journal_position: str
    failures: dict[AccountId, str]
    """Accounts whose orders could not be cancelled, and why."""


class OrderService:
    """Every method checks that the accounts are the caller's to use; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        prices: Prices,
        commands: OrderCommands,
        accounts: KnownAccounts,
        owners: OrderOwners,
        queries: TradingQueries,
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._market = market
        self._prices = prices
        self._commands = commands
        self._accounts = accounts
        self._owners = owners
        self._queries = queries
        self._clock = clock
        self._rates = Rates()

    @counting_refusals
    async def place(
        self, principal: Principal, request: OrderRequest, *, correlation_id: str = ""
    ) -> OrderResult:
        """Place one order.

        Raises NotFound, InvalidInput, RateLimited, Conflict (the client order id names another order),
        Refused with the order's id and the figures when it is denied, or what AccountWriter.handle raises.
        """
        self._admit(principal, 1)
        account_id = AccountId(request.account_id)
        facts = self._accounts.recall(principal, account_id)
        if facts is None:
            facts = await self._accounts.require(principal, account_id)
        await self._ensure_prices(request, facts)
        command = self._commands.place(request, facts)
        outcome = await self._writer.handle(
            command, metadata=_metadata(principal, correlation_id), with_order=True
        )
        return await self._placed(command, outcome)

    @counting_refusals
    async def place_many(
        self,
        principal: Principal,
        requests: Sequence[OrderRequest],
        *,
        correlation_id: str = "",
        on_decided: Callable[[], None] | None = None,
    ) -> list[OrderResult | TradebookError]:
        """Place many, of one account or several; each has an outcome of its own. Raises RateLimited.

        ``on_decided`` is called, perhaps repeatedly, once they are decided and on their way: what is asked
        for then is decided after them. Where nothing is on its way it is not called.
        """
        self._admit(principal, len(requests))
        self._prices.call({InstrumentId(each.instrument) for each in requests})
        prepared = [await self._prepare(principal, request) for request in requests]
        commands = [each for each in prepared if isinstance(each, PlaceOrder)]
        outcomes = iter(
            await self._writer.handle_many(
                commands,
                metadata=_metadata(principal, correlation_id),
                with_order=True,
                on_way=None if on_decided is None else lambda _: on_decided(),
            )
        )
        results = [
            await self._settle(each, next(outcomes)) if isinstance(each, PlaceOrder) else each
            for each in prepared
        ]
        for result in results:
            if isinstance(result, TradebookError):
                metrics.REFUSALS.labels(result.code).inc()
        return results

    @counting_refusals
    async def cancel(
        self, principal: Principal, order_id: OrderId, *, correlation_id: str = ""
    ) -> OrderResult:
        """Cancel an order. Raises NotFound, or Conflict when it is over."""
        account_id, _ = await self._account_of(principal, order_id)
        command = CancelOrder(account_id=account_id, at=self._market.now(), order_id=order_id)
        outcome = await self._writer.handle(
            command, metadata=_metadata(principal, correlation_id), with_order=True
        )
        return await self._result(order_id, outcome)

    @counting_refusals
    async def replace(
        self, principal: Principal, order_id: OrderId, request: ReplaceRequest, *, correlation_id: str = ""
    ) -> OrderResult:
        """Change an open order. Raises NotFound, InvalidInput, Conflict, or Refused."""
        account_id, facts = await self._account_of(principal, order_id)
        instrument_id = await self._writer.read(
            account_id,
            lambda account: order.terms.instrument_id if (order := account.find(order_id)) else None,
        )
        if instrument_id is None:
            raise NotFound("open order", order_id)
        command = self._commands.replace(account_id, facts, order_id, instrument_id, request)
        outcome = await self._writer.handle(
            command, metadata=_metadata(principal, correlation_id), with_order=True
        )
        return await self._result(order_id, outcome)

    @counting_refusals
    async def cancel_all(
        self,
        principal: Principal,
        *,
        account_id: AccountId | None = None,
        instrument_id: InstrumentId | None = None,
        correlation_id: str = "",
        command_id: str = "",
    ) -> CancelAllResult:
        """Cancel the open orders of one account, or of every account that the caller sees.

        With the ``command_id`` of an earlier call only accounts that it did not reach are swept.
        """
        if account_id is not None:
            await self._accounts.require(principal, account_id)
            accounts = [account_id]
        else:
            accounts = self._accounts.visible_to(principal)
        outcomes: list[Outcome | TradebookError] = []
        for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
            commands = [
                CancelAllOrders(
                    account_id=each, at=self._market.now(), instrument_id=instrument_id, request_id=command_id
                )
                for each in accounts[start : start + ACCOUNTS_AT_ONCE]
            ]
            outcomes += await self._writer.handle_many(
                commands, metadata=_metadata(principal, correlation_id, command_id)
            )
        return _summary(accounts, outcomes)

    def _admit(self, principal: Principal, orders: int) -> None:
        limit = principal.orders_per_minute
        now_s = self._clock.now().timestamp()
        wait_s = self._rates.take(principal.actor, orders, per_minute=limit, now_s=now_s)
        if wait_s:
            raise RateLimited(f"More than {limit} orders a minute.", ceil(wait_s))

    async def _ensure_prices(self, request: OrderRequest, facts: AccountFacts) -> None:
        """What nobody has watched gets its first price now, or is decided without one."""
        instrument_id = InstrumentId(request.instrument)
        if not self._prices.are_at_hand(instrument_id, facts.base_asset):
            await self._prices.bring(instrument_id, facts.base_asset)

    async def _prepare(self, principal: Principal, request: OrderRequest) -> PlaceOrder | TradebookError:
        try:
            facts = await self._accounts.require(principal, AccountId(request.account_id))
            await self._ensure_prices(request, facts)
            return self._commands.place(request, facts)
        except TradebookError as error:
            return error

    async def _settle(
        self, command: PlaceOrder, outcome: Outcome | TradebookError
    ) -> OrderResult | TradebookError:
        if isinstance(outcome, TradebookError):
            return outcome
        try:
            return await self._placed(command, outcome)
        except TradebookError as error:
            return error

    async def _placed(self, command: PlaceOrder, outcome: Outcome) -> OrderResult:
        first = outcome.events[0] if outcome.events else None
        if isinstance(first, OrderPlaced | OrderDenied) and first.terms != command.terms:
            raise client_order_id_reused(command.terms)
        self._owners.remember(command.order_id, command.account_id)
        result = await self._result(command.order_id, outcome)
        if result.order.status is OrderStatus.DENIED:
            raise _denial(result)
        return result

    async def _result(self, order_id: OrderId, outcome: Outcome) -> OrderResult:
        """With the order as the account has it, or where that has forgotten it, as the view has it."""
        order = outcome.order or await self._queries.find_order(order_id)
        if order is None:
            raise Unavailable(
                "view_behind", "The order is recorded, but the view of orders is behind; ask again."
            )
        return OrderResult(
            order=order, journal_position=str(outcome.last_position), repeated=outcome.repeated
        )

    async def _account_of(self, principal: Principal, order_id: OrderId) -> tuple[AccountId, AccountFacts]:
        account_id = await self._owners.account_of(order_id)
        if account_id is None:
            raise NotFound("order", order_id)
        try:
            return account_id, await self._accounts.require(principal, account_id)
        except NotFound:
            raise NotFound("order", order_id) from None


def _metadata(principal: Principal, correlation_id: str, command_id: str = "") -> Metadata:
    return Metadata(actor=principal.actor, command_id=command_id, correlation_id=correlation_id)


def _denial(result: OrderResult) -> Refused:
    order = result.order
    place = {"order_id": order.order_id, "journal_position": result.journal_position}
    return Refused(order.code or "denied", order.reason, {**(order.figures or {}), **place})


def _summary(accounts: Iterable[AccountId], outcomes: Sequence[Outcome | TradebookError]) -> CancelAllResult:
    done = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    return CancelAllResult(
        accounts=len(outcomes),
        orders=sum(len(outcome.events) for outcome in done),
        journal_position=str(max((outcome.last_position for outcome in done), default=0)),
        failures={
            account_id: outcome.detail
            for account_id, outcome in zip(accounts, outcomes, strict=True)
            if isinstance(outcome, TradebookError)
        },
    )
