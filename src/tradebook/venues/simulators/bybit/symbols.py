"""The instruments of the simulated market as Bybit would list them: each as a pair and as a perpetual.

https://bybit-exchange.github.io/docs/v5/market/instrument
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.values import Instrument
from tradebook.venues.simulators.bybit.rejections import Rejection

SPOT, LINEAR = "spot", "linear"
CATEGORIES = (SPOT, LINEAR)


class Symbols:
    """Both directions of the names, which are the same in both categories."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.instruments = {f"{each.base_asset}{each.quote_asset}": each for each in instruments}
        self._names = {each.instrument_id: name for name, each in self.instruments.items()}

    def name(self, instrument_id: InstrumentId) -> str:
        """``BTCUSDT``."""
        return self._names[instrument_id]

    def require(self, symbol: str) -> Instrument:
        """The instrument of a name. Raises Rejection."""
        instrument = self.instruments.get(symbol)
        if instrument is None:
            raise Rejection(170121, "Invalid symbol.")
        return instrument

    def listed(self, category: str) -> list[dict[str, Any]]:
        """The list in ``GET /v5/market/instruments-info``."""
        terms = _spot if category == SPOT else _linear
        return [terms(name, each) for name, each in self.instruments.items()]


def milliseconds(at: datetime) -> int:
    """As Bybit writes times."""
    return round(at.timestamp() * 1000)


def _spot(name: str, instrument: Instrument) -> dict[str, Any]:
    return {
        "symbol": name,
        "baseCoin": instrument.base_asset,
        "quoteCoin": instrument.quote_asset,
        "innovation": "0",
        "status": "Trading",
        "marginTrading": "none",
        "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": plain(instrument.lot_size),
            "quotePrecision": plain(instrument.quote_step),
            "minOrderQty": plain(instrument.lot_size),
            "maxOrderQty": "1000000",
            "minOrderAmt": plain(instrument.min_notional),
            "maxOrderAmt": "8000000",
            "maxLimitOrderQty": "1000000",
            "maxMarketOrderQty": "500000",
        },
        "priceFilter": {"tickSize": plain(instrument.tick_size)},
        "riskParameters": {"priceLimitRatioX": "0.05", "priceLimitRatioY": "0.05"},
    }


def _linear(name: str, instrument: Instrument) -> dict[str, Any]:
    return {
        "symbol": name,
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": instrument.base_asset,
        "quoteCoin": instrument.quote_asset,
        "settleCoin": instrument.quote_asset,
        "launchTime": "1584230400000",
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": "2",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "priceFilter": {
            "minPrice": plain(instrument.tick_size),
            "maxPrice": "1999999.80",
            "tickSize": plain(instrument.tick_size),
        },
        "lotSizeFilter": {
            "maxOrderQty": "1000000",
            "minOrderQty": plain(instrument.lot_size),
            "qtyStep": plain(instrument.lot_size),
            "postOnlyMaxOrderQty": "1000000",
            "maxMktOrderQty": "500000",
            "minNotionalValue": plain(instrument.min_notional),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": 480,
        "copyTrading": "none",
        "isPreListing": False,
    }
