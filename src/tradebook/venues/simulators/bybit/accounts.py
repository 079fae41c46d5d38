"""Accounts of the simulated market, as Bybit keeps them: one wallet for all, the unified one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tradebook.venues.simulators.bybit.orders import BybitOrder
from tradebook.venues.simulators.spot.accounts import ApiKey, SpotAccount
from tradebook.venues.simulators.spot.orders import SpotFill


class BybitAccount(SpotAccount[BybitOrder]):
    """One customer."""

    def __init__(self, uid: int, *, keys: Iterable[ApiKey], balances: Mapping[str, Decimal]) -> None:
        super().__init__(uid, keys=keys, balances=balances)
        self.executions: list[tuple[BybitOrder, SpotFill]] = []
        """Of all symbols, oldest first."""
