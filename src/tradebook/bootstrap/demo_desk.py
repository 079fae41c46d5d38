"""Who trades on the first day of a demo book: an order of every kind, and some that go wrong."""

from __future__ import annotations

import random
from collections.abc import Awaitable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import structlog

from tradebook.identity.authenticator import NEVER
from tradebook.identity.events import PartyKind
from tradebook.identity.parties import Parties
from tradebook.identity.principal import Principal, Role, Scope
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId, PartyId, UserId, derive_id
from tradebook.kernel.money import ONE, plain, round_down, round_half_even
from tradebook.market.data import LiveMarketData
from tradebook.market.values import Instrument
from tradebook.trading.limits import CAREFUL_LIMITS, DEFAULT_LIMITS, RiskLimits
from tradebook.trading.orders import OffsetType, OrderType, Side, TimeInForce
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.orders import OrderService
from tradebook.trading.services.requests import LegRequest, OrderRequest, ReplaceRequest

OPENING = "demo-account"
"""Command id of the trading account's opening: there is one in a book."""
PARTY = "demo-party"
ACTOR = "system:demo"
TAG = "demo"

BTC, ETH = InstrumentId("BTC-USDT.SIM"), InstrumentId("ETH-USDT.SIM")
SOL, XRP = InstrumentId("SOL-USDT.SIM"), InstrumentId("XRP-USDT.SIM")
USDT = Asset("USDT")
BUY, SELL = Side.BUY, Side.SELL

T = TypeVar("T")

log = structlog.get_logger("tradebook.demo")


class Desk:
    """Somebody with two paper accounts. What is refused is part of the story, and of the journal."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        orders: OrderService,
        parties: Parties,
        market: LiveMarketData,
        clock: Clock,
        seed: int,
    ) -> None:
        self._accounts = accounts
        self._orders = orders
        self._parties = parties
        self._market = market
        self._clock = clock
        self._chance = random.Random(f"demo:{seed}")  # nosec B311  # sizes of orders, not a secret
        self._principal = Principal(
            actor=ACTOR,
            user_id=UserId(""),
            role=Role.OWNER,
            scopes=frozenset(Scope),
            parties=None,
            expires_at=NEVER,
        )
        self.main = self.savings = AccountId("")
        self.is_idle = False
        """Whether time may pass."""
        self.placed = 0

    async def wait(self, *, minutes: float) -> None:
        """Do nothing for a while."""
        self.is_idle = True
        await self._clock.sleep(minutes * 60)
        self.is_idle = False

    async def open(self) -> None:
        """A party of its own, so that its money is nobody's, and two accounts."""
        listed = await self._parties.create(
            self._principal, kind=PartyKind.PERSON, name="Demo", command_id=derive_id("demo", PARTY)
        )
        party_id = listed.party.party_id
        self.savings = await self._open("Demo savings", f"{OPENING}-savings", party_id, CAREFUL_LIMITS)
        self.main = await self._open("Demo trading", OPENING, party_id, DEFAULT_LIMITS)

    async def deposit(self, account_id: AccountId, amount: str) -> None:
        """Paper money in, under a reference that says what it is."""
        reference = f"{TAG}-in-{self._clock.now():%H%M}"
        await self._try(
            self._accounts.deposit(
                self._principal, account_id, asset=USDT, amount=Decimal(amount), reference=reference
            )
        )

    async def withdraw(self, account_id: AccountId, amount: str) -> None:
        """Paper money out."""
        reference = f"{TAG}-out-{self._clock.now():%H%M}"
        await self._try(
            self._accounts.withdraw(
                self._principal, account_id, asset=USDT, amount=Decimal(amount), reference=reference
            )
        )

    async def place(
        self,
        instrument_id: InstrumentId,
        side: Side,
        type_: OrderType,
        *,
        worth: float | None = None,
        price: float | None = None,
        stop: float | None = None,
        account_id: AccountId | None = None,
        **terms: Any,
    ) -> OrderId | None:
        """An order worth about that many USDT, prices in per cent from the market; None where denied."""
        instrument = self._market.instrument(instrument_id)
        assert instrument is not None
        self.placed += 1
        request = OrderRequest(
            account_id=account_id or self.main,
            client_order_id=f"{TAG}-{self.placed:02}",
            instrument=instrument_id,
            side=side,
            type=type_,
            quantity=None if worth is None else self._quantity(instrument, worth),
            price=None if price is None else self.price(instrument_id, price),
            stop_price=None if stop is None else self.price(instrument_id, stop),
            tags=(TAG,),
            **terms,
        )
        result = await self._try(self._orders.place(self._principal, request))
        return None if result is None else OrderId(result.order.order_id)

    async def move(self, order_id: OrderId | None, instrument_id: InstrumentId, price: float) -> None:
        """Give an open order another price."""
        if order_id is not None:
            change = ReplaceRequest(price=self.price(instrument_id, price))
            await self._try(self._orders.replace(self._principal, order_id, change))

    async def cancel(self, order_id: OrderId | None) -> None:
        """Think better of it."""
        if order_id is not None:
            await self._try(self._orders.cancel(self._principal, order_id))

    def price(self, instrument_id: InstrumentId, percent: float) -> str:
        """So many per cent from the last trade, on the tick."""
        instrument, last = self._market.instrument(instrument_id), self._market.last_trade(instrument_id)
        assert instrument is not None
        assert last is not None
        wanted = last.price * (ONE + Decimal(str(percent)) / 100)
        return plain(round_half_even(wanted, instrument.tick_size))

    def in_hours(self, hours: float) -> datetime:
        """A moment to come."""
        return self._clock.now() + timedelta(hours=hours)

    def _quantity(self, instrument: Instrument, worth: float) -> str:
        last = self._market.last_trade(instrument.instrument_id)
        assert last is not None
        wanted = Decimal(str(round(worth * self._chance.uniform(0.9, 1.1), 2))) / last.price
        return plain(round_down(wanted, instrument.lot_size))

    async def _open(self, name: str, command_id: str, party_id: PartyId, limits: RiskLimits) -> AccountId:
        opened = await self._accounts.open(
            self._principal,
            name=name,
            venue="paper",
            base_asset=USDT,
            party_id=party_id,
            limits=limits,
            command_id=command_id,
        )
        return AccountId(opened.account.account_id)

    async def _try(self, wish: Awaitable[T]) -> T | None:
        try:
            return await wish
        except TradebookError as error:
            log.debug("demo_wish_refused", code=error.code)
            return None


