"""Binance's spot market and its USD-M futures on one server: their paths have nothing in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.venue import BinanceFuturesVenue
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.spot.accounts import ApiKey
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

FUTURES = "/fapi/"


class BothMarkets:
    """Implements ``SimulatedVenue``: one customer, who has a wallet on either market and the same keys."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        clock: Clock,
        *,
        keys: Sequence[ApiKey],
        balances: Mapping[str, Decimal],
    ) -> None:
        """``balances`` are what either wallet holds at first."""
        listed = list(instruments)
        contracts = [each for each in listed if each.contract is not None]
        self._contracts = {each.instrument_id for each in contracts}
        spot = SpotAccount(1, keys=keys, balances=balances)
        self._spot = BinanceVenue([each for each in listed if each.contract is None], clock, accounts=[spot])
        futures = FuturesAccount(1, keys=keys, balances=balances)
        self._futures = BinanceFuturesVenue(contracts, clock, accounts=[futures])

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: tell who listens."""
        self._spot.take([each for each in events if each.instrument_id not in self._contracts])
        self._futures.take([each for each in events if each.instrument_id in self._contracts])

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request."""
        venue = self._futures if request.path.startswith(FUTURES) else self._spot
        return venue.answer(request)

    def open(self, path: str, send: Callable[[bytes], None]) -> StreamSession | None:
        """A client opens a WebSocket. At ``/stream`` are those of spot."""
        return self._spot.open(path, send) or self._futures.open(path, send)

    def shut_down(self) -> None:
        """Tell everybody that connections are about to end, where Binance does."""
        self._spot.shut_down()
