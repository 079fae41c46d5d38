"""Accounts of the simulated spot market, as Binance keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tradebook.venues.simulators.binance.orders import SpotOrder
from tradebook.venues.simulators.binance.security import Asked
from tradebook.venues.simulators.spot import accounts as spot
from tradebook.venues.simulators.spot.accounts import ApiKey


class SpotAccount(spot.SpotAccount[SpotOrder]):
    """One customer."""

    def __init__(
        self,
        uid: int,
        *,
        keys: Iterable[ApiKey],
        balances: Mapping[str, Decimal],
        pays_fees_in_bnb: bool = False,
    ) -> None:
        super().__init__(uid, keys=keys, balances=balances)
        self.pays_fees_in_bnb = pays_fees_in_bnb
        self.updated_at = 0
        """When a balance last changed, in milliseconds."""


SpotAsked = Asked[SpotAccount]
