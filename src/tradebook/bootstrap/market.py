"""Which market runs, what follows it, and what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.live import LiveVenues, live_venues
from tradebook.bootstrap.venue_memory import stored_memory
from tradebook.infra.settings import Settings
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId, new_id
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed, Sink
from tradebook.market.first_prices import AllAtHand, FirstPrices
from tradebook.market.history import MarketHistory
from tradebook.market.ports import Prices
from tradebook.market.queries import MarketQueries
from tradebook.market.replay.player import TapePlayer
from tradebook.market.replay.step import Step
from tradebook.market.replay.tape import read_tape
from tradebook.trading.processes.service import TradingProcesses
from tradebook.trading.writer import AccountWriter
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.paper.venue import PaperVenue
from tradebook.venues.simulated.instruments import EVERYTHING
from tradebook.venues.simulated.source import SimulatedMarket

Source = SimulatedMarket | TapePlayer | LiveMarket
LastPrices = Mapping[InstrumentId, Decimal]


@dataclass(frozen=True)
class MarketParts:
    """What is known of the market, where it comes from and where it is kept."""

    data: LiveMarketData
    source: Source | None
    run_id: str
    """Of this run of the source: sequences begin anew with each."""
    history: MarketHistory
    queries: MarketQueries
    live: LiveVenues | None
    """Where the market is theirs."""
    prices: Prices
    """What brings prices of instruments that nobody watches."""

    @property
    def tape(self) -> TapePlayer | None:
        """The source, where it is a tape."""
        return self.source if isinstance(self.source, TapePlayer) else None


def market_parts(base: Foundation, prices: LastPrices) -> MarketParts:
    """Made, not started. A simulated market begins at these ``prices``, where there are any.

    Raises InvalidInput for a market that there is not.
    """
    data = LiveMarketData(base.clock)
    live = _live(base) if base.settings.market == "live" else None
    source = live.market if live is not None else market_source(base.settings, base.clock, data, prices)
    run_id = source.run_id if source is not None else new_id()
    history = MarketHistory(base.pool, base.clock, run_id=run_id)
    if source is not None:
        data.add_instruments(source.instruments())
    prices_at_hand = AllAtHand() if live is None else FirstPrices(data, live.needs, base.clock)
    queries = MarketQueries(base.pool, history)
    return MarketParts(data, source, run_id, history, queries, live, prices_at_hand)


def _live(base: Foundation) -> LiveVenues:
    return live_venues(base.settings, base.clock, stored_memory(base.pool))


def market_source(
    settings: Settings, clock: Clock, market: LiveMarketData, prices: LastPrices
) -> Source | None:
    """The source that the settings name; None for ``none``. Raises InvalidInput."""
    match settings.market:
        case "none":
            return None
        case "simulated":
            characters = [
                msgspec.structs.replace(each, price=prices.get(each.instrument.instrument_id, each.price))
                for each in EVERYTHING
            ]
            return SimulatedMarket(clock, seed=settings.market_seed, run_id=new_id(), characters=characters)
        case replay:
            return TapePlayer(
                read_tape(replay.removeprefix("replay:")),
                clock,
                market.follow_tape,
                speed=None if settings.replay_speed == "max" else float(settings.replay_speed),
                paused=settings.replay_start == "paused",
            )


def feed_of(
    market: MarketParts,
    sinks: Sequence[Sink],
    *,
    writer: AccountWriter,
    processes: TradingProcesses,
    venue: PaperVenue,
) -> Feed | None:
    """What lets the market run, with these and its history following it; None where there is none."""
    if market.source is None:
        return None
    keep_step = step_of(
        market.source, writer=writer, processes=processes, venue=venue, history=market.history
    )
    return Feed(market.source, market.data, sinks=[market.history, *sinks], keep_step=keep_step)


async def run_always(feed: Feed) -> None:
    """Until cancelled: a tape ends some day, which is no failure. Raises what is a defect of the source."""
    await feed.run()
    await asyncio.Event().wait()


def step_of(
    source: Source,
    *,
    writer: AccountWriter,
    processes: TradingProcesses,
    venue: PaperVenue,
    history: MarketHistory,
) -> Callable[[], Awaitable[None]] | None:
    """What a tape at full speed waits for at every event; None for markets that have a pace of their own."""
    if not isinstance(source, TapePlayer) or source.has_pace:
        return None

    def is_quiet() -> bool:
        committed = writer.committed
        return (
            committed is not None and venue.is_quiet and processes.has_settled(committed) and history.has_room
        )

    return Step(is_quiet).keep
