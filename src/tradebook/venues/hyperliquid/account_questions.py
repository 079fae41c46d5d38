"""What is asked of Hyperliquid about an address: its orders and fills, what it has, and how that is secured.

What was filled is believed of fills alone: a single order tells how much of it was filled when its status
last changed, which for one that works is when it was placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, TimeInForce
from tradebook.venues.hyperliquid.history import AccountHistory
from tradebook.venues.hyperliquid.leverages import decode_active_asset
from tradebook.venues.hyperliquid.orders import decode_open_orders, decode_order_status, decode_placed_at
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.hyperliquid.scopes import APART, Scope, decode_scope
from tradebook.venues.hyperliquid.states import decode_perpetual_state, decode_spot_state
from tradebook.venues.hyperliquid.symbols import Universe
from tradebook.venues.hyperliquid.triggers import TriggerPrices
from tradebook.venues.hyperliquid.wallets import across
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
)

PLACED_MAX = 10_000
CLOCKS_DIFFER = timedelta(minutes=1)
_EVER = datetime.fromtimestamp(0, UTC)
"""Fills of an order that is forgotten may be any that are still told: ten thousand of an address."""


class _Placed(NamedTuple):
    """So far back an order may have fills, and under which id of ours."""

    at: datetime
    client_order_id: str


class AccountQuestions:
    """Of one address. Each raises what asking raises, and UndecodableFrame."""

    def __init__(
        self, rest: PublicRest, universe: Universe, address: str, triggers: TriggerPrices, clock: Clock
    ) -> None:
        """``triggers`` learn from the answers."""
        self._rest = rest
        self._universe = universe
        self._address = address
        self._triggers = triggers
        self._clock = clock
        self.scope: Scope = APART
        """What of the account is booked, once it is known."""
        self._history = AccountHistory(rest, universe, address, lambda: self.scope.takes)
        self._placed: dict[str, _Placed] = {}
        """By the venue's number."""

    async def learn_scope(self) -> None:
        """A person may change how his balances are kept."""
        self.scope = decode_scope(await self._ask("userAbstraction"))

    # --- orders and fills

    def placed(self, told: ExecutionReport) -> None:
        """It was placed just now, by a clock that may differ: its fills are not looked for before that."""
        self._remember(told, told.at - CLOCKS_DIFFER)

    async def order(self, which: int | str) -> ExecutionReport | None:
        """By the venue's number or by our id; None where Hyperliquid has never seen it."""
        body = await self._ask("orderStatus", oid=which)
        told = decode_order_status(body, self._universe)
        if told is None or told.status is OrderStatus.REJECTED:
            return told
        told = self._triggers.read(told)
        placed = self._remember(told, decode_placed_at(body) or told.at)
        fills = await self._fills(told.venue_order_id, placed)
        return _as_filled(told, sum((each.quantity for each in fills), ZERO))

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works or waits for its price."""
        body = await self._ask("frontendOpenOrders")
        told = decode_open_orders(body, self._universe, takes=self.scope.takes)
        for each in told:
            self._triggers.read(each)
            self._remember(each, each.at)
        return told

    async def fills_of(self, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first."""
        placed = self._placed.get(venue_order_id)
        if placed is None:
            await self.order(int(venue_order_id))
            placed = self._placed.get(venue_order_id, _Placed(_EVER, ""))
        return await self._fills(venue_order_id, placed)

    async def fills_since(self, since: datetime) -> Sequence[Execution]:
        """All fills, whoever traded."""
        return await self._history.fills_since(since)

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        return await self._history.fundings_since(since) if self.scope.has_perpetuals else ()

    async def transfers_since(self, since: datetime) -> Sequence[BalanceChange]:
        """All that came to the wallets that are booked and went, oldest first."""
        return across(await self._history.transfers_since(since), self.scope.wallets)

    # --- what there is

    async def balances(self) -> Sequence[Balance]:
        """In all wallets that are booked."""
        spot = decode_spot_state(await self._ask("spotClearinghouseState"))
        return [*spot, *(each for each in await self._perpetuals() if isinstance(each, Balance))]

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        return [each for each in await self._perpetuals() if isinstance(each, Position) and each.quantity]

    async def leverage(self, coin: str) -> LeverageSetting:
        """What a position in it would be opened with."""
        return decode_active_asset(await self._ask("activeAssetData", coin=coin), self._universe)

    # --- how it is done

    async def _perpetuals(self) -> Sequence[Position | Balance]:
        if not self.scope.has_perpetuals:
            return ()
        return decode_perpetual_state(await self._ask("clearinghouseState"), self._universe)

    async def _ask(self, question: str, **parameters: Any) -> bytes:
        return await self._rest.ask(question, user=self._address, **parameters)

    async def _fills(self, venue_order_id: str, placed: _Placed) -> Sequence[Execution]:
        """By its number, or by our id: what is triggered might go on under another number."""
        names = {placed.client_order_id} - {""}
        return [
            each
            for each in await self._history.fills_since(placed.at)
            if each.venue_order_id == venue_order_id or each.client_order_id in names
        ]

    def _remember(self, told: ExecutionReport, placed_at: datetime) -> _Placed:
        placed = self._placed[told.venue_order_id] = _Placed(placed_at, told.client_order_id)
        if len(self._placed) > PLACED_MAX:
            del self._placed[next(iter(self._placed))]
        return placed


def _takes_what_there_is(told: ExecutionReport) -> bool:
    """At once, or when its price has come; a stop at the market's price has no time in force here."""
    return told.time_in_force is TimeInForce.IOC or (told.type is not None and told.price is None)


def _as_filled(told: ExecutionReport, filled: Decimal) -> ExecutionReport:
    """With what its fills amount to; never less than it says itself."""
    whole = told.status is OrderStatus.FILLED
    if whole and ZERO < filled < told.quantity and _takes_what_there_is(told):
        # The rest of an order that takes what there is was cancelled. It has taken something: where no fill
        # is told, they are not told yet.
        return msgspec.structs.replace(
            told, status=OrderStatus.EXPIRED, exec_type=ExecType.EXPIRED, cumulative_quantity=filled
        )
    status = told.status
    if filled and status not in TERMINAL:
        status = OrderStatus.PARTIALLY_FILLED
    most = max(filled, told.cumulative_quantity or ZERO)
    return msgspec.structs.replace(told, status=status, cumulative_quantity=most)
