"""Bybit as a simulated venue: which path answers what, and who listens to which topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.bybit.public import PublicSide
from tradebook.venues.simulators.bybit.symbols import CATEGORIES, SPOT, Symbols, milliseconds
from tradebook.venues.simulators.listeners import Listeners, Send
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

PUBLIC = {f"/v5/public/{category}": category for category in CATEGORIES}
BOOK_LEVELS_MAX = {"spot": 200, "linear": 500}
TRADES_MAX = {"spot": 60, "linear": 1000}
ARGUMENTS_MAX = 10
"""Of a request to the streams of spot."""


class BybitVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(self, instruments: Iterable[Instrument], clock: Clock) -> None:
        self.clock = clock
        self._symbols = Symbols(instruments)
        self.past = SimulatedPast(clock)
        self.sides = {category: PublicSide(self._symbols, self.past) for category in CATEGORIES}
        self.listeners = {category: Listeners() for category in CATEGORIES}

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: tell who listens."""
        for category, side in self.sides.items():
            for topic, said in side.frames(events):
                listening = self.listeners[category].of(topic)
                if listening:
                    frame = msgspec.json.encode(said)
                    for send in listening:
                        send(frame)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request as Bybit would: what is refused has status 200 too."""
        params = dict(parse_qsl(request.query))
        if request.method != "GET" or not request.path.startswith("/v5/market/"):
            return SimulatedAnswer(status=404, body=b"")
        what = request.path.removeprefix("/v5/market/")
        now = self.clock.now()
        if what == "time":
            seconds = int(now.timestamp())
            return self._ok({"timeSecond": f"{seconds}", "timeNano": f"{milliseconds(now) * 1_000_000}"})
        category = params.get("category", "")
        if category not in CATEGORIES:
            return self._problem(10001, "params error: Category is invalid")
        try:
            return self._of_category(what, category, params)
        except (KeyError, ValueError):
            return self._problem(10001, "params error: symbol invalid")

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        return _Session(self, PUBLIC[path], send) if path in PUBLIC else None

    def _of_category(self, what: str, category: str, params: dict[str, str]) -> SimulatedAnswer:
        """Raises KeyError or ValueError for parameters that make no sense."""
        side, symbol = self.sides[category], params.get("symbol", "")
        match what:
            case "instruments-info":
                listed = [each for each in self._symbols.listed(category) if symbol in {"", each["symbol"]}]
                return self._ok({"category": category, "nextPageCursor": "", "list": listed})
            case "orderbook":
                limit = int(params.get("limit", "1" if category == SPOT else "25"))
                levels = min(limit, BOOK_LEVELS_MAX[category])
                return self._ok(side.orderbook(symbol, levels, self.clock.now()))
            case "kline":
                told = {"category": category, "symbol": symbol, "list": side.klines(params, self.clock.now())}
                return self._ok(told)
            case "recent-trade":
                limit = min(int(params.get("limit", "60")), TRADES_MAX[category])
                return self._ok({"category": category, "list": side.recent_trades(symbol, limit)})
            case "tickers":
                names = [symbol] if symbol else list(self._symbols.instruments)
                return self._ok({"category": category, "list": [side.ticker(name) for name in names]})
            case _:
                return SimulatedAnswer(status=404, body=b"")

    def _ok(self, result: dict[str, Any]) -> SimulatedAnswer:
        return self._said(0, "OK", result)

    def _problem(self, code: int, message: str) -> SimulatedAnswer:
        return self._said(code, message, {})

    def _said(self, code: int, message: str, result: dict[str, Any]) -> SimulatedAnswer:
        document = {
            "retCode": code,
            "retMsg": message,
            "result": result,
            "retExtInfo": {},
            "time": milliseconds(self.clock.now()),
        }
        return SimulatedAnswer(body=msgspec.json.encode(document))


class _Command(msgspec.Struct, frozen=True):
    op: str
    args: list[str] = []
    req_id: str = ""


_read_command = msgspec.json.Decoder(_Command).decode


class _Session:
    """One client of the streams of a category."""

    def __init__(self, venue: BybitVenue, category: str, send: Send) -> None:
        self._venue = venue
        self._category = category
        self._send = send

    def received(self, frame: bytes) -> None:
        """A subscription, the end of one, or a ping."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say(command=_Command(op=""), problem="error:request is not JSON")
            return
        match command.op:
            case "ping":
                self._say(command, said="pong")
            case "subscribe":
                self._subscribe(command)
            case "unsubscribe":
                for topic in command.args:
                    self._venue.listeners[self._category].leave(topic, self._send)
                self._say(command)
            case _:
                self._say(command, problem="error:unknown op")

    def closed(self) -> None:
        """The client is gone."""
        self._venue.listeners[self._category].leave_all(self._send)

    def _subscribe(self, command: _Command) -> None:
        """One topic that there is not fails all that are asked for with it."""
        if self._category == SPOT and len(command.args) > ARGUMENTS_MAX:
            self._say(command, problem=f"error:args size >{ARGUMENTS_MAX}")
            return
        begun: list[dict[str, Any]] = []
        for topic in command.args:
            try:
                begun += self._venue.sides[self._category].begun(topic, self._venue.clock.now())
            except KeyError:
                self._say(command, problem=f"error:handler not found,topic:{topic}")
                return
        for topic in command.args:
            self._venue.listeners[self._category].join(topic, self._send)
        self._say(command, said="subscribe" if self._category == SPOT else "")
        for each in begun:
            self._send(msgspec.json.encode(each))

    def _say(self, command: _Command, *, said: str = "", problem: str = "") -> None:
        document = {"success": not problem, "ret_msg": problem or said, "conn_id": "simulated"}
        self._send(msgspec.json.encode({**document, "req_id": command.req_id, "op": command.op}))
