"""Accounts of the simulated Bybit: one wallet for all, the unified one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import InstrumentId
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.contracts.accounts import ContractAccount
from tradebook.venues.simulators.spot.accounts import ApiKey


class BybitAccount(ContractAccount[Any]):
    """One customer. Its orders are of pairs and of contracts."""

    def __init__(self, uid: int, *, keys: Iterable[ApiKey], balances: Mapping[str, Decimal]) -> None:
        super().__init__(uid, keys=keys, balances=balances)
        self.executions: list[dict[str, Any]] = []
        """Trades and funding of all categories, as they were told, oldest first."""
        self.transactions: list[dict[str, Any]] = []
        """What trades and funding of contracts did to the wallet, oldest first."""
        self.margin_mode = MarginMode.CROSS
        """Of all of its positions."""
        self.protected_s = {"SPOT": 10, "DERIVATIVES": 10}
        """By product, after how many seconds disconnection protect ends its orders. Bybit opens that to an
        account by hand: what is not here it has not."""
        self.cleared_at: datetime | None = None
        """When Bybit last put a release of its order service into use: what had ended by then is told of as
        history alone."""
        self.hedged: set[InstrumentId] = set()
        """In which it has long and short positions beside each other."""
