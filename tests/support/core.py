"""The core without an edge: journal, account writer, processes and a venue on one market."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from typing import Any

from tests.support.market import BTC_USDT
from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.ports import Journal
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, OrderId, PartyId, new_id
from tradebook.kernel.messages import Event
from tradebook.market.ports import MarketData
from tradebook.market.values import Instrument
from tradebook.trading import events, model
from tradebook.trading.commands import (
    CancelOrder,
    DepositFunds,
    OpenAccount,
    PlaceOrder,
    RecordFill,
    ReplaceOrder,
    TradingCommand,
)
from tradebook.trading.limits import RiskLimits
from tradebook.trading.orders import Liquidity, OrderTerms, OrderType, PriceSeen, Side
from tradebook.trading.ports import Venue
from tradebook.trading.processes.service import TradingProcesses
from tradebook.trading.residents import Residents
from tradebook.trading.writer import AccountWriter, Outcome

CATALOGUE = EventCatalogue(events.SCHEMAS)
ALICE = AccountId("alice")
NO_LIMITS = RiskLimits(price_collar=None, daily_loss=None, drawdown=None, price_age_s_max=3600)
AMOUNTS = ("quantity", "price", "stop_price", "quote_quantity", "trailing_offset")


def seen_in(market: MarketData, instrument: Instrument) -> PriceSeen | None:
    """The price that a decision made now rests on."""
    quote = market.quote(instrument.instrument_id)
    last = market.last_trade(instrument.instrument_id)
    if quote is None or last is None:
        return None
    return PriceSeen(
        bid=quote.bid,
        ask=quote.ask,
        last=last.price,
        source="test",
        at=max(quote.at, last.at),
        sequence=max(quote.sequence, last.sequence),
    )


SETTLES_WITHIN_S = 0.25
"""Some outcomes stay open for good; all else is quiet sooner, also on a busy machine."""


class Core:
    """One life of the core. A crash is ``kill``; the next life is another Core on the same journal."""

    def __init__(
        self,
        journal: Journal,
        venue: Venue,
        market: MarketData,
        clock: Clock,
        *,
        instrument: Instrument = BTC_USDT,
        account_snapshot_events: int = 1_000,
        snapshot_every: int = 50_000,
    ) -> None:
        self.journal = journal
        self.venue = venue
        self.market = market
        self.instrument = instrument
        self.writer = AccountWriter(
            journal, residents=Residents(journal, snapshot_events=account_snapshot_events)
        )
        self.processes = TradingProcesses(
            journal=journal,
            writer=self.writer,
            venues=[venue],
            market=market,
            clock=clock,
            snapshot_every=snapshot_every,
        )

    async def start(self) -> None:
        await self.processes.start()

    async def stop(self) -> None:
        await self.processes.stop()
        await self.writer.close()

    async def handle(self, command: TradingCommand) -> Outcome:
        return await self.writer.handle(command, metadata=Metadata(actor="user:test", command_id=new_id()))

    async def open_account(
        self,
        account_id: AccountId = ALICE,
        *,
        base_asset: Asset | None = None,
        limits: RiskLimits = NO_LIMITS,
        **funds: str,
    ) -> None:
        await self.handle(
            OpenAccount(
                account_id=account_id,
                at=self.market.now(),
                party_id=PartyId("person"),
                name=account_id,
                venue=self.venue.name,
                base_asset=base_asset or self.instrument.quote_asset,
                paper=True,
                limits=limits,
            )
        )
        await self.deposit(account_id, **funds)

    async def deposit(self, account_id: AccountId = ALICE, **funds: str) -> None:
        for asset, amount in funds.items():
            await self.handle(
                DepositFunds(
                    account_id=account_id, at=self.market.now(), asset=Asset(asset), amount=Decimal(amount)
                )
            )

    def place(self, name: str, side: Side, *, account_id: AccountId = ALICE, **terms: Any) -> PlaceOrder:
        """The command that places an order. Amounts may be given as strings."""
        for amount in AMOUNTS:
            if terms.get(amount) is not None:
                terms[amount] = Decimal(terms[amount])
        terms.setdefault("type", OrderType.LIMIT if terms.get("price") else OrderType.MARKET)
        wanted = OrderTerms(
            client_order_id=ClientOrderId(name),
            instrument_id=self.instrument.instrument_id,
            side=side,
            **terms,
        )
        return PlaceOrder(
            account_id=account_id,
            at=self.market.now(),
            order_id=model.order_id_of(account_id, ClientOrderId(name)),
            terms=wanted,
            instrument=self.instrument,
            seen=seen_in(self.market, self.instrument),
            rests_at=self.venue.capabilities.of(self.instrument).rests_at(wanted),
        )

    def fill(
        self,
        order_id: OrderId,
        fill_id: str = "f",
        *,
        side: Side = Side.BUY,
        quantity: str = "1",
        price: str = "90",
        account_id: AccountId = ALICE,
    ) -> RecordFill:
        """The venue's report of a fill, free of charge."""
        return RecordFill(
            account_id=account_id,
            at=self.market.now(),
            order_id=order_id,
            venue_order_id="v",
            fill_id=fill_id,
            instrument_id=self.instrument.instrument_id,
            side=side,
            quantity=Decimal(quantity),
            price=Decimal(price),
            base_asset=self.instrument.base_asset,
            quote_asset=self.instrument.quote_asset,
            fee_asset=self.instrument.quote_asset,
            liquidity=Liquidity.MAKER,
        )

    async def order(self, name: str, side: Side, **terms: Any) -> OrderId:
        """Place an order; it must not be denied."""
        command = self.place(name, side, **terms)
        outcome = await self.handle(command)
        denials = [event for event in outcome.events if isinstance(event, events.OrderDenied)]
        assert not denials, denials
        return command.order_id

    async def cancel(self, order_id: OrderId, account_id: AccountId = ALICE) -> None:
        await self.handle(CancelOrder(account_id=account_id, at=self.market.now(), order_id=order_id))

    async def replace(self, order_id: OrderId, account_id: AccountId = ALICE, **wanted: str) -> None:
        amounts: dict[str, Any] = {name: Decimal(amount) for name, amount in wanted.items()}
        await self.handle(
            ReplaceOrder(
                account_id=account_id,
                at=self.market.now(),
                order_id=order_id,
                instrument=self.instrument,
                seen=seen_in(self.market, self.instrument),
                **amounts,
            )
        )

    async def settle(self) -> None:
        """Let everything that can happen without the market or a timer happen."""
        quiet = 0
        position = -1
        patience_ends = time.monotonic() + SETTLES_WITHIN_S
        while quiet < 30 or not (self.processes.has_settled(position) or time.monotonic() > patience_ends):
            await asyncio.sleep(0)
            head = (await self.journal.head()).position
            quiet = quiet + 1 if (head, self.processes.position) == (position, position) else 0
            position = head

    async def history(self, order_id: OrderId | None = None) -> list[Event]:
        """The facts of all orders, or of one."""
        recorded = await self.journal.read(limit=1_000_000)
        facts = [each.event for each in recorded]
        if order_id is None:
            return facts
        return [fact for fact in facts if getattr(fact, "order_id", None) == order_id]

    async def life(self, order_id: OrderId) -> list[str]:
        """The names of an order's facts."""
        return [type(fact).__name__.removeprefix("Order") for fact in await self.history(order_id)]


__all__ = ["ALICE", "CATALOGUE", "Core", "TradebookError", "seen_in"]
