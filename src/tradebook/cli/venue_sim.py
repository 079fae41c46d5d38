"""``tradebook venue-sim``: a venue to try things against, on this machine."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tradebook.cli.options import Json
from tradebook.cli.server import tell
from tradebook.cli.wiring import bootstrap, run


class SimulatedVenueName(StrEnum):
    """Which there are."""

    BINANCE = "binance"
    BYBIT = "bybit"
    HYPERLIQUID = "hyperliquid"


def venue_sim(
    *,
    venue: Annotated[SimulatedVenueName, typer.Option(help="As whom to speak.")] = SimulatedVenueName.BINANCE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 9001,
    seed: Annotated[int, typer.Option(help="Of the market.")] = 1,
    as_json: Json = False,
) -> None:
    """Serve a simulated venue: the public side of its markets, on loopback."""
    on_milestone = tell({"ready": "The simulated venue is at {url}"}, as_json=as_json)
    run(bootstrap().simulate_venue(venue=venue.value, port=port, seed=seed, on_milestone=on_milestone))
