"""Everything a server is made of, wired: what the routes find under ``request.app.state.system``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
import structlog

from tradebook.bootstrap.catalogue import projections
from tradebook.bootstrap.checks import part_checks
from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.housekeeping import keep_house
from tradebook.bootstrap.market import market_source, step_of
from tradebook.bootstrap.owner import ensure_owner
from tradebook.bootstrap.snapshots import book_snapshots
from tradebook.identity.authenticator import Authenticator
from tradebook.identity.service import IdentityService
from tradebook.identity.signing import SigningKeys
from tradebook.journal.checkpointer import Checkpointer
from tradebook.journal.checkpoints import CheckpointFile
from tradebook.journal.personal import PartyCipher
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import new_id
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed
from tradebook.market.history import MarketHistory
from tradebook.market.price_cache import PriceCache
from tradebook.market.queries import MarketQueries
from tradebook.market.replay.player import TapePlayer
from tradebook.trading.ports import Venue
from tradebook.trading.processes.service import TradingProcesses
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.order_commands import OrderCommands
from tradebook.trading.services.orders import OrderService
from tradebook.trading.views.explain import Explainer
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import TradingQueries
from tradebook.trading.writer import AccountWriter
from tradebook.venues.paper.venue import PaperVenue
from tradebook.web.channels import SYSTEM
from tradebook.web.hub import Hub
from tradebook.web.idempotency import Idempotency
from tradebook.web.market_channels import MarketChannels
from tradebook.web.system_channel import SystemChannel
from tradebook.web.view_channel import ViewSubscriber

PAPER = "paper"

log = structlog.get_logger("tradebook")


@dataclass(frozen=True)
class System:
    """The parts, by the names that routes know them under."""

    clock: Clock
    pool: asyncpg.Pool
    journal: PostgresJournal
    checkpointer: Checkpointer
    identity: IdentityService
    authenticator: Authenticator
    market: LiveMarketData
    market_queries: MarketQueries
    tape: TapePlayer | None
    writer: AccountWriter
    orders: OrderService
    accounts: AccountService
    trading_queries: TradingQueries
    trading_history: TradingHistory
    trading_progress: Progress
    trading_explainer: Explainer
    venues: Sequence[Venue]
    processes: TradingProcesses
    idempotency: Idempotency
    hub: Hub
    background: Sequence[asyncio.Task[None]]

    async def failure(self) -> None:
        """Raise Unavailable when a background task ended, which it never should; why is in the log."""
        done, _ = await asyncio.wait(self.background, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            log.error("background_task_ended", task=task.get_name(), exc_info=task.exception())
        names = ", ".join(task.get_name() for task in done)
        raise Unavailable("part_ended", f"A part that must always run has ended: {names}. Start again.")


@asynccontextmanager
async def system(base: Foundation) -> AsyncIterator[System]:
    """All parts, running; stopped in reverse order."""
    async with AsyncExitStack() as stack:
        background: list[asyncio.Task[None]] = []
        identity = await _identity(base)
        await ensure_owner(base, identity)
        checkpointer = await stack.enter_async_context(_checkpointer(base))

        market = LiveMarketData(base.clock)
        source = market_source(base.settings, base.clock, market)
        run_id = source.run_id if source is not None else new_id()
        history = MarketHistory(base.pool, base.clock, run_id=run_id)
        await stack.enter_async_context(history)
        market_queries = MarketQueries(base.pool, history)
        writer = AccountWriter(base.journal)
        stack.push_async_callback(writer.close)
        venue = PaperVenue(
            PAPER,
            market,
            run_id=run_id,
            seed=base.settings.market_seed,
            latency_ms=(0, base.settings.paper_latency_ms),
            rests_conditionals=base.settings.paper_rests_conditionals,
            clock=base.clock,
        )
        progress = Progress(base.pool, projections())
        queries = TradingQueries(base.pool, base.journal, progress)
        known = KnownAccounts(writer)
        orders = OrderService(
            writer=writer,
            market=market,
            commands=OrderCommands(market, {PAPER: venue.capabilities}),
            accounts=known,
            queries=queries,
            progress=progress,
            clock=base.clock,
        )
        accounts = AccountService(
            writer=writer,
            market=market,
            accounts=known,
            queries=queries,
            venues=[PAPER],
            party_of=identity.authenticator.own_party,
        )
        channels = MarketChannels(market=market, candles=market_queries.newest_candles)
        history.follow_candles(channels.publish_candle)
        system_channel = SystemChannel(part_checks(base, progress, market))
        hub = Hub(
            snapshots={
                **book_snapshots(queries, progress),
                **channels.snapshots(),
                SYSTEM: system_channel.snapshot,
            },
            parties_of_accounts=queries.parties_of_accounts,
        )
        stack.push_async_callback(hub.stop)
        channels.start(hub)
        stack.callback(channels.stop)
        if source is not None:
            market.add_instruments(source.instruments())
        processes = TradingProcesses(
            journal=base.journal,
            writer=writer,
            venue=venue,
            market=market,
            clock=base.clock,
        )
        await processes.start()
        stack.push_async_callback(processes.stop)
        idempotency = _idempotency(base, identity.authenticator)
        chores = {
            "journal partitions": base.journal.create_partitions_ahead,
            "idempotent answers": idempotency.prune,
        }
        background += [
            _task(stack, processes.wait(), "trading processes"),
            _task(stack, identity.run(), "identity"),
            _task(stack, ViewSubscriber(base.redis_url, hub).run(), "view changes"),
            _task(stack, system_channel.run(hub), "system channel"),
            _task(stack, keep_house(chores, base.clock), "housekeeping"),
        ]
        if source is not None:
            prices = PriceCache(base.redis, base.clock)
            background.append(_task(stack, prices.run(), "price cache"))
            keep_step = step_of(source, writer=writer, processes=processes, venue=venue, history=history)
            feed = Feed(source, market, sinks=[history, prices], keep_step=keep_step)
            _task(stack, feed.run(), "feed")
        trading_history = TradingHistory(base.pool, base.journal, progress)
        yield System(
            clock=base.clock,
            pool=base.pool,
            journal=base.journal,
            checkpointer=checkpointer,
            identity=identity,
            authenticator=identity.authenticator,
            market=market,
            market_queries=market_queries,
            tape=source if isinstance(source, TapePlayer) else None,
            writer=writer,
            orders=orders,
            accounts=accounts,
            trading_queries=queries,
            trading_history=trading_history,
            trading_progress=progress,
            trading_explainer=Explainer(base.pool, trading_history),
            venues=[venue],
            processes=processes,
            idempotency=idempotency,
            hub=hub,
            background=background,
        )


async def _identity(base: Foundation) -> IdentityService:
    identity = IdentityService(
        journal=base.journal,
        pool=base.pool,
        clock=base.clock,
        personal=PartyCipher(base.pool),
        signing_keys=SigningKeys(base.directory.secrets / "tokens.json"),
    )
    await identity.start()
    return identity


def _idempotency(base: Foundation, authenticator: Authenticator) -> Idempotency:
    secret = base.directory.read_or_create_secret("idempotency.key")
    return Idempotency(pool=base.pool, authenticator=authenticator, secret=secret)


def _checkpointer(base: Foundation) -> Checkpointer:
    key = SigningKey.load_or_create(base.directory.secrets / "checkpoints.key")
    file = CheckpointFile(base.directory.checkpoints / "checkpoints.jsonl")
    return Checkpointer(base.pool, base.journal, base.clock, key, file)


def _task(stack: AsyncExitStack, work: object, name: str) -> asyncio.Task[None]:
    task: asyncio.Task[None] = asyncio.create_task(work, name=name)  # type: ignore[arg-type]  # a coroutine
    stack.callback(task.cancel)
    return task
