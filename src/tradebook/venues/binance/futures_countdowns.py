"""The dead man's switch of an account at USD-M futures: a countdown for every symbol in which it has orders.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Unavailable
from tradebook.kernel.money import ZERO
from tradebook.venues.binance.capabilities import REQUEST_EXPIRY_S
from tradebook.venues.binance.futures_execution import cancel_all_after
from tradebook.venues.binance.rest import SignedRest

_WEIGHT = 10
_NEVER = datetime.min.replace(tzinfo=UTC)


class Countdowns:
    """One account's. Raises what requests raise."""

    def __init__(self, rest: SignedRest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._after_s: int | None = None
        """None while it is off."""
        self._seen_at: dict[str, datetime] = {}
        """When there was last an order in a symbol, or one was about to be placed."""
        self._begun_at: dict[str, datetime] = {}
        """When a symbol's countdown was last begun anew."""

    def found(self, symbols: Iterable[str], *, asked_at: datetime) -> None:
        """All in which there were orders when it was asked; some may have been under way then."""
        under_way = asked_at - timedelta(seconds=REQUEST_EXPIRY_S)
        kept = {symbol: at for symbol, at in self._seen_at.items() if at >= under_way}
        self._seen_at = dict.fromkeys(symbols, asked_at) | kept
        # What is left to itself ends where there is nothing to cancel.
        self._begun_at = {symbol: at for symbol, at in self._begun_at.items() if symbol in self._seen_at}

    async def cover(self, symbol: str) -> None:
        """Before an order is placed in it. Raises Unavailable where it is not known to be covered."""
        self._seen_at[symbol] = self._clock.now()
        if self._after_s is None or symbol in self._begun_at:
            return
        try:
            await self._begin(symbol, self._after_s)
        except OSError as error:
            problem = f"Binance did not answer to the dead man's switch of {symbol}: the order was not sent."
            raise Unavailable("dead_mans_switch_silent", problem) from error

    async def put_off(self, after_s: int) -> None:
        """Begin every countdown anew, those first that wait longest."""
        self._after_s = after_s
        for symbol in sorted(self._seen_at, key=lambda each: self._begun_at.get(each, _NEVER)):
            await self._begin(symbol, after_s)

    async def lift(self) -> None:
        """End every countdown, also those that a process before this one may have begun."""
        self._after_s = None
        for symbol in {**self._seen_at, **self._begun_at}:
            await self._rest.ask(cancel_all_after(symbol, seconds=ZERO), weight=_WEIGHT)
            self._begun_at.pop(symbol, None)

    async def _begin(self, symbol: str, after_s: int) -> None:
        await self._rest.ask(cancel_all_after(symbol, seconds=Decimal(after_s)), weight=_WEIGHT)
        self._begun_at[symbol] = self._clock.now()
