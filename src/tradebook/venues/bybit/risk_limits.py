"""What positions must not fall below (https://bybit-exchange.github.io/docs/v5/market/risk-limit)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from tradebook.venues.bybit.wire.base import Listing, answered
from tradebook.venues.bybit.wire.instruments import RiskTier
from tradebook.venues.messages.account import VenueProblem

PERCENT = Decimal(100)
_tiers = msgspec.json.Decoder(Listing[RiskTier])


def decode_maintenance_rates(data: bytes) -> Mapping[str, Decimal] | VenueProblem:
    """One page: which part of its value the smallest positions in a contract have to keep, by symbol.

    Raises UndecodableFrame.
    """
    opened = answered(data, _tiers, "risk-limit")
    if isinstance(opened, VenueProblem):
        return opened
    return {each.symbol: _rate(each) for each in opened[0].list if each.is_lowest_risk}


def _rate(tier: RiskTier) -> Decimal:
    """The documentation's example is in percent, and other answers are not: the initial margin of the highest
    leverage tells which of both it is.
    """
    is_percent = tier.initial_margin * tier.max_leverage > PERCENT / 2
    return tier.maintenance_margin / PERCENT if is_percent else tier.maintenance_margin
