"""Binance as a simulated venue: which path answers what, and who listens to which streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.binance.public import (
    DEPTH_LIMIT_DEFAULT,
    PublicSide,
    combined,
    server_time,
)
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

Send = Callable[[bytes], None]
STREAMS = "/stream"


class BinanceVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(self, instruments: Iterable[Instrument], clock: Clock) -> None:
        self._clock = clock
        self._symbols = Symbols(instruments)
        self._public = PublicSide(self._symbols)
        self.listeners: defaultdict[str, dict[_Session, None]] = defaultdict(dict)
        """Sessions by the stream that they listen to."""

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: tell who listens."""
        for stream, data in self._public.frames(events):
            listening = self.listeners.get(stream)
            if listening:
                frame = combined(stream, data)
                for each in listening:
                    each.send(frame)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request as Binance would."""
        params = dict(parse_qsl(request.query))
        match request.method, request.path:
            case "GET", "/api/v3/ping":
                return _ok({})
            case "GET", "/api/v3/time":
                return _ok(server_time(self._clock.now()))
            case "GET", "/api/v3/exchangeInfo":
                return _ok(self._symbols.exchange_info(self._clock.now()))
            case "GET", "/api/v3/depth":
                return self._depth(params)
            case _:
                return _problem(404, -1000, "There is nothing at this path of the simulator.")

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        return _Session(self, send) if path == STREAMS else None

    def _depth(self, params: dict[str, str]) -> SimulatedAnswer:
        try:
            limit = int(params.get("limit", DEPTH_LIMIT_DEFAULT))
        except ValueError:
            return _problem(400, -1100, "Illegal characters found in parameter 'limit'.")
        try:
            return _ok(self._public.depth(params.get("symbol", ""), limit))
        except KeyError:
            return _problem(400, -1121, "Invalid symbol.")


class _Command(msgspec.Struct, frozen=True):
    method: str
    params: list[str] = []
    id: int | str | None = None


_read_command = msgspec.json.Decoder(_Command).decode


class _Session:
    """One client of the streams."""

    def __init__(self, venue: BinanceVenue, send: Send) -> None:
        self.send = send
        self._venue = venue
        self._streams: set[str] = set()

    def received(self, frame: bytes) -> None:
        """A subscription, or the end of one."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say({"error": {"code": 3, "msg": "Invalid JSON"}})
            return
        match command.method:
            case "SUBSCRIBE":
                self._streams |= set(command.params)
                for each in command.params:
                    self._venue.listeners[each][self] = None
            case "UNSUBSCRIBE":
                self._leave(command.params)
            case _:
                self._say({"error": {"code": 2, "msg": "Invalid request"}, "id": command.id})
                return
        self._say({"result": None, "id": command.id})

    def closed(self) -> None:
        """The client is gone."""
        self._leave(list(self._streams))

    def _leave(self, streams: Iterable[str]) -> None:
        for each in streams:
            self._streams.discard(each)
            listening = self._venue.listeners.get(each, {})
            listening.pop(self, None)
            if not listening:
                self._venue.listeners.pop(each, None)

    def _say(self, document: dict[str, Any]) -> None:
        self.send(msgspec.json.encode(document))


def _ok(document: dict[str, Any]) -> SimulatedAnswer:
    return SimulatedAnswer(body=msgspec.json.encode(document))


def _problem(status: int, code: int, message: str) -> SimulatedAnswer:
    return SimulatedAnswer(status=status, body=msgspec.json.encode({"code": code, "msg": message}))
