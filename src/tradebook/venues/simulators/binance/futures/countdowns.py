"""Countdowns at the simulated USD-M futures, at whose end the orders of a symbol are cancelled.

What waits with the service of conditional orders stays, as where all open orders are cancelled by hand:
Binance does not say.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.exchange import FuturesExchange


class Countdowns:
    """Of all accounts."""

    def __init__(self, exchange: FuturesExchange, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._ends_at: dict[tuple[FuturesAccount, str], datetime] = {}

    def runs(self, account: FuturesAccount, symbol: str) -> bool:
        """Whether there is one."""
        return (account, symbol) in self._ends_at

    def begin(self, account: FuturesAccount, symbol: str, milliseconds: int) -> None:
        """Anew; 0 ends it."""
        if milliseconds:
            self._ends_at[account, symbol] = self._clock.now() + timedelta(milliseconds=milliseconds)
        else:
            self._ends_at.pop((account, symbol), None)

    def fire(self) -> None:
        """Cancel what was not put off in time."""
        now = self._clock.now()
        for (account, symbol), ends_at in list(self._ends_at.items()):
            if now >= ends_at:
                del self._ends_at[account, symbol]
                self._exchange.cancel_all(account, symbol)
