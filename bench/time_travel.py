"""time_travel: an account as it stood at any of 200,000 events, against folding all of them.

One account of 50,000 orders, each placed, sent, accepted and filled, and a hundred that rest. Its states are
kept as its writer would have left them; then it is looked at as of random positions.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import asyncpg

from bench.database import fresh_database
from bench.report import report
from tradebook.bootstrap.catalogue import catalogue, projections
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.projection_runner import ProjectionRunner
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, OrderId, PartyId, new_id
from tradebook.kernel.money import ZERO
from tradebook.trading import events as e
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model import order_id_of
from tradebook.trading.orders import Hold, Liquidity, OrderStatus, OrderTerms, OrderType, RestsAt, Side
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.pages import PageRequest
from tradebook.trading.views.past import PastAccounts
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import OrderFilter

ORDERS = 50_000
RESTING = 100
APPEND_EVENTS = 400
LOOKS = 40
PROJECTED_WITHIN_S = 300
ACCOUNT = AccountId("bench")
BTC, USDT = Asset("BTC"), Asset("USDT")
INSTRUMENT = InstrumentId("BTC-USDT.SIM")
BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)
PRICE, QUANTITY = Decimal("50000.12"), Decimal("0.005")
COST = PRICE * QUANTITY


def account_events() -> Iterator[e.AccountEvent]:
    """All that happens to the account, in order."""
    yield e.AccountOpened(
        account_id=ACCOUNT,
        at=BEGAN,
        party_id=PartyId("me"),
        name="bench",
        venue="sim",
        base_asset=USDT,
        paper=True,
    )
    for asset, amount in ((USDT, Decimal(1_000_000_000)), (BTC, Decimal(1_000_000))):
        yield e.FundsDeposited(account_id=ACCOUNT, at=BEGAN, asset=asset, amount=amount)
    for number in range(RESTING):
        yield from _order(f"resting-{number}", Side.BUY, BEGAN, is_filled=False)
    for number in range(ORDERS):
        at = BEGAN + timedelta(seconds=number)
        yield from _order(f"order-{number}", (Side.BUY, Side.SELL)[number % 2], at, is_filled=True)


def _order(name: str, side: Side, at: datetime, *, is_filled: bool) -> Iterator[e.AccountEvent]:
    order_id = order_id_of(ACCOUNT, ClientOrderId(name))
    hold = Hold(asset=USDT, amount=COST) if side is Side.BUY else Hold(asset=BTC, amount=QUANTITY)
    yield _placed(order_id, name, side, at, hold)
    yield e.OrderSubmitted(account_id=ACCOUNT, at=at, order_id=order_id, attempt=1, send_before=at)
    yield e.OrderAccepted(account_id=ACCOUNT, at=at, order_id=order_id, venue_order_id=f"v-{name}")
    if is_filled:
        yield _filled(order_id, side, at, hold)


def _placed(order_id: OrderId, name: str, side: Side, at: datetime, hold: Hold) -> e.OrderPlaced:
    terms = OrderTerms(
        client_order_id=ClientOrderId(name),
        instrument_id=INSTRUMENT,
        side=side,
        type=OrderType.LIMIT,
        quantity=QUANTITY,
        price=PRICE,
    )
    return e.OrderPlaced(
        account_id=ACCOUNT,
        at=at,
        order_id=order_id,
        terms=terms,
        rests_at=RestsAt.VENUE,
        base_asset=BTC,
        quote_asset=USDT,
        hold=hold,
        unit_hold=PRICE if side is Side.BUY else Decimal(1),
    )


def _filled(order_id: OrderId, side: Side, at: datetime, hold: Hold) -> e.OrderFilled:
    return e.OrderFilled(
        account_id=ACCOUNT,
        at=at,
        order_id=order_id,
        fill_id=f"f-{order_id}",
        instrument_id=INSTRUMENT,
        side=side,
        quantity=QUANTITY,
        price=PRICE,
        base_asset=BTC,
        quote_asset=USDT,
        fee=ZERO,
        fee_asset=USDT,
        liquidity=Liquidity.MAKER,
        released=hold,
        cumulative_quantity=QUANTITY,
        is_complete=True,
    )


async def run() -> dict[str, Any]:
    """The benchmark's report, from a database of its own."""
    async with fresh_database() as database_url:
        return await measure(database_url)


async def measure(database_url: str) -> dict[str, Any]:
    """Look at the account as of random positions. The database must be migrated and empty."""
    async with (
        asyncpg.create_pool(database_url, min_size=2, max_size=10) as pool,
        PostgresJournal(database_url, pool, catalogue()) as journal,
    ):
        head = await _fill(journal)
        await _project(journal, pool, head)
        await pool.execute("vacuum analyze journal.events, trading.orders, trading.position_history")
        past = PastAccounts(journal)
        whole_ms = await _ms(past.at(ACCOUNT, head))  # keeps the states that it comes by
        history = TradingHistory(pool, journal, Progress(pool, projections()))
        looks = [Random(7).randint(1, head) for _ in range(LOOKS)]
        times_ms = {
            kind: await _look(history, kind, looks)
            for kind in ("state", "balances", "positions", "orders", "open orders")
        }
    slowest = sorted(each for times in times_ms.values() for each in times)
    return report(
        "time_travel",
        slowest[-1],
        f"ms for the slowest view as of a position among {head:,} events",
        baseline_name="folding all of them",
        baseline=whole_ms,
        latencies_ms=slowest,
        max_ms_by_view={kind: round(max(times), 1) for kind, times in times_ms.items()},
    )


async def _fill(journal: PostgresJournal) -> int:
    events = list(account_events())
    appends = []
    for version in range(0, len(events), APPEND_EVENTS):
        metadata = Metadata(actor="key:bench", command_id=new_id())
        part = events[version : version + APPEND_EVENTS]
        stream = e.stream_of(ACCOUNT)
        appends.append(
            await journal.append(
                Append(stream=stream, expected_version=version, events=part, metadata=metadata)
            )
        )
    return appends[-1].last_position


async def _project(journal: PostgresJournal, pool: asyncpg.Pool, head: int) -> None:
    def publish(_: Sequence[ViewChange]) -> None:
        """Nobody watches."""

    views = projections()
    async with ProjectionRunner(journal, pool, views, publish) as runner:
        await runner.wait_for(head, [view.name for view in views], timeout_s=PROJECTED_WITHIN_S)


async def _look(history: TradingHistory, kind: str, positions: Sequence[int]) -> list[float]:
    times_ms = []
    for position in positions:
        match kind:
            case "state":
                look: Any = history.state(ACCOUNT, position)
            case "balances":
                look = history.balances(ACCOUNT, position)
            case "positions":
                look = history.positions(ACCOUNT, position)
            case "orders":
                look = history.orders(ACCOUNT, position, OrderFilter(), PageRequest(limit=50))
            case _:
                is_open = OrderFilter(statuses=frozenset(OrderStatus) - TERMINAL)
                look = history.orders(ACCOUNT, position, is_open, PageRequest(limit=500))
        times_ms.append(await _ms(look))
        await asyncio.sleep(0)
    return times_ms


async def _ms(look: Any) -> float:
    began = time.perf_counter()
    await look
    return (time.perf_counter() - began) * 1000
