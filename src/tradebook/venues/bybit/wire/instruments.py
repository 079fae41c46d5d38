"""The answer of ``/v5/market/instruments-info``, which differs by category."""

from __future__ import annotations

from decimal import Decimal

from tradebook.venues.bybit.wire.base import Figures, Wire


class PriceFilter(Figures, frozen=True):
    """Rules of prices."""

    tick_size: Decimal


class SpotLots(Figures, frozen=True):
    """Rules of quantities on spot. ``maxOrderQty`` gave way to ``maxLimitOrderQty``."""

    base_precision: Decimal
    quote_precision: Decimal
    min_order_amt: Decimal
    min_order_qty: str | None = None
    max_order_qty: str | None = None
    max_limit_order_qty: str | None = None


class Spot(Wire, frozen=True):
    """A pair."""

    symbol: str
    status: str
    base_coin: str
    quote_coin: str
    lot_size_filter: SpotLots
    price_filter: PriceFilter


class ContractLots(Figures, frozen=True):
    """Rules of quantities of contracts and options."""

    qty_step: Decimal
    min_order_qty: Decimal
    max_order_qty: Decimal
    min_notional_value: str | None = None


class LeverageFilter(Figures, frozen=True):
    """Rules of leverage."""

    max_leverage: Decimal


class Contract(Wire, frozen=True):
    """A perpetual or a future; for a perpetual the delivery is when it is delisted, or 0."""

    symbol: str
    contract_type: str
    status: str
    base_coin: str
    quote_coin: str
    settle_coin: str
    delivery_time: str
    leverage_filter: LeverageFilter
    price_filter: PriceFilter
    lot_size_filter: ContractLots


class RiskTier(Figures, frozen=True):
    """A line of ``/v5/market/risk-limit``: what positions up to a size need."""

    symbol: str
    maintenance_margin: Decimal
    initial_margin: Decimal
    max_leverage: Decimal
    is_lowest_risk: int


class Option(Wire, frozen=True):
    """An option. Its strike is told nowhere but in its symbol."""

    symbol: str
    options_type: str
    status: str
    base_coin: str
    quote_coin: str
    settle_coin: str
    delivery_time: str
    price_filter: PriceFilter
    lot_size_filter: ContractLots
