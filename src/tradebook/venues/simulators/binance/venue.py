"""Binance as a simulated venue: which path answers what, and who listens to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.binance import events as account_events
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.exchange import SpotExchange
from tradebook.venues.simulators.binance.public import (
    DEPTH_LIMIT_DEFAULT,
    TRADES_LIMIT_DEFAULT,
    PublicSide,
    server_time,
)
from tradebook.venues.simulators.binance.reading import ReadingSide
from tradebook.venues.simulators.binance.rejections import Rejection, illegal, not_permitted
from tradebook.venues.simulators.binance.security import Gate
from tradebook.venues.simulators.binance.streams import Listeners, StreamsSession, is_public, tell
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.binance.trading import TradingSide
from tradebook.venues.simulators.binance.websocket_api import AccountSession, Hearers
from tradebook.venues.simulators.binance.weights import Weights, places_order
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

Send = Callable[[bytes], None]


class BinanceVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        clock: Clock,
        *,
        accounts: Sequence[SpotAccount] = (),
        budgets: Budgets | None = None,
    ) -> None:
        self._clock = clock
        self.symbols = Symbols(instruments)
        self.past = SimulatedPast(clock)
        self._public = PublicSide(self.symbols, self.past)
        self._exchange = SpotExchange(self.symbols, clock, self._tell)
        self._gate = Gate(accounts)
        self._budgets = budgets or Budgets()
        self._weights = Weights(self._budgets)
        self._reading = ReadingSide(self.symbols).handlers
        self._trading = TradingSide(self.symbols, self._exchange).handlers
        self._signed_paths = {path for _, path in (*self._reading, *self._trading)}
        self.listeners: Listeners = defaultdict(dict)
        self._hearers: Hearers = {}

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: orders meet it, and whoever listens is told."""
        for event in events:
            self._exchange.on_market(event)
        for stream, data in self._public.frames(events):
            tell(self.listeners, stream, data)

    def relist(self, instrument: Instrument) -> None:
        """Its terms are others from now on."""
        self.symbols.take(instrument)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request as Binance would."""
        now, params = self._clock.now(), dict(parse_qsl(request.query))
        headers: dict[str, str] = {}
        try:
            self._weights.count(request.method, request.path, params, now)
            if request.path in self._signed_paths:
                document = self._signed(request, headers)
            else:
                document = self._anybody(request, params)
            answer = SimulatedAnswer(body=msgspec.json.encode(document))
        except Rejection as rejection:
            answer = rejection.answer
        told = {**self._weights.headers(now), **headers, **answer.headers}
        return msgspec.structs.replace(answer, headers=told)

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        if path == "/ws-api/v3":
            return AccountSession(self._gate, self._weights, self._clock, self._hearers, send)
        if is_public(path):
            return StreamsSession(self.listeners, send, path=path)
        return None

    def deposit(self, account: SpotAccount, asset: str, amount: Decimal) -> None:
        """Money comes to an account, or with a negative amount goes, beside trading."""
        account.balances.move(asset, amount)
        now = self._clock.now()
        self._tell(account, account_events.balance_update(asset, amount, now))
        self._tell(account, account_events.account_position(account.balances, [asset], now))

    def shut_down(self) -> None:
        """Tell everybody that connections are about to end."""
        for each in list(self._hearers):
            each.shut_down()

    def _anybody(self, request: SimulatedRequest, params: Mapping[str, str]) -> Any:
        match request.method, request.path:
            case "GET", "/api/v3/ping":
                return {}
            case "GET", "/api/v3/time":
                return server_time(self._clock.now())
            case "GET", "/api/v3/exchangeInfo":
                return self.symbols.exchange_info(self._budgets, self._clock.now())
            case "GET", "/api/v3/depth":
                self.symbols.require(params.get("symbol", ""))
                return self._public.depth(params["symbol"], _limit(params, DEPTH_LIMIT_DEFAULT))
            case "GET", "/api/v3/aggTrades":
                self.symbols.require(params.get("symbol", ""))
                limit = _limit(params, TRADES_LIMIT_DEFAULT)
                return self._public.aggregate_trades(params["symbol"], limit)
            case "GET", "/api/v3/klines":
                self.symbols.require(params.get("symbol", ""))
                try:
                    return self._public.klines(params, self._clock.now())
                except (KeyError, ValueError):
                    raise Rejection(-1120, "Invalid interval.") from None
            case _:
                raise Rejection(-1000, "There is nothing at this path of the simulator.", status=404)

    def _signed(self, request: SimulatedRequest, headers: dict[str, str]) -> Any:
        """As for anybody, once it is known who asks; ``headers`` are added to."""
        what, now = (request.method, request.path), self._clock.now()
        reading, trading = self._reading.get(what), self._trading.get(what)
        asked = self._gate.admit(request, now)
        may, uid = asked.key.permissions, asked.account.uid
        if reading is not None and may.reading:
            return reading(asked)
        if trading is not None and may.trading:
            if places_order(*what):
                try:
                    self._weights.count_order(uid, now)
                finally:
                    headers |= self._weights.order_headers(uid, now)
            return trading(asked)
        if reading is None and trading is None:
            raise Rejection(-1000, f"Request method '{request.method}' not supported", status=405)
        raise not_permitted()

    def _tell(self, account: SpotAccount, event: Mapping[str, Any]) -> None:
        for each in list(self._hearers):
            each.hear(account, event)


def _limit(params: Mapping[str, str], default: int) -> int:
    told = params.get("limit", str(default))
    if not told.isdigit():
        raise illegal("limit", "^[0-9]{1,20}$")
    return int(told)
