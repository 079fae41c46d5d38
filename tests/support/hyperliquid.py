"""Instruments of Hyperliquid for tests, and short words for what its payloads become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from tests.support.vectors import VECTORS
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import BookUpdate, Level
from tradebook.venues.hyperliquid.symbols import PerpetualMeta, SpotMeta, Universe

WIRE = VECTORS / "exchange_wire"
OWNER = "0x360878D351F05975e25f1807a27895e1e5e004fb"
USDC = Asset("USDC")

COINS = {
    **{
        "BTC": 5,
        "ETH": 4,
        "ATOM": 2,
        "MATIC": 1,
        "DYDX": 1,
        "SOL": 2,
        "AVAX": 2,
        "BNB": 3,
        "APE": 1,
        "OP": 1,
    },
    **{"LTC": 2, "ARB": 1, "DOGE": 0, "INJ": 1, "SUI": 1, "kPEPE": 0, "XRP": 0, "TON": 1, "ORDI": 2},
    **{"GRIFFAIN": 0, "JUP": 0, "MANTA": 1, "COINALPHA": 2},
}
"""Perpetuals of the venue's own dex, in its order, and the decimals of their sizes."""

TOKENS = {
    0: ("USDC", 8, 8),
    1: ("PURR", 0, 5),
    150: ("HYPE", 2, 8),
    197: ("UBTC", 5, 10),
    254: ("USOL", 3, 9),
    360: ("USDH", 2, 8),
}
"""Name, decimals of sizes and decimals of its smallest unit, by number."""
PAIRS = {"PURR/USDC": (1, 0, 0), "@107": (150, 0, 107), "@142": (197, 0, 142), "@156": (254, 0, 156)}
"""Base, quote and number of a pair."""


def spot_meta() -> SpotMeta:
    """What ``spotMeta`` answers."""
    return msgspec.convert(
        {
            "tokens": [
                {"name": name, "index": index, "szDecimals": sizes, "weiDecimals": units}
                for index, (name, sizes, units) in TOKENS.items()
            ],
            "universe": [
                {"name": name, "tokens": [base, quote], "index": index}
                for name, (base, quote, index) in PAIRS.items()
            ],
        },
        SpotMeta,
    )


def perpetual_meta(*coins: str, collateral: int = 0, decimals: int = 2) -> PerpetualMeta:
    """What ``meta`` answers for a dex of these coins."""
    lines = [{"name": coin, "szDecimals": COINS.get(coin, decimals), "maxLeverage": 50} for coin in coins]
    return msgspec.convert({"universe": lines, "collateralToken": collateral}, PerpetualMeta)


def universe() -> Universe:
    """Spot, the venue's own dex, and two of builders, one of them paid in USDH."""
    listed = Universe()
    listed.take_spot(spot_meta())
    listed.take_perpetuals(perpetual_meta(*COINS))
    listed.take_perpetuals(perpetual_meta("xyz:XYZ100", "xyz:AAPL", decimals=4), dex_index=1)
    listed.take_perpetuals(perpetual_meta("km:US500", collateral=360, decimals=3), dex_index=2)
    return listed


def perpetual(coin: str, collateral: str = "USDC") -> InstrumentId:
    """How we name the perpetual."""
    return InstrumentId(f"{coin.replace(':', '_')}-{collateral}-PERP.HYPERLIQUID")


def at(milliseconds: int) -> datetime:
    """A time of the venue."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def levels(*pairs: str) -> tuple[Level, ...]:
    """Levels written as ``price size``."""
    split = [pair.split() for pair in pairs]
    return tuple(Level(price=Decimal(price), size=Decimal(size)) for price, size in split)


def book(instrument: InstrumentId, time: int, bids: tuple[Level, ...], asks: tuple[Level, ...]) -> BookUpdate:
    """A whole book of a block."""
    return BookUpdate(
        instrument_id=instrument, bids=bids, asks=asks, is_snapshot=True, at=at(time), sequence=time
    )


def wire(payload: Any) -> bytes:
    """A payload as it came."""
    return json.dumps(payload).encode()
