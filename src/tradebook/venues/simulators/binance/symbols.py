"""The instruments of the simulated market as Binance would list them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.values import Instrument

WEIGHT_PER_MINUTE, ORDERS_PER_10_S = 6000, 100


class Symbols:
    """Both directions of the names."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.instruments = {f"{each.base_asset}{each.quote_asset}": each for each in instruments}
        self._names = {each.instrument_id: name for name, each in self.instruments.items()}

    def name(self, instrument_id: InstrumentId) -> str:
        """``BTCUSDT``."""
        return self._names[instrument_id]

    def exchange_info(self, now: datetime) -> dict[str, Any]:
        """``GET /api/v3/exchangeInfo``."""
        return {
            "timezone": "UTC",
            "serverTime": milliseconds(now),
            "rateLimits": [
                _limit("REQUEST_WEIGHT", "MINUTE", 1, WEIGHT_PER_MINUTE),
                _limit("ORDERS", "SECOND", 10, ORDERS_PER_10_S),
            ],
            "exchangeFilters": [],
            "symbols": [_symbol(name, each) for name, each in self.instruments.items()],
        }


def milliseconds(at: datetime) -> int:
    """As Binance writes times."""
    return round(at.timestamp() * 1000)


def _limit(kind: str, interval: str, number: int, limit: int) -> dict[str, Any]:
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
        "orderTypes": [
            "LIMIT",
            "LIMIT_MAKER",
            "MARKET",
            "STOP_LOSS",
            "STOP_LOSS_LIMIT",
            "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT",
        ],
        "icebergAllowed": True,
        "ocoAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": _digits(instrument.tick_size),
                "maxPrice": "1000000.00000000",
                "tickSize": _digits(instrument.tick_size),
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": _digits(instrument.lot_size),
                "maxQty": "9000000.00000000",
                "stepSize": _digits(instrument.lot_size),
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": _digits(instrument.min_notional),
                "applyMinToMarket": True,
                "avgPriceMins": 5,
            },
        ],
    }


def _digits(value: Decimal) -> str:
    """Eight of them after the point, as Binance writes numbers."""
    return plain(value.quantize(Decimal("0.00000001"))) if value else "0.00000000"
