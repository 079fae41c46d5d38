"""Hyperliquid as a simulated venue: what answers which question, and who listens to which streams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.hyperliquid.public import PublicSide
from tradebook.venues.simulators.hyperliquid.symbols import Symbols
from tradebook.venues.simulators.listeners import Listeners, Send
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

INFO, STREAMS = "/info", "/ws"
_NOT_UNDERSTOOD = SimulatedAnswer(
    status=422, body=b'"Failed to deserialize the JSON body into the target type"'
)


class _Candles(msgspec.Struct, frozen=True):
    coin: str = ""
    interval: str = ""
    startTime: int = 0  # noqa: N815 - the venue's name
    endTime: int = 0  # noqa: N815 - the venue's name


class _Question(msgspec.Struct, frozen=True):
    type: str
    coin: str = ""
    req: _Candles = _Candles()


_read_question = msgspec.json.Decoder(_Question).decode


class HyperliquidVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(self, instruments: Iterable[Instrument], clock: Clock) -> None:
        self.clock = clock
        self.listeners = Listeners()
        self._symbols = Symbols(instruments)
        self.past = SimulatedPast(clock)
        self.public = PublicSide(self._symbols, self.past)

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: tell who listens."""
        for stream, data in self.public.frames(events):
            listening = self.listeners.of(stream)
            if listening:
                frame = said(stream.partition(":")[0], data)
                for send in listening:
                    send(frame)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a question as Hyperliquid would."""
        if (request.method, request.path) != ("POST", INFO):
            return SimulatedAnswer(status=404, body=b"")
        try:
            question = _read_question(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _NOT_UNDERSTOOD
        match question.type:
            case "meta":
                return _ok(self._symbols.meta())
            case "spotMeta":
                return _ok(self._symbols.spot_meta())
            case "metaAndAssetCtxs":
                return _ok([self._symbols.meta(), self.public.contexts(self._symbols.perpetuals)])
            case "spotMetaAndAssetCtxs":
                return _ok([self._symbols.spot_meta(), self.public.contexts(self._symbols.pairs)])
            case "allMids":
                return _ok(self.public.mids())
            case "l2Book":
                return self._book(question.coin)
            case "candleSnapshot":
                return self._candles(question.req)
            case _:
                return _NOT_UNDERSTOOD

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        return _Session(self, send) if path == STREAMS else None

    def _candles(self, req: _Candles) -> SimulatedAnswer:
        try:
            return _ok(self.public.candles(req.coin, req.interval, req.startTime, req.endTime))
        except KeyError:
            return SimulatedAnswer(status=500, body=b"null")

    def _book(self, coin: str) -> SimulatedAnswer:
        try:
            return _ok(self.public.book(coin, self.clock.now()))
        except KeyError:
            return SimulatedAnswer(status=500, body=b"null")


class _Subscription(msgspec.Struct, frozen=True):
    type: str
    coin: str = ""


class _Command(msgspec.Struct, frozen=True):
    method: str
    subscription: _Subscription | None = None


_read_command = msgspec.json.Decoder(_Command).decode


class _Session:
    """One client of the streams."""

    def __init__(self, venue: HyperliquidVenue, send: Send) -> None:
        self._venue = venue
        self._send = send

    def received(self, frame: bytes) -> None:
        """A subscription, the end of one, or a ping."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._complain(
                f"Error parsing JSON into valid websocket request: {frame.decode(errors='replace')}"
            )
            return
        wanted = command.subscription
        match command.method:
            case "ping":
                self._send(b'{"channel":"pong"}')
            case "subscribe" if wanted is not None:
                self._subscribe(wanted)
            case "unsubscribe" if wanted is not None:
                if self._venue.listeners.leave(_stream(wanted), self._send):
                    self._acknowledge("unsubscribe", wanted)
                else:
                    self._complain(f"Already unsubscribed: {_text(wanted)}")
            case _:
                self._complain("Error parsing JSON into valid websocket request")

    def closed(self) -> None:
        """The client is gone."""
        self._venue.listeners.leave_all(self._send)

    def _subscribe(self, wanted: _Subscription) -> None:
        try:
            begun = self._venue.public.begun(wanted.type, wanted.coin, self._venue.clock.now())
        except KeyError:
            self._complain(f"Invalid subscription {_text(wanted)}")
            return
        if not self._venue.listeners.join(_stream(wanted), self._send):
            self._complain(f"Already subscribed: {_text(wanted)}")
            return
        self._acknowledge("subscribe", wanted)
        self._send(said(wanted.type, begun))

    def _acknowledge(self, method: str, wanted: _Subscription) -> None:
        self._send(said("subscriptionResponse", {"method": method, "subscription": wanted}))

    def _complain(self, complaint: str) -> None:
        self._send(said("error", complaint))


def said(channel: str, data: Any) -> bytes:
    """A frame of the streams."""
    return msgspec.json.encode({"channel": channel, "data": data})


def _stream(wanted: _Subscription) -> str:
    return f"{wanted.type}:{wanted.coin}"


def _text(wanted: _Subscription) -> str:
    return msgspec.json.encode(wanted).decode()


def _ok(document: Any) -> SimulatedAnswer:
    return SimulatedAnswer(body=msgspec.json.encode(document))
