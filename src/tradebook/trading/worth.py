"""What assets and open contracts are worth to loss limits, which have to know something of everything that an
account has."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.market.ports import MarketData


def rate_for_limits(market: MarketData, asset: Asset, base_asset: Asset) -> Decimal | None:
    """One of the asset in the base asset; None while its price is still to come.

    What no instrument prices is worth nothing: one coin of it must not keep an account from being measured.
    """
    rate = market.rate(asset, base_asset)
    if rate is None and not (market.between(asset, base_asset) or market.between(base_asset, asset)):
        return ZERO
    return rate


def mark_price(market: MarketData, instrument_id: InstrumentId) -> Decimal | None:
    """What open contracts are measured at: the middle of the last quote, else the last print."""
    quote, trade = market.quote(instrument_id), market.last_trade(instrument_id)
    if quote is not None:
        return (quote.bid + quote.ask) / 2
    return None if trade is None else trade.price
