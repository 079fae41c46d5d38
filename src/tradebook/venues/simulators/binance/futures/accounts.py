"""Accounts of the simulated USD-M futures, as Binance keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.messages import Value
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.binance.futures.orders import FuturesOrder
from tradebook.venues.simulators.binance.security import Asked
from tradebook.venues.simulators.contracts.accounts import ContractAccount
from tradebook.venues.simulators.spot.accounts import ApiKey

AT_FIRST = Leverage(Decimal(20), MarginMode.CROSS)
"""What every symbol has until somebody changes it."""


class Income(Value, frozen=True, kw_only=True):
    """Money that came to a wallet, or with a negative amount went."""

    kind: str
    """``TRANSFER``, ``COMMISSION``, ``REALIZED_PNL`` or ``FUNDING_FEE``."""
    symbol: str
    """Empty where it is of none."""
    amount: Decimal
    asset: str
    transaction_id: int
    """Unique within its kind."""
    at: datetime


class FuturesAccount(ContractAccount[FuturesOrder]):
    """One customer."""

    def __init__(
        self,
        uid: int,
        *,
        keys: Iterable[ApiKey],
        balances: Mapping[str, Decimal],
        is_hedged: bool = False,
    ) -> None:
        super().__init__(uid, keys=keys, balances=balances, leverage=AT_FIRST)
        self.is_hedged = is_hedged
        """Whether long and short are two positions."""
        self.incomes: list[Income] = []
        """Oldest first."""

    def earn(self, kind: str, amount: Decimal, asset: str, *, symbol: str, at: datetime) -> None:
        """Something came or went; it is in the wallet already."""
        self.incomes.append(
            Income(
                kind=kind,
                symbol=symbol,
                amount=amount,
                asset=asset,
                transaction_id=len(self.incomes) + 1,
                at=at,
            )
        )

    def find_algo(
        self, *, algo_id: int | None = None, client_algo_id: str | None = None
    ) -> FuturesOrder | None:
        """The conditional order of an id, of whichever symbol; the newest of a client's."""
        for each in reversed(self.orders()):
            fits = algo_id in (None, each.algo_id) and client_algo_id in (None, each.client_order_id)
            if each.is_conditional and fits:
                return each
        return None


FuturesAsked = Asked[FuturesAccount]
