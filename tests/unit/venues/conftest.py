"""A paper venue on a market moved by hand, and short words to talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.market import BTC_USDT, HandMarket, nothing_missed

from tradebook.kernel.ids import AccountId, ClientOrderId, OrderId
from tradebook.kernel.money import plain
from tradebook.trading.commands import RecordFill, VenueReport
from tradebook.trading.orders import OrderTerms, OrderType, Side
from tradebook.trading.ports import VenueOrder
from tradebook.venues.paper.venue import PaperVenue

FOREVER = datetime.max.replace(tzinfo=UTC)


class Desk:
    """Sends orders to a venue and reads its reports as short lines."""

    def __init__(self, market: HandMarket, venue: PaperVenue) -> None:
        self.market = market
        self.venue = venue
        self.reports: list[VenueReport] = []

    async def record(self, report: VenueReport) -> None:
        self.reports.append(report)

    async def send(
        self,
        order_id: str,
        side: Side,
        quantity: str = "0",
        *,
        attempt: int = 1,
        restored: bool = False,
        protection: str | None = None,
        **terms: Any,
    ) -> VenueOrder:
        for name in ("price", "stop_price", "quote_quantity", "trailing_offset"):
            if terms.get(name) is not None:
                terms[name] = Decimal(terms[name])
        terms.setdefault("type", OrderType.LIMIT if terms.get("price") else OrderType.MARKET)
        order = VenueOrder(
            account_id=AccountId("alice"),
            order_id=OrderId(order_id),
            instrument=BTC_USDT,
            terms=OrderTerms(
                client_order_id=ClientOrderId(order_id),
                instrument_id=BTC_USDT.instrument_id,
                side=side,
                quantity=Decimal(quantity),
                **terms,
            ),
            quantity=Decimal(quantity),
            attempt=attempt,
            restored=restored,
            protection_price=None if protection is None else Decimal(protection),
        )
        await self.venue.submit(order, send_before=FOREVER)
        return order

    async def told(self) -> list[str]:
        """What was reported since the last time it was asked."""
        for _ in range(3):
            await asyncio.sleep(0)
        lines = [_line(report) for report in self.reports]
        self.reports.clear()
        return lines


def _line(report: VenueReport) -> str:
    word = type(report).__name__.removeprefix("Record").lower()
    if isinstance(report, RecordFill):
        match = f"{plain(report.quantity)} at {plain(report.price)}"
        return f"{report.order_id} {word} {match} {report.liquidity.value}"
    fields = msgspec.structs.asdict(report)
    detail = fields.get("reason") or fields.get("trigger_price") or fields.get("anchor") or ""
    return f"{fields['order_id']} {word} {detail}".strip()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run", rests_conditionals=True))
    await desk.venue.start(desk.record, nothing_missed)
    yield desk
    await desk.venue.stop()
