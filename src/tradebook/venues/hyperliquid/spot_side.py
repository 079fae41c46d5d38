"""One account on Hyperliquid's spot market: implements ``AccountSide`` and ``TellsFills``.

What was filled is believed of fills alone: a single order tells how much of it was filled when its status
last changed, which for one that works is when it was placed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.hyperliquid import execution
from tradebook.venues.hyperliquid.actions import SignedActions
from tradebook.venues.hyperliquid.agents import permissions_of
from tradebook.venues.hyperliquid.answers import decode_acknowledgement, decode_placement
from tradebook.venues.hyperliquid.fills import decode_fills_page
from tradebook.venues.hyperliquid.nonces import NonceBook, milliseconds
from tradebook.venues.hyperliquid.orders import decode_open_orders, decode_order_status, decode_placed_at
from tradebook.venues.hyperliquid.private_stream import STREAMS, PrivateStream
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.hyperliquid.states import decode_spot_state
from tradebook.venues.hyperliquid.symbols import is_spot
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    KeyPermissions,
    VenueProblem,
)
from tradebook.venues.messages.instruments import InstrumentKind

FILLS_MAX = 2000
"""In one answer."""
FILLS_EXPECTED = 20
"""Of one order, or within a minute."""
PLACED_AT_MAX = 10_000
MISSING_ORDER, TIME_MATTERS = "MissingOrder", ("Nonce", "Other")


class SpotSide:
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
        self._stream = PrivateStream(self._address, market.universe)
        self._placed_at: dict[str, datetime] = {}
        """By the venue's number; so far back an order may have fills."""
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
        return self._stream.decode(frame)

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return execution.client_order_id_of(attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._market.universe.listed(instrument_id).instrument

    async def prepare(self) -> None:
        """Learn what is listed, and what time it is there."""
        if self._is_listed or not self._market.universe:
            await self._market.list_instruments()
        self._is_listed = True
        await self._actions.venue_clock.measure()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it; that it was taken is answered, its fills are told by the stream."""
        self._require_spot(order.instrument.instrument_id)
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
        self._require_spot(order.instrument.instrument_id)
        body = await self._actions.act(execution.cancel([order], self._market.universe))
        try:
            problems = decode_acknowledgement(body, [order])
        except UndecodableFrame as error:
            raise ConnectionError(error.detail) from error
        for each in problems:
            raise await self._refused(each)
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
        body = await self._market.rest.ask("orderStatus", user=self._address, oid=which)
        told = decode_order_status(body, self._market.universe)
        if told is None or told.status is OrderStatus.REJECTED:
            return told
        placed_at = decode_placed_at(body) or told.at
        self._remember(told.venue_order_id, placed_at)
        fills = await self._fills(told.venue_order_id, since=placed_at)
        return _as_filled(told, sum((each.quantity for each in fills), ZERO))

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:  # noqa: ARG002  # of the protocol
        """All fills of an order, oldest first."""
        since = self._placed_at.get(venue_order_id)
        if since is None:
            await self._status(int(venue_order_id))
            since = self._placed_at.get(venue_order_id, self._clock.now())
        return await self._fills(venue_order_id, since=since)

    async def fills_since(self, assets: Collection[Asset], since: datetime) -> Sequence[Execution]:
        """All fills of instruments between any two of the assets, whoever traded."""
        wanted = {each.instrument.instrument_id for each in self._market.universe.between(assets)}
        return [each for each in await self._all_fills(since) if each.instrument_id in wanted]

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works on spot."""
        body = await self._market.rest.ask("frontendOpenOrders", user=self._address)
        told = decode_open_orders(body, self._market.universe, takes=is_spot)
        for each in told:
            self._remember(each.venue_order_id, each.at)
        return told

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has on spot."""
        return decode_spot_state(await self._market.rest.ask("spotClearinghouseState", user=self._address))

    async def permissions(self) -> KeyPermissions:
        """What the agent's key may do for the account.

        Raises InvalidInput for a key that nobody has approved, and for an account that is not the wallet's.
        """
        return await permissions_of(self._market.rest, self._signer, wallet=self._wallet, vault=self._vault)

    # --- how it is done

    async def _fills(self, venue_order_id: str, *, since: datetime) -> Sequence[Execution]:
        return [each for each in await self._all_fills(since) if each.venue_order_id == venue_order_id]

    async def _all_fills(self, since: datetime) -> Sequence[Execution]:
        """Page by page, as no answer holds more than so many; a page begins where the last one ended."""
        found: dict[str, Execution] = {}
        while True:
            body = await self._market.rest.ask(
                "userFillsByTime",
                items=FILLS_EXPECTED,
                user=self._address,
                startTime=milliseconds(since),
            )
            page = decode_fills_page(body, self._market.universe, owner=self._address, takes=is_spot)
            found.update((each.fill_id, each) for each in page.fills)
            if page.length < FILLS_MAX or page.last_at in (None, since):
                return sorted(found.values(), key=lambda each: each.at)
            since = page.last_at

    async def _refused(self, problem: VenueProblem) -> VenueRefusal:
        if problem.code == MISSING_ORDER:
            return UnknownOrder(VENUE, problem.code, problem.message)
        if problem.code in TIME_MATTERS:
            await self._actions.look_at_the_clock()
        return VenueRefusal(VENUE, problem.code, problem.message)

    def _require_spot(self, instrument_id: InstrumentId) -> None:
        """Raises Inexpressible for what is not listed, and for perpetuals."""
        try:
            kind = self._market.universe.listed(instrument_id).kind
        except KeyError:
            raise Inexpressible(VENUE, "instrument_id", f"{instrument_id} is not listed") from None
        if kind is not InstrumentKind.SPOT:
            raise Inexpressible(VENUE, "instrument_id", "this account trades on spot; perpetuals come later")

    def _remember(self, venue_order_id: str, placed_at: datetime) -> None:
        self._placed_at[venue_order_id] = placed_at
        if len(self._placed_at) > PLACED_AT_MAX:
            del self._placed_at[next(iter(self._placed_at))]


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
