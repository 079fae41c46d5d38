"""The contracts of the simulated market as Binance would list them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.market.values import Contract, Instrument
from tradebook.venues.simulators.binance import symbols as spot
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.symbols import PRICE_MAX, QUANTITY_MAX, limit_of

_FOREVER_MS = 4133404800000
"""What Binance says of the delivery of a perpetual."""


class FuturesSymbols(spot.Symbols):
    """Both directions of the names."""

    def exchange_info(self, budgets: Budgets, now: datetime) -> dict[str, Any]:
        """``GET /fapi/v1/exchangeInfo``."""
        assets = dict.fromkeys(contract_of(each).settle_asset for each in self.instruments.values())
        return {
            "timezone": "UTC",
            "serverTime": milliseconds(now),
            "futuresType": "U_MARGINED",
            "rateLimits": [
                limit_of("REQUEST_WEIGHT", "MINUTE", 1, budgets.weight_per_minute),
                limit_of("ORDERS", "SECOND", 10, budgets.orders_per_10_s),
            ],
            "exchangeFilters": [],
            "assets": [
                {"asset": each, "marginAvailable": True, "autoAssetExchange": "-10000"} for each in assets
            ],
            "symbols": [_symbol(name, each) for name, each in self.listed()],
        }


def contract_of(instrument: Instrument) -> Contract:
    """How it is settled."""
    assert instrument.contract is not None
    return instrument.contract


def _places(step: Decimal) -> int:
    return max(-int(step.normalize().as_tuple().exponent), 0)


def _symbol(name: str, instrument: Instrument) -> dict[str, Any]:
    lots = {"minQty": digits(instrument.lot_size), "maxQty": digits(QUANTITY_MAX)}
    return {
        "symbol": name,
        "pair": name,
        "contractType": "PERPETUAL",
        "deliveryDate": _FOREVER_MS,
        "onboardDate": 1569398400000,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": instrument.base_asset,
        "quoteAsset": instrument.quote_asset,
        "marginAsset": contract_of(instrument).settle_asset,
        "pricePrecision": _places(instrument.tick_size),
        "quantityPrecision": _places(instrument.lot_size),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "maxMoveOrderLimit": 10000,
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": digits(instrument.tick_size),
                "maxPrice": digits(PRICE_MAX),
                "tickSize": digits(instrument.tick_size),
            },
            {"filterType": "LOT_SIZE", "stepSize": digits(instrument.lot_size), **lots},
            {"filterType": "MARKET_LOT_SIZE", "stepSize": digits(instrument.lot_size), **lots},
            {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            {"filterType": "MIN_NOTIONAL", "notional": digits(instrument.min_notional)},
        ],
        "orderTypes": [
            "LIMIT",
            "MARKET",
            "STOP",
            "STOP_MARKET",
            "TAKE_PROFIT",
            "TAKE_PROFIT_MARKET",
        ],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
        "permissionSets": ["GRID", "COPY"],
    }
