"""Hyperliquid as a simulated venue: what answers which question, and who listens to which streams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.market.values import Instrument, MarketEvent
from tradebook.venues.simulators.hyperliquid import private
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.acting import CANCELS, Actions, length_of
from tradebook.venues.simulators.hyperliquid.asking import Answers, UserQuestion
from tradebook.venues.simulators.hyperliquid.exchanges import Exchanges
from tradebook.venues.simulators.hyperliquid.gate import Gate
from tradebook.venues.simulators.hyperliquid.limits import (
    TOO_MANY,
    AddressWeight,
    Budgets,
    RequestLimits,
    weight_of_action,
    weight_of_length,
    weight_of_question,
)
from tradebook.venues.simulators.hyperliquid.public import PublicSide
from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal, NotUnderstood
from tradebook.venues.simulators.hyperliquid.sessions import Beginning, Session, said, stream_of
from tradebook.venues.simulators.hyperliquid.symbols import Symbols, milliseconds
from tradebook.venues.simulators.listeners import Listeners, Send
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

INFO, EXCHANGE, STREAMS = "/info", "/exchange", "/ws"
SOMEBODY = "0x" + "5" * 40
"""Where money comes from and goes to."""


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
_read_user_question = msgspec.json.Decoder(UserQuestion).decode


class HyperliquidVenue:
    """Implements ``SimulatedVenue``."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        clock: Clock,
        *,
        customers: Sequence[Customer] = (),
        budgets: Budgets | None = None,
        is_mainnet: bool = True,
    ) -> None:
        """``is_mainnet`` says which of the venue's two chains signatures have to name."""
        self.clock = clock
        self.listeners = Listeners()
        self._symbols = Symbols(instruments)
        self.past = SimulatedPast(clock)
        self.public = PublicSide(self._symbols, self.past)
        limits = RequestLimits(budgets or Budgets())
        self._limits = limits
        self._weight = AddressWeight(budgets or Budgets())
        self._gate = Gate(customers, is_mainnet=is_mainnet)
        self.exchanges = Exchanges(self._symbols, customers, clock, self._tell)
        self._actions = Actions(self._symbols, self.exchanges, self._gate, clock)
        self._answers = Answers(self._symbols, self.exchanges.perpetuals, self._gate, limits, clock)

    def take(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on: orders meet it, and whoever listens is told."""
        self._actions.fire_switches()
        for event in events:
            self.exchanges.on_market(event)
        for stream, data in self.public.frames(events):
            self._say(stream, stream.partition(":")[0], data)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        """Answer a question, or carry out an action, as Hyperliquid would."""
        if request.method != "POST" or request.path not in (INFO, EXCHANGE):
            return SimulatedAnswer(status=404, body=b"")
        try:
            return self._asked(request.body) if request.path == INFO else self._acted(request.body)
        except (NotUnderstood, ActionRefusal) as refusal:
            return refusal.answer
        except (msgspec.DecodeError, UnicodeDecodeError):
            return NotUnderstood.answer

    def open(self, path: str, send: Send) -> StreamSession | None:
        """A client opens a WebSocket."""
        return Session(self, self.listeners, send) if path == STREAMS else None

    def begun(self, kind: str, coin: str, user: str) -> Beginning:
        """What a stream begins with. Raises KeyError for one that there is not."""
        if kind in private.KINDS:
            return private.begun(self._gate.customer(user), user, kind)
        return kind, self.public.begun(kind, coin, self.clock.now())

    def deposit(self, customer: Customer, token: str, amount: Decimal) -> None:
        """Money comes to a spot wallet, or with a negative amount goes, beside trading."""
        self.exchanges.spot.deposit(customer, token, amount, other=SOMEBODY)

    def deposit_collateral(self, customer: Customer, amount: Decimal) -> None:
        """The same of the wallet for perpetuals."""
        self.exchanges.perpetuals.deposit(customer, amount, other=SOMEBODY)

    def _acted(self, body: bytes) -> SimulatedAnswer:
        now = self._now()
        self._actions.fire_switches()
        if not self._weight.has_room(weight_of_action(1), now):
            return TOO_MANY
        asked = self._gate.admit(body, now)
        length = length_of(asked.action)
        self._weight.add(weight_of_action(length) - 1)
        self._limits.count(asked.customer, length, is_cancel=asked.action["type"] in CANCELS)
        return _ok(self._actions.carry_out(asked))

    def _asked(self, body: bytes) -> SimulatedAnswer:
        self._actions.fire_switches()
        question = _read_question(body)
        if not self._weight.has_room(weight_of_question(question.type), self._now()):
            return TOO_MANY
        try:
            document = self._public_answer(question)
        except KeyError:
            return SimulatedAnswer(status=500, body=b"null")
        if document is None:
            try:
                document = self._answers.about(_read_user_question(body))
            except KeyError:
                raise NotUnderstood from None
        if isinstance(document, list):
            self._weight.add(weight_of_length(question.type, len(document)))
        return _ok(document)

    def _public_answer(self, question: _Question) -> Any:
        """None for a question that is about an account. Raises KeyError for a coin that there is not."""
        match question.type:
            case "meta":
                return self._symbols.meta()
            case "spotMeta":
                return self._symbols.spot_meta()
            case "allPerpMetas":
                return [self._symbols.meta()]
            case "metaAndAssetCtxs":
                return [self._symbols.meta(), self.public.contexts(self._symbols.perpetuals)]
            case "spotMetaAndAssetCtxs":
                return [self._symbols.spot_meta(), self.public.contexts(self._symbols.pairs)]
            case "perpDexs":
                return [None]
            case "allMids":
                return self.public.mids()
            case "l2Book":
                return self.public.book(question.coin, self.clock.now())
            case "candleSnapshot":
                asked = question.req
                return self.public.candles(asked.coin, asked.interval, asked.startTime, asked.endTime)
            case "exchangeStatus":
                return {"specialStatuses": None, "time": self._now()}
            case _:
                return None

    def _tell(self, customer: Customer, kind: str, lines: list[Any]) -> None:
        for stream, channel, data in private.frames(customer, kind, lines):
            self._say(stream_of(stream, customer.address), channel, data)

    def _say(self, stream: str, channel: str, data: Any) -> None:
        listening = self.listeners.of(stream)
        if listening:
            frame = said(channel, data)
            for send in listening:
                send(frame)

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _ok(document: Any) -> SimulatedAnswer:
    return SimulatedAnswer(body=msgspec.json.encode(document))
