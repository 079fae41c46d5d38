"""Binance's USD-M futures as a simulated venue: which path answers what, and who listens to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.countdowns import Countdowns
from tradebook.venues.simulators.binance.futures.exchange import FuturesExchange
from tradebook.venues.simulators.binance.futures.listen_keys import ListenKeys
from tradebook.venues.simulators.binance.futures.public import FuturesPublic, premium_index
from tradebook.venues.simulators.binance.futures.reading import FuturesReading
from tradebook.venues.simulators.binance.futures.symbols import FuturesSymbols
from tradebook.venues.simulators.binance.futures.trading import FuturesTrading
from tradebook.venues.simulators.binance.public import DEPTH_LIMIT_DEFAULT, server_time
from tradebook.venues.simulators.binance.rejections import Rejection, illegal, not_permitted
from tradebook.venues.simulators.binance.security import Gate
from tradebook.venues.simulators.binance.streams import Listeners, StreamsSession, tell
from tradebook.venues.simulators.binance.weights import Weights, places_order
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

BUDGETS = Budgets(weight_per_minute=2400, orders_per_10_s=300)
"""As USD-M futures had them in 2026."""
PUBLIC_STREAMS = ("/public/stream", "/market/stream", "/stream")
PRIVATE_STREAMS = ("/private/ws/", "/private/ws?listenKey=", "/ws/")
LISTEN_KEY = "/fapi/v1/listenKey"

Send = Callable[[bytes], None]


class BinanceFuturesVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        clock: Clock,
        *,
        accounts: Sequence[FuturesAccount] = (),
        budgets: Budgets = BUDGETS,
    ) -> None:
        """Every instrument has a contract."""
        self._clock = clock
        self.symbols = FuturesSymbols(instruments)
        self._public = FuturesPublic(self.symbols, SimulatedPast(clock))
        self.listen_keys = ListenKeys(clock)
        self.exchange = FuturesExchange(self.symbols, clock, accounts, self.listen_keys.tell)
        self._accounts = accounts
        self._gate = Gate(accounts)
        self._budgets = budgets
        self._weights = Weights(budgets)
        self._reading = FuturesReading(self.symbols, self.exchange, clock).handlers
        self.countdowns = Countdowns(self.exchange, clock)
        self._trading = FuturesTrading(self.symbols, self.exchange, self.countdowns).handlers
        self._signed_paths = {path for _, path in (*self._reading, *self._trading)}
        self.listeners: Listeners = defaultdict(dict)

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: orders meet it, and whoever listens is told."""
        self.listen_keys.expire()
        self.countdowns.fire()
        for event in events:
            self.exchange.on_market(event)
        for stream, data in self._public.frames(events):
            tell(self.listeners, stream, data)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request as Binance would."""
        self.countdowns.fire()
        now, params = self._clock.now(), dict(parse_qsl(request.query))
        headers: dict[str, str] = {}
        try:
            self._weights.count(request.method, request.path, params, now)
            if request.path == LISTEN_KEY:
                document = self._listen_key(request)
            elif request.path in self._signed_paths:
                document = self._signed(request, headers)
            else:
                document = self._anybody(request, params, now)
            answer = SimulatedAnswer(body=msgspec.json.encode(document))
        except Rejection as rejection:
            answer = rejection.answer
        told = {**self._weights.headers(now), **headers, **answer.headers}
        return msgspec.structs.replace(answer, headers=told)

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        if path in PUBLIC_STREAMS:
            return StreamsSession(self.listeners, send, path=path)
        for each in PRIVATE_STREAMS:
            if path.startswith(each):
                return self.listen_keys.listen(path.removeprefix(each), send)
        return None

    def deposit(self, account: FuturesAccount, asset: str, amount: Decimal) -> None:
        """Money comes to an account, or with a negative amount goes, beside trading."""
        self.exchange.deposit(account, asset, amount)

    def delist(self, symbol: str) -> None:
        """Nothing is traded in it any more: what works is cancelled, and it is on no list."""
        for account in self._accounts:
            for each in account.open_orders(symbol):
                self.exchange.cancel(account, each)
        del self.symbols.instruments[symbol]

    def _anybody(self, request: SimulatedRequest, params: Mapping[str, str], now: datetime) -> Any:
        match request.method, request.path:
            case "GET", "/fapi/v1/ping":
                return {}
            case "GET", "/fapi/v1/time" | "/api/v3/time":
                return server_time(now)
            case "GET", "/fapi/v1/exchangeInfo":
                return self.symbols.exchange_info(self._budgets, now)
            case "GET", "/fapi/v1/depth":
                limit = params.get("limit", str(DEPTH_LIMIT_DEFAULT))
                if not limit.isdigit():
                    raise illegal("limit", "^[0-9]{1,20}$")
                self.symbols.require(params.get("symbol", ""))
                return self._public.depth_at(params["symbol"], int(limit), now)
            case "GET", "/fapi/v1/klines":
                self.symbols.require(params.get("symbol", ""))
                try:
                    return self._public.klines(params, now)
                except (KeyError, ValueError):
                    raise Rejection(-1120, "Invalid interval.") from None
            case "GET", "/fapi/v1/premiumIndex":
                return self._premium_indices(params.get("symbol"), now)
            case _:
                raise Rejection(-5000, f"Path {request.path}, Method {request.method} is invalid", status=404)

    def _premium_indices(self, symbol: str | None, now: datetime) -> Any:
        if symbol is not None:
            self.symbols.require(symbol)
        clearing, matching = self.exchange.clearing, self.exchange.matching
        found = [
            premium_index(
                name, matching.mark(each), rate=clearing.rate, next_at=clearing.next_funding_at, now=now
            )
            for name, each in self.symbols.instruments.items()
            if symbol in (None, name)
        ]
        return found if symbol is None else found[0]

    def _listen_key(self, request: SimulatedRequest) -> dict[str, Any]:
        asked = self._gate.admit_key(request)
        match request.method:
            case "POST":
                return {"listenKey": self.listen_keys.open(asked.account)}
            case "PUT":
                return {"listenKey": self.listen_keys.keep(asked.account)}
            case "DELETE":
                self.listen_keys.close(asked.account)
                return {}
            case _:
                raise Rejection(-5000, f"Path {LISTEN_KEY}, Method {request.method} is invalid", status=404)

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
