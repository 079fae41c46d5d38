"""One account at Hyperliquid: of a wallet, a sub-account or a vault, on spot and in perpetuals.

Implements ``AccountSide``, ``TellsFills`` and ``HoldsContracts``.

What was filled is believed of fills alone: a single order tells how much of it was filled when its status
last changed, which for one that works is when it was placed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import MarginMode, OrderStatus, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.hyperliquid import execution
from tradebook.venues.hyperliquid.actions import SignedActions
from tradebook.venues.hyperliquid.agents import permissions_of
from tradebook.venues.hyperliquid.answers import decode_acknowledgement, decode_placement
from tradebook.venues.hyperliquid.history import AccountHistory
from tradebook.venues.hyperliquid.leverages import ToldLeverages, decode_active_asset
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.orders import decode_open_orders, decode_order_status, decode_placed_at
from tradebook.venues.hyperliquid.private_stream import STREAMS, PrivateStream
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.scopes import APART, Scope, decode_scope
from tradebook.venues.hyperliquid.signing import Action, Signer
from tradebook.venues.hyperliquid.states import decode_perpetual_state, decode_spot_state
from tradebook.venues.hyperliquid.triggers import TriggerPrices
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
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

PLACED_MAX = 10_000
LEVERAGES_ASKED_MAX = 3
"""At once: each is a question of its own."""
MISSING_ORDER, TIME_MATTERS = "MissingOrder", ("Nonce", "Other")


class _Placed(NamedTuple):
    """So far back an order may have fills, and under which id of ours."""

    at: datetime
    client_order_id: str


class WalletSide:
    """Actions are signed by an agent of the owner; the stream and all questions are of the address."""

    streams: Sequence[str] = STREAMS
    fills_are_one_question = True

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
        self._address = (vault or wallet).lower()
        self._clock = clock
        self._actions = SignedActions(
            market.rest, signer, nonces, clock, is_mainnet=market.is_mainnet, vault=vault
        )
        self._scope: Scope = APART
        self._stream = PrivateStream(self._address, market.universe, self._told_of)
        self._history = AccountHistory(
            market.rest, market.universe, self._address, lambda: self._told_of().takes
        )
        self._leverages = ToldLeverages()
        self._triggers = TriggerPrices()
        self._placed: dict[str, _Placed] = {}
        """By the venue's number."""
        self._is_listed = False

    def _told_of(self) -> Scope:
        return self._scope

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

    async def prepare(self) -> None:
        """Learn what is listed, how the account's balances are kept, and what time it is there."""
        if self._is_listed or not self._market.universe:
            await self._market.list_instruments()
        self._is_listed = True
        self._scope = decode_scope(await self._ask("userAbstraction"))
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
            return msgspec.structs.replace(told, exec_type=ExecType.NEW)
        raise await self._refused(told)

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id; that it is over is told by the stream."""
        self._listed(order.instrument.instrument_id)
        await self._acknowledged(execution.cancel([order], self._market.universe), [order])
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
        """How it stands; None where Hyperliquid has never seen it."""
        return await self._status(self.client_order_id_of(order))

    async def _status(self, which: int | str) -> ExecutionReport | None:
        body = await self._ask("orderStatus", oid=which)
        told = decode_order_status(body, self._market.universe)
        if told is None or told.status is OrderStatus.REJECTED:
            return told
        told = self._triggers.read(told)
        placed = self._remember(told, decode_placed_at(body) or told.at)
        fills = await self._fills(told.venue_order_id, placed)
        return _as_filled(told, sum((each.quantity for each in fills), ZERO))

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:  # noqa: ARG002  # of the protocol
        """All fills of an order, oldest first."""
        placed = self._placed.get(venue_order_id)
        if placed is None:
            await self._status(int(venue_order_id))
            placed = self._placed.get(venue_order_id, _Placed(self._clock.now(), ""))
        return await self._fills(venue_order_id, placed)

    async def fills_since(self, assets: Collection[Asset], since: datetime) -> Sequence[Execution]:
        """All fills of instruments that move only the assets, whoever traded."""
        told = await self._history.fills_since(since)
        return [each for each in told if self._market.universe.moves_one_of(each.instrument_id, assets)]

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works or waits for its price."""
        body = await self._ask("frontendOpenOrders")
        told = decode_open_orders(body, self._market.universe, takes=self._scope.takes)
        for each in told:
            self._triggers.read(each)
            self._remember(each, each.at)
        return told

    # --- perpetuals

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        held = await self._perpetual_state() if self._scope.has_perpetuals else ()
        return [each for each in held if isinstance(each, Position) and each.quantity]

    async def leverages(self) -> Sequence[LeverageSetting]:
        """How positions are secured: of all that are open, and in turn of what is traded or looked at."""
        if not self._scope.has_perpetuals:
            return ()
        positions = await self.positions()
        for each in positions:
            self._leverages.take_position(each)
        self._leverages.concern(each for each in self._market.looked_at if self._is_traded(each))
        known = {each.instrument_id for each in positions}
        for instrument_id in self._leverages.to_ask_for(LEVERAGES_ASKED_MAX, known=known):
            body = await self._ask("activeAssetData", coin=self._listed(instrument_id).venue_symbol)
            self._leverages.take(decode_active_asset(body, self._market.universe))
        return self._leverages.settings()

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        return await self._history.fundings_since(since) if self._scope.has_perpetuals else ()

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        """Have positions in it secured so."""
        self._listed(instrument_id)
        if leverage != int(leverage):
            raise Inexpressible(VENUE, "leverage", "whole numbers only")
        asset, is_cross = self._market.universe.asset_number(instrument_id), mode is MarginMode.CROSS
        await self._acknowledged(execution.set_leverage(asset, leverage=int(leverage), is_cross=is_cross), [])
        self._leverages.concern([instrument_id])
        self._leverages.take(
            LeverageSetting(instrument_id=instrument_id, leverage=leverage, margin_mode=mode)
        )

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its wallets, on spot and for perpetuals."""
        spot = decode_spot_state(await self._ask("spotClearinghouseState"))
        if not self._scope.has_perpetuals:
            return spot
        collateral = [each for each in await self._perpetual_state() if isinstance(each, Balance)]
        return [*spot, *collateral]

    async def permissions(self) -> KeyPermissions:
        """What the agent's key may do for the account.

        Raises InvalidInput for a key that nobody has approved, and for an account that is not the wallet's.
        """
        return await permissions_of(self._market.rest, self._signer, wallet=self._wallet, vault=self._vault)

    # --- how it is done

    async def _ask(self, question: str, **parameters: Any) -> bytes:
        return await self._market.rest.ask(question, user=self._address, **parameters)

    async def _perpetual_state(self) -> Sequence[Position | Balance]:
        body = await self._ask("clearinghouseState")
        return decode_perpetual_state(body, self._market.universe)

    async def _fills(self, venue_order_id: str, placed: _Placed) -> Sequence[Execution]:
        names = {placed.client_order_id} - {""}
        return [
            each
            for each in await self._history.fills_since(placed.at)
            if each.venue_order_id == venue_order_id or each.client_order_id in names
        ]

    async def _acknowledged(self, action: Action, orders: Sequence[VenueOrder]) -> None:
        """Carry it out. Raises VenueRefusal."""
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
        if listed.kind is InstrumentKind.PERPETUAL and not self._scope.has_perpetuals:
            problem = "this account has one balance for spot and perpetuals; they are traded where it has two"
            raise Inexpressible(VENUE, "instrument_id", problem)
        return listed

    def _is_traded(self, instrument_id: InstrumentId) -> bool:
        return self._market.universe.listed(instrument_id).status is ListingStatus.TRADING

    def _remember(self, told: ExecutionReport, placed_at: datetime) -> _Placed:
        placed = self._placed[told.venue_order_id] = _Placed(placed_at, told.client_order_id)
        if len(self._placed) > PLACED_MAX:
            del self._placed[next(iter(self._placed))]
        return placed


def _as_filled(told: ExecutionReport, filled: Decimal) -> ExecutionReport:
    """With what its fills amount to; never less than it says itself."""
    whole = told.status is OrderStatus.FILLED
    if whole and filled < told.quantity and told.time_in_force is TimeInForce.IOC:
        # The rest of an order that takes what there is was cancelled.
        return msgspec.structs.replace(
            told, status=OrderStatus.EXPIRED, exec_type=ExecType.EXPIRED, cumulative_quantity=filled
        )
    status = told.status
    if filled and status not in TERMINAL:
        status = OrderStatus.PARTIALLY_FILLED
    most = max(filled, told.cumulative_quantity or ZERO)
    return msgspec.structs.replace(told, status=status, cumulative_quantity=most)
