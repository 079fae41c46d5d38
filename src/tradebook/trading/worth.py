"""What an asset is worth to loss limits, which have to know something of everything that an account has."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
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
