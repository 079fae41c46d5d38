"""Everything a server is made of, wired: what the routes find under ``request.app.state.system``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import SystemRandom
from typing import NamedTuple

import asyncpg
import structlog

from tradebook.bootstrap import demo
from tradebook.bootstrap.checks import part_checks
from tradebook.bootstrap.connectable import ConnectedByCredentials
from tradebook.bootstrap.credentials import venue_credentials
from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.housekeeping import keep_house
from tradebook.bootstrap.live import LiveVenues
from tradebook.bootstrap.market import MarketParts, feed_of, market_parts, run_always
from tradebook.bootstrap.needs import keep_needs
from tradebook.bootstrap.owner import ensure_owner
from tradebook.bootstrap.snapshots import book_snapshots
from tradebook.bootstrap.status import Status
from tradebook.bootstrap.tasks import Work, in_background
from tradebook.bootstrap.trading import TradingParts, trading_parts
from tradebook.identity.authenticator import Authenticator
from tradebook.identity.service import IdentityService
from tradebook.identity.signing import SigningKeys
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.journal.checkpointer import Checkpointer
from tradebook.journal.checkpoints import CheckpointFile
from tradebook.journal.personal import PartyCipher
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable
from tradebook.market.backfill import Backfill
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed
from tradebook.market.past import PastCandleStore
from tradebook.market.ports import Prices
from tradebook.market.price_cache import PriceCache
from tradebook.market.queries import MarketQueries
from tradebook.market.recorded import RecordedPrices
from tradebook.market.replay.player import TapePlayer
from tradebook.trading.ports import Venue, VenueHealth
from tradebook.trading.processes.service import TradingProcesses
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.differences import DifferenceService
from tradebook.trading.services.leverages import Leverages
from tradebook.trading.services.orders import OrderService
from tradebook.trading.services.previews import Previews
from tradebook.trading.services.reconciliations import Reconciliations
from tradebook.trading.services.switches import Switches
from tradebook.trading.views.equity import EquityHistory
from tradebook.trading.views.explain import Explainer
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.marks import Marks
from tradebook.trading.views.parity import ParityReports
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import TradingQueries
from tradebook.trading.views.valuation import Valuer
from tradebook.trading.writer import AccountWriter
from tradebook.web.channels import SYSTEM
from tradebook.web.health import Check
from tradebook.web.hub import Hub
from tradebook.web.idempotency import Idempotency
from tradebook.web.market_channels import MarketChannels
from tradebook.web.system_channel import SystemChannel
from tradebook.web.view_channel import ViewSubscriber, views_channel

log = structlog.get_logger("tradebook")


@dataclass(frozen=True)
class System:
    """The parts, by the names that routes know them under."""

    clock: Clock
    pool: asyncpg.Pool
    journal: PostgresJournal
    checkpointer: Checkpointer
    checks: Mapping[str, Check]
    status: Status
    identity: IdentityService
    authenticator: Authenticator
    venue_credentials: VenueCredentials
    market: LiveMarketData
    market_queries: MarketQueries
    prices: Prices
    """What brings prices of instruments that nobody watches."""
    backfill: Backfill | None
    """What fetches the venues' own candles, where prices are live."""
    tape: TapePlayer | None
    writer: AccountWriter
    orders: OrderService
    accounts: AccountService
    differences: DifferenceService
    reconciliations: Reconciliations
    previews: Previews
    leverages: Leverages
    switches: Switches
    trading_queries: TradingQueries
    trading_history: TradingHistory
    parity_reports: ParityReports
    trading_progress: Progress
    trading_valuer: Valuer
    trading_equity: EquityHistory
    trading_explainer: Explainer
    venues: Sequence[Venue]
    price_health: Callable[[], Mapping[str, VenueHealth]]
    """How prices come from each venue, where they are live."""
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
        identity = await _identity(base)
        await ensure_owner(base, identity)
        checkpointer = await stack.enter_async_context(_checkpointer(base))
        market = market_parts(base, await demo.prepare(base, identity))
        await stack.enter_async_context(market.history)
        if market.live is not None:  # accounts that end have a last word to their venues
            stack.push_async_callback(market.live.close)
        trading = trading_parts(base, market, identity.authenticator)
        stack.push_async_callback(trading.writer.close)
        telling = await _telling(stack, base, market, trading)
        connectable = market.live.connectable if market.live is not None else ()
        connected = ConnectedByCredentials(connectable, base.clock, SystemRandom())
        credentials = venue_credentials(
            base,
            trading.known,
            permission_checks={each.venue.name: each.permissions for each in connectable},
            on_change=connected.follow,
        )
        await trading.processes.start()
        stack.push_async_callback(trading.processes.stop)
        await connected.connect(credentials)
        idempotency = _idempotency(base, identity.authenticator)
        chores = {
            "journal partitions": base.journal.create_partitions_ahead,
            "idempotent answers": idempotency.prune,
        }
        work = {
            "trading processes": trading.processes.wait(),
            "identity": identity.run(),
            "accounts at venues": connected.run(credentials),
            "housekeeping": keep_house(chores, base.clock),
            **telling.work(),
        }
        backfill: Backfill | None = None
        if market.live is not None:
            backfill = Backfill(PastCandleStore(base.pool), market.live.past, base.clock)
            work |= _of_live_market(base, market, market.live, trading, telling.hub)
            work["past candles"] = backfill.run()
        background = in_background(stack, work)
        looking_back = _looking_back(base, market, trading)
        yield System(
            clock=base.clock,
            pool=base.pool,
            journal=base.journal,
            checkpointer=checkpointer,
            checks=telling.checks,
            status=Status(base, identity.owner_setup, telling.checks),
            identity=identity,
            authenticator=identity.authenticator,
            venue_credentials=credentials,
            market=market.data,
            market_queries=market.queries,
            prices=market.prices,
            backfill=backfill,
            tape=market.tape,
            writer=trading.writer,
            orders=trading.orders,
            accounts=trading.accounts,
            differences=trading.differences,
            reconciliations=trading.reconciliations,
            previews=trading.previews,
            leverages=trading.leverages,
            switches=trading.switches,
            trading_queries=trading.queries,
            trading_history=looking_back.history,
            parity_reports=ParityReports(base.pool, base.journal),
            trading_progress=trading.progress,
            trading_valuer=looking_back.valuer,
            trading_equity=looking_back.equity,
            trading_explainer=looking_back.explainer,
            venues=trading.venues,
            price_health=market.live.price_health if market.live is not None else dict,
            processes=trading.processes,
            idempotency=idempotency,
            hub=telling.hub,
            background=background,
        )


