"""Which market runs, and what follows it."""

from __future__ import annotations

from tradebook.infra.settings import Settings
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import new_id
from tradebook.market.data import LiveMarketData
from tradebook.market.replay.player import TapePlayer
from tradebook.market.replay.tape import read_tape
from tradebook.venues.simulated.source import SimulatedMarket

Source = SimulatedMarket | TapePlayer


def market_source(settings: Settings, clock: Clock, market: LiveMarketData) -> Source | None:
    """The source that the settings name; None for ``none``. Raises InvalidInput."""
    match settings.market:
        case "none":
            return None
        case "simulated":
            return SimulatedMarket(clock, seed=settings.market_seed, run_id=new_id())
        case "live":
            raise InvalidInput("market", "live prices arrive with the venues", "use simulated or replay:PATH")
        case replay:
            return TapePlayer(
                read_tape(replay.removeprefix("replay:")),
                clock,
                market.follow_tape,
                speed=None if settings.replay_speed == "max" else float(settings.replay_speed),
                paused=settings.replay_start == "paused",
            )
