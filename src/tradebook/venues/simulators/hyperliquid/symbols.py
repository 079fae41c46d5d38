"""The instruments of the simulated market as Hyperliquid would list them: each as a perpetual and as a pair.

Prices have five figures, or are whole, and a number of decimals that depends on that of sizes.
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/tick-and-lot-size
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

import msgspec

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument

SIZE_DECIMALS_MAX = 5
PERPETUAL_DECIMALS, SPOT_DECIMALS = 6, 8
"""Of a price and a size together."""
FIGURES = 5
LEVERAGE_MAX = 40
WEI_DECIMALS = 8
QUOTE = Asset("USDC")
USDC = {"name": QUOTE, "szDecimals": 8, "weiDecimals": WEI_DECIMALS, "index": 0, "isCanonical": True}
SPOT_FROM = 10_000
"""Numbers of assets in orders: from here on they are pairs."""
MIN_VALUE = Decimal(10)
MAKER_FEE, TAKER_FEE = Decimal("0.0004"), Decimal("0.0007")
"""Of who has traded little: https://hyperliquid.gitbook.io/hyperliquid-docs/trading/fees"""


class Coin(NamedTuple):
    """A coin on the wire, and how its numbers are cut."""

    name: str
    size_decimals: int
    price_decimals: int

    def size(self, value: Decimal) -> Decimal:
        """No more than there is."""
        return value.quantize(Decimal(1).scaleb(-self.size_decimals), ROUND_FLOOR)

    def bid(self, price: Decimal) -> Decimal:
        """On the grid, or just below."""
        return price.quantize(self._step(price), ROUND_FLOOR)

    def ask(self, price: Decimal) -> Decimal:
        """On the grid, or just above."""
        return price.quantize(self._step(price), ROUND_CEILING)

    def nearest(self, price: Decimal) -> Decimal:
        """On the grid."""
        return price.quantize(self._step(price), ROUND_HALF_EVEN)

    def fits(self, price: Decimal) -> bool:
        """Whether it is on the grid; whole prices always are."""
        return price == self.nearest(price) or (price == price.to_integral_value() and price > 0)

    def _step(self, price: Decimal) -> Decimal:
        of_figures = min(price.adjusted() - FIGURES + 1, 0)
        return Decimal(1).scaleb(max(of_figures, -self.price_decimals))


class Pair(NamedTuple):
    """A coin that is traded for the quote token, and the instrument that it is to the matching."""

    coin: Coin
    number: int
    instrument: Instrument

    def gives(self, *, is_buy: bool) -> Asset:
        """Which token an order gives away."""
        return self.instrument.quote_asset if is_buy else self.instrument.base_asset


class Symbols:
    """Coins of an instrument: a perpetual of its base, and a pair of a token that stands for it."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._instruments = list(instruments)
        self._coins: dict[InstrumentId, tuple[Coin, Coin]] = {}
        self._pairs: dict[str, Pair] = {}
        for number, each in enumerate(self._instruments, start=1):
            decimals = _size_decimals(each)
            perpetual = Coin(str(each.base_asset), decimals, PERPETUAL_DECIMALS - decimals)
            pair = Coin(f"@{number}", decimals, SPOT_DECIMALS - decimals)
            self._coins[each.instrument_id] = perpetual, pair
            self._pairs[pair.name] = Pair(pair, number, _traded_as(each, pair))

    def coins(self, instrument_id: InstrumentId) -> tuple[Coin, Coin]:
        """As a perpetual and as a pair."""
        return self._coins[instrument_id]

    @property
    def perpetuals(self) -> list[Coin]:
        """In the order of the universe."""
        return [perpetual for perpetual, _ in self._coins.values()]

    @property
    def pairs(self) -> list[Coin]:
        """In the order of the universe."""
        return [pair for _, pair in self._coins.values()]

    @property
    def traded(self) -> list[Pair]:
        """All pairs."""
        return list(self._pairs.values())

    @property
    def tokens(self) -> dict[str, int]:
        """The numbers of all tokens."""
        return {str(QUOTE): 0} | {str(pair.instrument.base_asset): pair.number for pair in self.traded}

    def pair(self, name: str) -> Pair:
        """Raises KeyError."""
        return self._pairs[name]

    def pair_of_asset(self, asset: int) -> Pair | None:
        """By the number that orders name it by; None where it is no pair."""
        return self._pairs.get(f"@{asset - SPOT_FROM}")

    def meta(self) -> dict[str, Any]:
        """``meta``."""
        lines = [
            {"name": coin.name, "szDecimals": coin.size_decimals, "maxLeverage": LEVERAGE_MAX}
            for coin in self.perpetuals
        ]
        return {"universe": lines, "marginTables": [], "collateralToken": 0}

    def spot_meta(self) -> dict[str, Any]:
        """``spotMeta``."""
        numbered = list(enumerate(self._instruments, start=1))
        tokens = [
            {
                "name": _token_of(each),
                "szDecimals": _size_decimals(each),
                "weiDecimals": WEI_DECIMALS,
                "index": number,
                "isCanonical": False,
            }
            for number, each in numbered
        ]
        pairs = [
            {"name": f"@{number}", "tokens": [number, 0], "index": number, "isCanonical": False}
            for number, _ in numbered
        ]
        return {"tokens": [USDC, *tokens], "universe": pairs}


def milliseconds(at: datetime) -> int:
    """As Hyperliquid writes times."""
    return round(at.timestamp() * 1000)


def _token_of(instrument: Instrument) -> Asset:
    return Asset(f"U{instrument.base_asset}")


def _traded_as(instrument: Instrument, pair: Coin) -> Instrument:
    return msgspec.structs.replace(
        instrument,
        base_asset=_token_of(instrument),
        quote_asset=QUOTE,
        tick_size=Decimal(1).scaleb(-pair.price_decimals),
        lot_size=Decimal(1).scaleb(-pair.size_decimals),
        min_notional=MIN_VALUE,
        maker_fee_rate=MAKER_FEE,
        taker_fee_rate=TAKER_FEE,
    )


def _size_decimals(instrument: Instrument) -> int:
    return min(max(-instrument.lot_size.adjusted(), 0), SIZE_DECIMALS_MAX)