async def a_day(desk: Desk) -> None:
    """24 hours of it, and half an hour to spare."""
    try:
        await desk.open()
        await _first_hours(desk)
        await _at_work(desk)
        await _protected(desk)
        await _what_is_left_open(desk)
    finally:
        desk.is_idle = True


async def _first_hours(desk: Desk) -> None:
    """Money comes in and is put to work."""
    await desk.deposit(desk.main, "80000")
    await desk.deposit(desk.savings, "5000")
    await desk.wait(minutes=20)
    await desk.place(BTC, BUY, OrderType.MARKET, worth=16_000)
    await desk.wait(minutes=25)
    await desk.place(ETH, BUY, OrderType.MARKET, quote_quantity="9000")
    await desk.wait(minutes=30)
    await desk.place(SOL, BUY, OrderType.MARKET, worth=5_000)  # what the day sells of it is there
    await desk.place(XRP, BUY, OrderType.LIMIT, worth=3_000, price=0.1)
    await desk.wait(minutes=45)
    await desk.place(BTC, BUY, OrderType.LIMIT, worth=90_000, price=-1)  # more than its limit allows
    await desk.place(BTC, BUY, OrderType.LIMIT, worth=4_000, price=14)  # a slip of the keyboard
    for _ in range(3):
        await desk.place(BTC, BUY, OrderType.MARKET, worth=300, account_id=desk.savings)
        await desk.wait(minutes=40)


