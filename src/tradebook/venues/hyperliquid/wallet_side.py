"""One account at Hyperliquid: of a wallet, a sub-account or a vault, on spot and in perpetuals.

Implements ``AccountSide``, ``TellsFills``, ``TellsTransfers``, ``HoldsContracts`` and ``CancelsWhenGone``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.orders import MarginMode
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.hyperliquid import execution
from tradebook.venues.hyperliquid.account_questions import AccountQuestions
from tradebook.venues.hyperliquid.actions import SignedActions
from tradebook.venues.hyperliquid.agents import permissions_of
from tradebook.venues.hyperliquid.answers import decode_acknowledgement, decode_placement
from tradebook.venues.hyperliquid.leverages import ToldLeverages
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.private_stream import STREAMS, PrivateStream
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.scheduled_cancel import ScheduledCancel
from tradebook.venues.hyperliquid.signing import Action, Signer
from tradebook.venues.hyperliquid.triggers import TriggerPrices
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    BalanceChange,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    KeyPermissions,
    LeverageSetting,
    Position,
    VenueProblem,
)
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus

MISSING_ORDER, TIME_MATTERS = "MissingOrder", ("Nonce", "Other")


class WalletSide:
    """Actions are signed by an agent of the owner; the stream and all questions are of the address."""

    streams: Sequence[str] = STREAMS
    fills_are_one_question = True
    stream_tells_fills = True
    switch_streams: Sequence[str] = ()

    def __init__(
        self,
        market: HyperliquidMarket,
        signer: Signer,
        nonces: NonceBook,
        clock: Clock,
        *,
        wallet: str,
        vault: str | None = None,
    ) -> None:
        """``wallet`` is the owner's address; ``vault`` that of the sub-account or vault to trade for."""
        self.endpoint: Endpoint = market.account_endpoint
        self._market = market
        self._signer, self._wallet, self._vault = signer.address, wallet.lower(), vault
        self._clock = clock
        self._actions = SignedActions(
            market.rest, signer, nonces, clock, is_mainnet=market.is_mainnet, vault=vault
        )
        self._scheduled_cancel = ScheduledCancel(self._actions)
        address = (vault or wallet).lower()
        self._triggers = TriggerPrices()
        self._leverages = ToldLeverages()
        self._asks = AccountQuestions(market.rest, market.universe, address, self._triggers, clock)
        self._stream = PrivateStream(address, market.universe, lambda: self._asks.scope)
        self._is_listed = False

    # --- words of the stream

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for a stream."""
        return self._stream.subscription(streams)

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends it."""
        return self._stream.unsubscription(streams)

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a frame says. Raises UndecodableFrame."""
        return [told for each in self._stream.decode(frame) if (told := self._read(each)) is not None]

    def _read(self, message: AccountMessage) -> AccountMessage | None:
        """That an order is refused the answer says, in a sentence; where that is lost it is asked for."""
        if not isinstance(message, ExecutionReport):
            return message
        report = self._triggers.read(message)
        return None if report.exec_type is ExecType.REJECTED else report

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return execution.client_order_id_of(attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._market.universe.listed(instrument_id).instrument

    def venue_now(self) -> datetime:
        """The time at Hyperliquid, as well as it is known."""
        return self._actions.venue_clock.now()

    async def prepare(self) -> None:
        """Learn what is listed, how the account's balances are kept, and what time it is there."""
        if self._is_listed or not self._market.universe:
            await self._market.list_instruments()
        self._is_listed = True
        await self._asks.learn_scope()
        await self._actions.venue_clock.measure()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it; that it was taken is answered, its fills are told by the stream."""
        instrument_id = order.instrument.instrument_id
        if self._listed(instrument_id).kind is InstrumentKind.PERPETUAL:
            self._leverages.concern([instrument_id])
        self._triggers.learn(self.client_order_id_of(order), order.terms.stop_price)
        action = execution.place([order], self._market.universe)
        body = await self._actions.act(action, send_before=send_before)
        try:
            told = decode_placement(body, [order], at=self._clock.now())
        except UndecodableFrame as error:
            raise ConnectionError(error.detail) from error
        return [await self._taken(each) for each in told]

    async def _taken(self, told: ExecutionReport | VenueProblem) -> ExecutionReport:
        """Raises VenueRefusal."""
        if isinstance(told, ExecutionReport):
            self._asks.placed(told)
            return msgspec.structs.replace(told, exec_type=ExecType.NEW)
        raise await self._refused(told)

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id; that it is over is told by the stream."""
        self._listed(order.instrument.instrument_id)
        await self._carry_out(execution.cancel([order], self._market.universe), [order])
        return ()

    async def replace(
        self,
        order: VenueOrder,  # noqa: ARG002  # of the protocol
        *,
        quantity: Decimal,  # noqa: ARG002  # of the protocol
        price: Decimal | None,  # noqa: ARG002  # of the protocol
        stop_price: Decimal | None,  # noqa: ARG002  # of the protocol
    ) -> Sequence[AccountMessage]:
        """Raises Inexpressible: what is filled while a change is under way would be bought again."""
        raise Inexpressible(VENUE, "replace", "cancel the order and place another")

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where Hyperliquid has no such order."""
        found = await self._asks.order(self.client_order_id_of(order))
        if found is None and order.venue_order_id:
            return await self._asks.order(int(order.venue_order_id))
        return found

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works or waits for its price."""
        return await self._asks.open_orders()

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:  # noqa: ARG002  # of the protocol
        """All fills of an order, oldest first."""
        return await self._asks.fills_of(venue_order_id)

    async def fills_since(
        self,
        assets: Collection[Asset],  # noqa: ARG002  # of the protocol
        since: datetime,
        *,
        held: Collection[Asset],  # noqa: ARG002  # of the protocol
    ) -> Sequence[Execution]:
        """All fills, whoever traded."""
        return await self._asks.fills_since(since)

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """As they are: Hyperliquid tells it with each."""
        return fills

    async def transfers_since(self, since: datetime) -> Sequence[BalanceChange]:
        """All that came to the account and went, oldest first."""
        return await self._asks.transfers_since(since)

    # --- perpetuals

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        return await self._asks.positions()

    async def leverages(self) -> Sequence[LeverageSetting]:
        """How positions are secured: of all that are open, and in turn of what is traded or looked at."""
        if not self._asks.scope.has_perpetuals:
            return ()
        positions = await self._asks.positions()
        for each in positions:
            self._leverages.take_position(each)
        self._leverages.concern(each for each in self._market.looked_at if self._is_traded(each))
        known = {each.instrument_id for each in positions}
        for instrument_id in self._leverages.to_ask_for(known=known):
            coin = self._listed(instrument_id).venue_symbol
            self._leverages.take(await self._asks.leverage(coin))
        return self._leverages.settings()

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        return await self._asks.fundings_since(since)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        """Have positions in it secured so."""
        self._listed(instrument_id)
        if leverage != int(leverage):
            raise Inexpressible(VENUE, "leverage", "whole numbers only")
        asset, is_cross = self._market.universe.asset_number(instrument_id), mode is MarginMode.CROSS
        await self._carry_out(execution.set_leverage(asset, leverage=int(leverage), is_cross=is_cross), [])
        self._leverages.concern([instrument_id])
        self._leverages.take(
            LeverageSetting(instrument_id=instrument_id, leverage=leverage, margin_mode=mode)
        )

    async def cancel_when_gone(self, after_s: int) -> None:
        """Have all orders of the address cancelled unless this is said again within so many seconds."""
        await self._scheduled_cancel.put_off(after_s)

    async def lift_switch(self) -> None:
        """Have nothing cancelled any more."""
        await self._scheduled_cancel.lift()

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its wallets, on spot and for perpetuals."""
        # Questions carry no time, and what they tell of is reckoned by the venue's.
        await self._actions.keep_time()
        return await self._asks.balances()

    async def permissions(self) -> KeyPermissions:
        """What the agent's key may do for the account.

        Raises InvalidInput for a key that nobody has approved, and for an account that is not the wallet's.
        """
        return await permissions_of(self._market.rest, self._signer, wallet=self._wallet, vault=self._vault)

    # --- how it is done

    async def _carry_out(self, action: Action, orders: Sequence[VenueOrder]) -> None:
        """An action that is only acknowledged. Raises VenueRefusal."""
        body = await self._actions.act(action)
        try:
            problems = decode_acknowledgement(body, orders)
        except UndecodableFrame as error:
            raise ConnectionError(error.detail) from error
        for each in problems:
            raise await self._refused(each)

    async def _refused(self, problem: VenueProblem) -> VenueRefusal:
        if problem.code == MISSING_ORDER:
            return UnknownOrder(VENUE, problem.code, problem.message)
        if problem.code in TIME_MATTERS:
            await self._actions.look_at_the_clock()
        return VenueRefusal(VENUE, problem.code, problem.message)

    def _listed(self, instrument_id: InstrumentId) -> ListedInstrument:
        """Raises Inexpressible for what is not listed, and for perpetuals where they are left alone."""
        try:
            listed = self._market.universe.listed(instrument_id)
        except KeyError:
            raise Inexpressible(VENUE, "instrument_id", f"{instrument_id} is not listed") from None
        if listed.kind is InstrumentKind.PERPETUAL and not self._asks.scope.has_perpetuals:
            problem = "this account has one balance for spot and perpetuals; they are traded where it has two"
            raise Inexpressible(VENUE, "instrument_id", problem)
        return listed

    def _is_traded(self, instrument_id: InstrumentId) -> bool:
        return self._market.universe.listed(instrument_id).status is ListingStatus.TRADING
