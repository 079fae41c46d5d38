"""Bybit as a simulated venue: which path answers what, and who listens to which topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO, plain
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.bybit import documents
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.contract_exchange import ContractExchange
from tradebook.venues.simulators.bybit.exchange import SpotExchange
from tradebook.venues.simulators.bybit.limits import Budgets, Limits
from tradebook.venues.simulators.bybit.private_stream import Hearers, PrivateSession
from tradebook.venues.simulators.bybit.protection import DisconnectionProtect
from tradebook.venues.simulators.bybit.public import PublicSide
from tradebook.venues.simulators.bybit.reading import ReadingSide
from tradebook.venues.simulators.bybit.rejections import Rejection, not_permitted, strange
from tradebook.venues.simulators.bybit.security import Gate
from tradebook.venues.simulators.bybit.symbols import (
    CATEGORIES,
    INVERSE,
    LINEAR,
    SPOT,
    TRADING,
    Symbols,
    milliseconds,
)
from tradebook.venues.simulators.bybit.trading import TradingSide
from tradebook.venues.simulators.listeners import Listeners, Send
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

PUBLIC = {f"/v5/public/{category}": category for category in CATEGORIES}
PRIVATE = "/v5/private"
BOOK_LEVELS_MAX = {SPOT: 200, LINEAR: 500, INVERSE: 500}
TRADES_MAX = {SPOT: 60, LINEAR: 1000, INVERSE: 1000}
ARGUMENTS_MAX = 10
"""Of a request to the streams of spot."""


class BybitVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        clock: Clock,
        *,
        accounts: Sequence[BybitAccount] = (),
        budgets: Budgets | None = None,
    ) -> None:
        self.clock = clock
        known = list(instruments)
        self._symbols = {category: Symbols(known, category) for category in CATEGORIES}
        self.past = SimulatedPast(clock)
        self.sides = {category: PublicSide(each, self.past) for category, each in self._symbols.items()}
        self.listeners = {category: Listeners() for category in CATEGORIES}
        self._spot = SpotExchange(self._symbols[SPOT], clock, self._tell)
        of_contracts = {category: self._symbols[category] for category in (LINEAR, INVERSE)}
        self.contracts = ContractExchange(of_contracts, accounts, clock, self._tell)
        self._gate = Gate(accounts)
        self._limits = Limits(budgets or Budgets())
        self._reading = ReadingSide(self._symbols, self.contracts, clock).handlers
        trading = TradingSide(self._spot, self.contracts, self._symbols)
        self._trading = trading.handlers
        self._protection = DisconnectionProtect(clock, trading.end)
        self._hearers: Hearers = {}

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: orders meet it, and whoever listens is told."""
        self._protection.fire()
        for event in events:
            self._spot.on_market(event)
        self.contracts.on_market(events)
        for category, side in self.sides.items():
            for topic, said in side.frames(self._symbols[category].seen(events)):
                listening = self.listeners[category].of(topic)
                if listening:
                    frame = msgspec.json.encode(said)
                    for send in listening:
                        send(frame)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a request as Bybit would: what is refused has status 200 too."""
        self._protection.fire()
        if not self._limits.count(self.clock.now()):
            return SimulatedAnswer(status=403, body=b"403, access too frequent")
        headers: dict[str, str] = {}
        try:
            answer = self._answer(request, headers)
        except Rejection as rejection:
            answer = self._said(rejection.code, rejection.message, {})
        return msgspec.structs.replace(answer, headers={**answer.headers, **headers})

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        self._protection.fire()
        if path == PRIVATE:
            return PrivateSession(self._gate, self.clock, self._hearers, self._protection, send)
        return _Session(self, PUBLIC[path], send) if path in PUBLIC else None

    def deposit(self, account: BybitAccount, asset: str, amount: Decimal) -> None:
        """Money comes to an account, or with a negative amount goes, beside trading."""
        account.balances.move(asset, amount)
        self._tell(account, "wallet", documents.wallet(account, [asset]))

    def set_status(self, category: str, symbol: str, status: str) -> None:
        """Whether it trades: what does not is told of by its status, and by none to nobody. Who has it keeps
        it.
        """
        self._symbols[category].set_status(symbol, status)

    def _tell(self, account: BybitAccount, topic: str, data: dict[str, Any]) -> None:
        for each in list(self._hearers):
            each.hear(account, topic, data)

    def _answer(self, request: SimulatedRequest, headers: dict[str, str]) -> SimulatedAnswer:
        what = request.method, request.path
        if what in self._reading or what in self._trading:
            return self._ok(self._signed(request, headers))
        if request.method != "GET" or not request.path.startswith("/v5/market/"):
            return SimulatedAnswer(status=404, body=b"")
        return self._of_anybody(request.path.removeprefix("/v5/market/"), dict(parse_qsl(request.query)))

    def _signed(self, request: SimulatedRequest, headers: dict[str, str]) -> dict[str, Any]:
        """As for anybody, once it is known who asks; ``headers`` are added to."""
        what, now = (request.method, request.path), self.clock.now()
        asked = self._gate.admit(request, now)
        self._limits.count_of(asked.account.uid, request.path, now, headers)
        may = asked.key.permissions
        if asked.text_or("category", SPOT) != SPOT and not may.contracts:
            raise not_permitted()
        if what in self._trading:
            if not may.trading:
                raise not_permitted()
            return self._trading[what](asked)
        if not may.reading:
            raise not_permitted()
        return self._reading[what](asked)

    def _of_anybody(self, what: str, params: dict[str, str]) -> SimulatedAnswer:
        now = self.clock.now()
        if what == "time":
            seconds = int(now.timestamp())
            return self._ok({"timeSecond": f"{seconds}", "timeNano": f"{milliseconds(now) * 1_000_000}"})
        category = params.get("category", "")
        if category not in CATEGORIES:
            raise Rejection(10001, "params error: Category is invalid")
        try:
            return self._of_category(what, category, params)
        except (KeyError, ValueError):
            raise strange("symbol") from None

    def _of_category(self, what: str, category: str, params: dict[str, str]) -> SimulatedAnswer:
        """Raises KeyError or ValueError for parameters that make no sense."""
        side, symbol = self.sides[category], params.get("symbol", "")
        match what:
            case "instruments-info":
                listed = self._symbols[category].listed(params.get("status", TRADING))
                return self._listing(category, listed, symbol)
            case "risk-limit" if category != SPOT:
                return self._listing(category, self._symbols[category].risk_tiers(), symbol)
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
                names = [symbol] if symbol else list(self._symbols[category].instruments)
                lines = [side.ticker(name) | self._measured(category, name) for name in names]
                return self._ok({"category": category, "list": lines})
            case _:
                return SimulatedAnswer(status=404, body=b"")

    def _listing(self, category: str, lines: Sequence[dict[str, Any]], symbol: str) -> SimulatedAnswer:
        chosen = [each for each in lines if symbol in {"", each["symbol"]}]
        return self._ok({"category": category, "nextPageCursor": "", "list": chosen})

    def _measured(self, category: str, symbol: str) -> dict[str, str]:
        """What a ticker says of a contract beside its prices."""
        if category == SPOT:
            return {}
        instrument = self._symbols[category].instruments[symbol]
        mark = plain(self.contracts.matching.mark(instrument) or ZERO)
        return {
            "markPrice": mark,
            "indexPrice": mark,
            "fundingRate": plain(self.contracts.clearing.rate),
            "nextFundingTime": str(milliseconds(self.contracts.clearing.next_funding_at)),
        }

    def _ok(self, result: dict[str, Any]) -> SimulatedAnswer:
        return self._said(0, "OK", result)

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
    req_id: str | int = ""


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
