"""One client of the private stream: it shows whose it is, and hears of the topics that it asks for.

https://bybit-exchange.github.io/docs/v5/ws/connect
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.protection import DisconnectionProtect
from tradebook.venues.simulators.bybit.rejections import Rejection
from tradebook.venues.simulators.bybit.security import Gate
from tradebook.venues.simulators.bybit.symbols import CATEGORIES, INVERSE, LINEAR, milliseconds

Send = Callable[[bytes], None]
Hearers = dict["PrivateSession", None]
OF_CATEGORIES = {"order": CATEGORIES, "execution": CATEGORIES, "position": (LINEAR, INVERSE)}
TOPICS = {
    f"{topic}.{each}": (topic, each) for topic, categories in OF_CATEGORIES.items() for each in categories
}
TOPICS |= {each: (each, "") for each in (*OF_CATEGORIES, "wallet", "greeks")}
TOPICS |= {f"dcp.{each}": ("dcp", "") for each in ("spot", "future", "option")}
"""As they are asked for → as they are told, and of which category; of all where none is named."""


class _Command(msgspec.Struct, frozen=True):
    op: str
    args: list[str | int] = []
    req_id: str | int = ""


_read_command = msgspec.json.Decoder(_Command).decode


class PrivateSession:
    """Of one account, once it is known of which."""

    def __init__(
        self, gate: Gate, clock: Clock, hearers: Hearers, protection: DisconnectionProtect, send: Send
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._hearers = hearers
        self._protection = protection
        self._send = send
        self._account: BybitAccount | None = None
        self._topics: set[str] = set()
        hearers[self] = None

    def received(self, frame: bytes) -> None:
        """A login, a subscription, the end of one, or a ping."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._answer(_Command(op=""), problem="error:request is not JSON")
            return
        match command.op:
            case "auth":
                self._log_in(command)
            case "ping":
                stamp = str(milliseconds(self._clock.now()))
                self._say({"req_id": command.req_id, "op": "pong", "args": [stamp], "conn_id": "simulated"})
            case "subscribe":
                self._subscribe(command)
            case "unsubscribe":
                self._unsubscribe(command)
            case _:
                self._answer(command, problem="error:unknown op")

    def closed(self) -> None:
        """The client is gone."""
        self._hearers.pop(self, None)
        if self._account is not None:
            others = [each for each in self._hearers if each._account is self._account]
            heard = set[str]().union(*(each._topics for each in others))
            self._protection.is_gone(self._account, self._topics - heard)

    def hear(self, account: BybitAccount, topic: str, data: Mapping[str, Any]) -> None:
        """Something happened on an account."""
        if account is not self._account:
            return
        for each in sorted(self._topics):
            kind, category = TOPICS[each]
            if kind == topic and category in {"", data.get("category")}:
                at = milliseconds(self._clock.now())
                self._say({"id": f"simulated-{at}", "topic": each, "creationTime": at, "data": [data]})

    def _log_in(self, command: _Command) -> None:
        try:
            api_key, expires_ms, signature = command.args
            account = self._gate.admit_stream(
                str(api_key), int(expires_ms), str(signature), self._clock.now()
            )
        except (ValueError, Rejection) as problem:
            self._answer(command, problem=str(problem))
        else:
            self._account = account
            self._answer(command)

    def _subscribe(self, command: _Command) -> None:
        topics = {str(each) for each in command.args}
        if self._account is None:
            self._answer(command, problem="Request not authorized")
        elif not topics <= TOPICS.keys():
            strange = min(topics - TOPICS.keys())
            self._answer(command, problem=f"error:handler not found,topic:{strange}")
        else:
            self._topics |= topics
            self._protection.listens(self._account, topics)
            self._answer(command)

    def _unsubscribe(self, command: _Command) -> None:
        topics = {str(each) for each in command.args}
        self._topics -= topics
        if self._account is not None:
            self._protection.listens(self._account, topics)
        self._answer(command)

    def _answer(self, command: _Command, *, problem: str = "") -> None:
        document = {"success": not problem, "ret_msg": problem, "op": command.op, "conn_id": "simulated"}
        self._say({**document, "req_id": command.req_id})

    def _say(self, document: Mapping[str, Any]) -> None:
        self._send(msgspec.json.encode(document))