async def _at_work(desk: Desk) -> None:
    """In and out, some of it patient, some at once, some for a while only."""
    passing = TimeInForce.GTD
    await desk.place(ETH, SELL, OrderType.LIMIT, worth=2_000, price=0.3)
    await desk.place(BTC, BUY, OrderType.LIMIT, worth=3_000, price=0.02, time_in_force=TimeInForce.IOC)
    await desk.wait(minutes=50)
    await desk.place(SOL, BUY, OrderType.LIMIT, worth=1_500, price=-0.01, time_in_force=TimeInForce.FOK)
    await desk.place(
        XRP, BUY, OrderType.LIMIT, worth=900, price=-4, time_in_force=passing, expires_at=desk.in_hours(2)
    )
    moved = await desk.place(BTC, BUY, OrderType.LIMIT, worth=5_000, price=-2.5, post_only=True)
    await desk.wait(minutes=60)
    await desk.move(moved, BTC, -0.1)
    await desk.wait(minutes=70)
    await desk.cancel(moved)
    await desk.place(SOL, SELL, OrderType.MARKET, worth=1_800)
    await desk.place(ETH, BUY, OrderType.LIMIT, worth=2_500, price=-5, time_in_force=TimeInForce.DAY)
    await desk.wait(minutes=80)
    await desk.place(BTC, SELL, OrderType.MARKET, worth=4_000)
    await desk.deposit(desk.main, "20000")
    await desk.wait(minutes=60)
    forgotten = await desk.place(XRP, BUY, OrderType.LIMIT, worth=1_200, price=-3)
    await desk.wait(minutes=40)
    await desk.cancel(forgotten)


async def _protected(desk: Desk) -> None:
    """Entries with their exits, stops that trail, and one that cancels another."""
    exits: dict[str, Any] = {
        "take_profit": LegRequest(stop_price=desk.price(BTC, 0.5)),
        "stop_loss": LegRequest(stop_price=desk.price(BTC, -0.5)),
    }
    await desk.place(BTC, BUY, OrderType.LIMIT, worth=8_000, price=0.02, **exits)
    await desk.wait(minutes=60)
    trailing: dict[str, Any] = {"trailing_offset": "0.6", "trailing_offset_type": OffsetType.PERCENT}
    await desk.place(ETH, SELL, OrderType.TRAILING_STOP, worth=1_500, **trailing)
    await desk.wait(minutes=150)
    await desk.place(SOL, SELL, OrderType.STOP, worth=700, stop=-0.4)
    await desk.place(XRP, SELL, OrderType.STOP_LIMIT, worth=700, stop=-0.3, price=-0.5)
    await desk.place(ETH, SELL, OrderType.TAKE_PROFIT, worth=1_000, stop=0.4)
    await desk.wait(minutes=180)
    await desk.place(ETH, SELL, OrderType.LIMIT, worth=800, price=0.5, oco_group="demo-exit")
    await desk.place(ETH, SELL, OrderType.STOP, worth=800, stop=-0.5, oco_group="demo-exit")
    await desk.wait(minutes=180)
    await desk.withdraw(desk.main, "7500")
    await desk.place(ETH, BUY, OrderType.MARKET, worth=3_500)
    await desk.wait(minutes=60)
    await desk.place(ETH, BUY, OrderType.MARKET, worth=350, account_id=desk.savings)


async def _what_is_left_open(desk: Desk) -> None:
    """The visitor finds orders that work and positions that are protected."""
    await desk.place(BTC, BUY, OrderType.LIMIT, worth=6_000, price=-4)
    await desk.place(SOL, BUY, OrderType.LIMIT, worth=2_000, price=-5)
    await desk.place(BTC, SELL, OrderType.LIMIT, worth=3_000, price=5)
    await desk.wait(minutes=45)
    exits: dict[str, Any] = {
        "take_profit": LegRequest(stop_price=desk.price(ETH, 6)),
        "stop_loss": LegRequest(stop_price=desk.price(ETH, -5), price=desk.price(ETH, -5.5)),
    }
    await desk.place(ETH, BUY, OrderType.LIMIT, worth=4_000, price=0.05, **exits)
    trailing: dict[str, Any] = {"trailing_offset": "4", "trailing_offset_type": OffsetType.PERCENT}
    await desk.place(BTC, SELL, OrderType.TRAILING_STOP, worth=2_500, **trailing)
    await desk.place(SOL, SELL, OrderType.STOP, worth=900, stop=-7)
    await desk.wait(minutes=20)
    await desk.place(BTC, SELL, OrderType.MARKET, worth=1_200)
