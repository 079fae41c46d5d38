"""The instruments of the simulated market as Bybit would list them: each as a pair and as a linear perpetual,
and as an inverse one where it is priced in dollars.

https://bybit-exchange.github.io/docs/v5/market/instrument
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.values import Contract, Instrument, MarketEvent
from tradebook.venues.simulators.bybit.inverse_market import in_contracts
from tradebook.venues.simulators.bybit.rejections import Rejection

SPOT, LINEAR, INVERSE = "spot", "linear", "inverse"
CATEGORIES = (SPOT, LINEAR, INVERSE)
TRADING = "Trading"
DOLLAR, USD = Asset("USDT"), Asset("USD")
"""What stands for a dollar in the simulated market, and what inverse contracts are priced in."""

MAX_LEVERAGE, MAINTENANCE_RATE = Decimal(100), Decimal("0.005")
MAKER_FEE_RATE, TAKER_FEE_RATE = Decimal("0.0002"), Decimal("0.00055")


class Symbols:
    """Both directions of the names of a category: ``BTCUSDT`` is a pair and a perpetual."""

    def __init__(self, instruments: Iterable[Instrument], category: str = SPOT) -> None:
        """``instruments`` are the simulated market's."""
        self.category = category
        self.instruments: dict[str, Instrument] = {}
        self._names: dict[InstrumentId, str] = {}
        """By what each is a bet on as well."""
        self._statuses: dict[str, str] = {}
        """Of those that do not trade; nothing where one is told of to nobody."""
        for each in instruments:
            if category == INVERSE and each.quote_asset != DOLLAR:
                continue
            listed = _listed_as(each, category)
            name = f"{listed.base_asset}{listed.quote_asset}"
            self.instruments[name] = listed
            self._names[each.instrument_id] = self._names[listed.instrument_id] = name

    def name(self, instrument_id: InstrumentId) -> str:
        """``BTCUSDT``."""
        return self._names[instrument_id]

    def require(self, symbol: str) -> Instrument:
        """The instrument of a name. Raises Rejection."""
        instrument = self.instruments.get(symbol)
        if instrument is None:
            raise Rejection(170121 if self.category == SPOT else 10001, "Invalid symbol.")
        return instrument

    def seen(self, events: Sequence[MarketEvent]) -> Sequence[MarketEvent]:
        """What happens in the simulated market, as it happens in this category."""
        if self.category != INVERSE:
            return events
        return [
            in_contracts(each, self.instruments[self._names[each.instrument_id]])
            for each in events
            if each.instrument_id in self._names
        ]

    def set_status(self, symbol: str, status: str) -> None:
        """What does not trade leaves the list, and is told of where its status is asked for."""
        self._statuses[symbol] = status

    def trades(self, symbol: str) -> bool:
        """Whether it trades."""
        return self._status(symbol) == TRADING

    def listed(self, status: str = TRADING) -> list[dict[str, Any]]:
        """The list in ``GET /v5/market/instruments-info``: of what trades, or has another status."""
        terms = _spot if self.category == SPOT else _contract
        return [
            terms(name, each) | {"status": status}
            for name, each in self.instruments.items()
            if self._status(name) == status
        ]

    def risk_tiers(self) -> list[dict[str, Any]]:
        """The list in ``GET /v5/market/risk-limit``: one tier for each that trades."""
        return [
            _tier(number, name)
            for number, name in enumerate(self.instruments, start=1)
            if self._status(name) == TRADING
        ]

    def _status(self, name: str) -> str:
        return self._statuses.get(name, TRADING)


def _listed_as(instrument: Instrument, category: str) -> Instrument:
    if category == SPOT:
        return instrument
    is_inverse = category == INVERSE
    changes: dict[str, Any] = {
        "maker_fee_rate": MAKER_FEE_RATE,
        "taker_fee_rate": TAKER_FEE_RATE,
        "base_fee_step": None,
        "contract": Contract(
            settle_asset=instrument.base_asset if is_inverse else instrument.quote_asset,
            inverse_size=Decimal(1) if is_inverse else None,
            max_leverage=MAX_LEVERAGE,
            maintenance_rate=MAINTENANCE_RATE,
        ),
    }
    if is_inverse:
        base = instrument.base_asset
        changes |= {
            "instrument_id": InstrumentId(f"{base}-{USD}-PERP.SIM"),
            "quote_asset": USD,
            "lot_size": Decimal(1),
            "min_notional": Decimal(1),
        }
    return msgspec.structs.replace(instrument, **changes)


def milliseconds(at: datetime) -> int:
    """As Bybit writes times."""
    return round(at.timestamp() * 1000)


def _spot(name: str, instrument: Instrument) -> dict[str, Any]:
    return {
        "symbol": name,
        "baseCoin": instrument.base_asset,
        "quoteCoin": instrument.quote_asset,
        "innovation": "0",
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


def _contract(name: str, instrument: Instrument) -> dict[str, Any]:
    contract = instrument.contract
    assert contract is not None
    is_inverse = contract.inverse_size is not None
    return {
        "symbol": name,
        "contractType": "InversePerpetual" if is_inverse else "LinearPerpetual",
        "baseCoin": instrument.base_asset,
        "quoteCoin": instrument.quote_asset,
        "settleCoin": contract.settle_asset,
        "launchTime": "1584230400000",
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": "2",
        "leverageFilter": {
            "minLeverage": "1",
            "maxLeverage": f"{contract.max_leverage:.2f}",
            "leverageStep": "0.01",
        },
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


def _tier(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "symbol": name,
        "riskLimitValue": "2000000",
        "maintenanceMargin": plain(MAINTENANCE_RATE),
        "initialMargin": plain(1 / MAX_LEVERAGE),
        "isLowestRisk": 1,
        "maxLeverage": f"{MAX_LEVERAGE:.2f}",
        "mmDeduction": "",
    }
