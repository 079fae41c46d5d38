"""The instruments of the simulated market as Binance would list them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Instrument
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.rejections import Rejection

SELF_TRADE_PREVENTION = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
"""The first is what an order has that says nothing of it."""
PRICE_MAX, QUANTITY_MAX = Decimal(1_000_000), Decimal(9_000_000)


class Symbols:
    """Both directions of the names."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.instruments = {f"{each.base_asset}{each.quote_asset}": each for each in instruments}
        self.unlisted: set[str] = set()
        """Those that are not told with the others: not yet, or no more."""
        self._names = {each.instrument_id: name for name, each in self.instruments.items()}

    def take(self, instrument: Instrument) -> None:
        """New terms of one that is listed."""
        self.instruments[self.name(instrument.instrument_id)] = instrument

    def name(self, instrument_id: InstrumentId) -> str:
        """``BTCUSDT``."""
        return self._names[instrument_id]

    def require(self, symbol: str) -> Instrument:
        """The instrument of a name. Raises Rejection."""
        instrument = self.instruments.get(symbol)
        if instrument is None:
            raise Rejection(-1121, "Invalid symbol.")
        return instrument

    def listed(self) -> Iterator[tuple[str, Instrument]]:
        """By name."""
        return (each for each in self.instruments.items() if each[0] not in self.unlisted)

    def exchange_info(self, budgets: Budgets, now: datetime) -> dict[str, Any]:
        """``GET /api/v3/exchangeInfo``."""
        return {
            "timezone": "UTC",
            "serverTime": milliseconds(now),
            "rateLimits": [
                limit_of("REQUEST_WEIGHT", "MINUTE", 1, budgets.weight_per_minute),
                limit_of("ORDERS", "SECOND", 10, budgets.orders_per_10_s),
            ],
            "exchangeFilters": [],
            "symbols": [_symbol(name, each) for name, each in self.listed()],
        }


def limit_of(kind: str, interval: str, number: int, limit: int) -> dict[str, Any]:
    """A line of ``rateLimits``."""
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}


def _symbol(name: str, instrument: Instrument) -> dict[str, Any]:
    return {
        "symbol": name,
        "status": "TRADING",
        "baseAsset": instrument.base_asset,
        "baseAssetPrecision": 8,
        "quoteAsset": instrument.quote_asset,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": [
            "LIMIT",
            "LIMIT_MAKER",
            "MARKET",
            "STOP_LOSS",
            "STOP_LOSS_LIMIT",
            "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT",
        ],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "pegInstructionsAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": SELF_TRADE_PREVENTION[0],
        "allowedSelfTradePreventionModes": list(SELF_TRADE_PREVENTION),
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": digits(instrument.tick_size),
                "maxPrice": digits(PRICE_MAX),
                "tickSize": digits(instrument.tick_size),
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": digits(instrument.lot_size),
                "maxQty": digits(QUANTITY_MAX),
                "stepSize": digits(instrument.lot_size),
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": digits(instrument.min_notional),
                "applyMinToMarket": True,
                "avgPriceMins": 5,
            },
        ],
    }
