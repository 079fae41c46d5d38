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
from tradebook.market.values import Contract, Instrument

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
PERPETUAL_MAKER_FEE, PERPETUAL_TAKER_FEE = Decimal("0.00015"), Decimal("0.00045")
"""Of who has traded little: https://hyperliquid.gitbook.io/hyperliquid-docs/trading/fees"""
CENT_OF_PERPETUALS = Decimal("0.000001")
"""What collateral is counted in."""
MAINTENANCE_RATE = Decimal(1) / LEVERAGE_MAX / 2
"""Half of what the greatest leverage sets aside: https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margining"""


class Coin(NamedTuple):
    """A coin on the wire, and how its numbers are cut."""

    name: str
    size_decimals: int
    price_decimals: int

    @property
    def size_step(self) -> Decimal:
        """Sizes are multiples of it."""
        return Decimal(1).scaleb(-self.size_decimals)

    @property
    def price_step(self) -> Decimal:
        """All prices are multiples of it, large ones of more."""
        return Decimal(1).scaleb(-self.price_decimals)

    def size(self, value: Decimal) -> Decimal:
        """No more than there is."""
        return value.quantize(self.size_step, ROUND_FLOOR)

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


class Traded(NamedTuple):
    """A coin, the number that orders name it by, and the instrument that it is to the matching."""

    coin: Coin
    asset: int
    instrument: Instrument


class Symbols:
    """Coins of an instrument: a perpetual of its base, and a pair of a token that stands for it."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._instruments = list(instruments)
        self._coins: dict[InstrumentId, tuple[Coin, Coin]] = {}
        self.traded_perpetuals: dict[str, Traded] = {}
        self.traded_pairs: dict[str, Traded] = {}
        for index, each in enumerate(self._instruments):
            decimals = _size_decimals(each)
            perpetual = Coin(str(each.base_asset), decimals, PERPETUAL_DECIMALS - decimals)
            pair = Coin(f"@{index + 1}", decimals, SPOT_DECIMALS - decimals)
            self._coins[each.instrument_id] = perpetual, pair
            self.traded_perpetuals[perpetual.name] = Traded(perpetual, index, _as_perpetual(each, perpetual))
            self.traded_pairs[pair.name] = Traded(pair, SPOT_FROM + index + 1, _as_pair(each, pair))

    def coins(self, instrument_id: InstrumentId) -> tuple[Coin, Coin]:
        """As a perpetual and as a pair."""
        return self._coins[instrument_id]

    @property
    def perpetuals(self) -> list[Coin]:
        """In the order of the universe."""
        return [each.coin for each in self.traded_perpetuals.values()]

    @property
    def pairs(self) -> list[Coin]:
        """In the order of the universe."""
        return [each.coin for each in self.traded_pairs.values()]

    @property
    def tokens(self) -> dict[str, int]:
        """The numbers of all tokens."""
        pairs = self.traded_pairs.values()
        return {str(QUOTE): 0} | {str(each.instrument.base_asset): each.asset - SPOT_FROM for each in pairs}

    def traded(self, coin: str) -> Traded:
        """By the name of a perpetual or a pair. Raises KeyError."""
        return self.traded_perpetuals.get(coin) or self.traded_pairs[coin]

    def traded_as(self, asset: int) -> Traded | None:
        """By the number that orders name it by; None where there is none."""
        if asset >= SPOT_FROM:
            return self.traded_pairs.get(f"@{asset - SPOT_FROM}")
        perpetuals = list(self.traded_perpetuals.values())
        return perpetuals[asset] if 0 <= asset < len(perpetuals) else None

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


def _as_pair(instrument: Instrument, pair: Coin) -> Instrument:
    return msgspec.structs.replace(
        instrument,
        base_asset=_token_of(instrument),
        quote_asset=QUOTE,
        tick_size=pair.price_step,
        lot_size=pair.size_step,
        min_notional=MIN_VALUE,
        maker_fee_rate=MAKER_FEE,
        taker_fee_rate=TAKER_FEE,
    )


def _as_perpetual(instrument: Instrument, perpetual: Coin) -> Instrument:
    return msgspec.structs.replace(
        instrument,
        quote_asset=QUOTE,
        tick_size=perpetual.price_step,
        lot_size=perpetual.size_step,
        min_notional=MIN_VALUE,
        maker_fee_rate=PERPETUAL_MAKER_FEE,
        taker_fee_rate=PERPETUAL_TAKER_FEE,
        base_fee_step=None,
        contract=Contract(
            settle_asset=QUOTE,
            settle_step=CENT_OF_PERPETUALS,
            max_leverage=Decimal(LEVERAGE_MAX),
            maintenance_rate=MAINTENANCE_RATE,
        ),
    )


def _size_decimals(instrument: Instrument) -> int:
    return min(max(-instrument.lot_size.adjusted(), 0), SIZE_DECIMALS_MAX)