class _Telling(NamedTuple):
    """What follows market, views and the parts' health, and tells those who watch."""

    checks: Mapping[str, Check]
    feed: Feed | None
    prices: PriceCache
    views: ViewSubscriber
    system_channel: SystemChannel
    hub: Hub

    def work(self) -> Work:
        """What of it goes on in the background."""
        work = {"view changes": self.views.run(), "system channel": self.system_channel.run(self.hub)}
        if self.feed is not None:
            work |= {"price cache": self.prices.run(), "feed": run_always(self.feed)}
        return work


async def _telling(
    stack: AsyncExitStack, base: Foundation, market: MarketParts, trading: TradingParts
) -> _Telling:
    prices = PriceCache(base.redis, base.clock, market.data)
    channels = _channels(market)
    feed = feed_of(
        market,
        [prices, channels],
        writer=trading.writer,
        processes=trading.processes,
        venue=trading.paper,
    )
    checks = part_checks(base, trading, market, feed)
    system_channel = SystemChannel(checks)
    hub = _hub(stack, channels, trading, system_channel)
    views = ViewSubscriber(base.redis_url, await views_channel(base.pool), hub)
    return _Telling(checks, feed, prices, views, system_channel, hub)


class _LookingBack(NamedTuple):
    """What tells of any moment what there was, what it was worth, and why."""

    history: TradingHistory
    valuer: Valuer
    equity: EquityHistory
    explainer: Explainer


def _looking_back(base: Foundation, market: MarketParts, trading: TradingParts) -> _LookingBack:
    history = TradingHistory(base.pool, base.journal, trading.progress)
    prices = RecordedPrices(base.pool, market.data.between)
    valuer = Valuer(base.pool, history, market.data, prices)
    equity = EquityHistory(base.pool, valuer)
    marks = Marks(base.pool, market.data, prices)
    explainer = Explainer(base.pool, valuer=valuer, marks=marks, history=equity)
    return _LookingBack(history, valuer, equity, explainer)


def _of_live_market(
    base: Foundation, market: MarketParts, live: LiveVenues, trading: TradingParts, hub: Hub
) -> Work:
    """What goes on beside the rest where prices come from venues."""
    needs = keep_needs(live.needs, processes=trading.processes, market=market.data, hub=hub, clock=base.clock)
    return {"live market": live.market.run(market.data), "needs of the market": needs}


def _channels(market: MarketParts) -> MarketChannels:
    channels = MarketChannels(
        market=market.data,
        candles=market.queries.newest_candles,
        on_watch=market.live.needs.touch if market.live is not None else lambda _: None,
    )
    market.history.follow_candles(channels.publish_candle)
    return channels


def _hub(
    stack: AsyncExitStack, channels: MarketChannels, trading: TradingParts, system_channel: SystemChannel
) -> Hub:
    """What is pushed, fed by the market; the views' changes are still to come."""
    hub = Hub(
        snapshots={
            **book_snapshots(trading.queries, trading.progress),
            **channels.snapshots(),
            SYSTEM: system_channel.snapshot,
        },
        parties_of_accounts=trading.queries.parties_of_accounts,
    )
    stack.push_async_callback(hub.stop)
    channels.start(hub)
    stack.callback(channels.stop)
    return hub


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
