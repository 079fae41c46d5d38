"""``/v1/stream``: watch the book and the market.

::

    client                                    server
    {"op":"auth","token":…}              →    {"op":"authenticated","expires_at":…}
    {"op":"subscribe","channels":[…]}    →    {"op":"subscribed","channels":[…]}
                                              {"channel":…,"type":"snapshot","position":…,"data":…}
                                              {"channel":…,"type":"change","position":…,"data":…} …
    {"op":"unsubscribe","channels":[…]}  →    {"op":"unsubscribed","channels":[…]}
    {"op":"ping"}                        →    {"op":"pong"}
    anything that cannot be done         →    {"op":…,"problem":{…}}

A token may be renewed at any time with another ``auth``; when it runs out the socket is closed with 4401.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Annotated

import msgspec
import structlog

from tradebook.identity.principal import Principal, Scope
from tradebook.kernel.errors import InvalidInput, Unauthenticated
from tradebook.web import metrics, problems
from tradebook.web.channels import parse_channel
from tradebook.web.hub import Hub, problem_message
from tradebook.web.ports import Authenticator
from tradebook.web.sockets import (
    INTERNAL_ERROR,
    POLICY_VIOLATION,
    TRY_AGAIN_LATER,
    UNAUTHENTICATED,
    Socket,
    other_user,
)

AUTH_WITHIN_S = 5
CHECK_TOKEN_EVERY_S = 15
"""A revoked or expired token ends the stream at most this much later."""
CHANNELS_MAX = 200
REQUESTS_WAITING_MAX = 100

ChannelNames = Annotated[list[str], msgspec.Meta(min_length=1, max_length=CHANNELS_MAX)]

log = structlog.get_logger("tradebook.web")


class Auth(msgspec.Struct, tag_field="op", tag="auth", forbid_unknown_fields=True):
    """Say, or say again, who is watching."""

    token: str


class Subscribe(msgspec.Struct, tag_field="op", tag="subscribe", forbid_unknown_fields=True):
    """Watch these channels."""

    channels: ChannelNames


class Unsubscribe(msgspec.Struct, tag_field="op", tag="unsubscribe", forbid_unknown_fields=True):
    """Watch these no longer."""

    channels: ChannelNames


class Ping(msgspec.Struct, tag_field="op", tag="ping", forbid_unknown_fields=True):
    """Is anyone there?"""


class _CheckToken(msgspec.Struct, tag_field="op", tag="auth"):
    """Ours: is the token still good?"""


Request = Auth | Subscribe | Unsubscribe | Ping
_decode = msgspec.json.Decoder(Request).decode


class StreamSocket(Socket):
    """One watcher. Requests are served in order by one task that lives only while there are any."""

    def __init__(self, *, hub: Hub, authenticator: Authenticator) -> None:
        super().__init__()
        self._hub = hub
        self._authenticator = authenticator
        self._token: str | None = None
        self._channels: set[str] = set()
        self._requests: deque[Request | _CheckToken] = deque()
        self._serving: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.principal: Principal | None = None

    # --- the connection

    def opened(self) -> None:
        metrics.SOCKETS.labels("/v1/stream").inc()
        self._timer = asyncio.get_running_loop().call_later(AUTH_WITHIN_S, self._demand_token)
        token = self.authorization
        if token is not None:
            self._enqueue(Auth(token=token))

    def received(self, message: bytes) -> None:
        try:
            request = _decode(message)
        except problems.UNREADABLE as error:
            self._hub.send(self, problem_message(problems.of_decoding(error), op="unknown"))
        else:
            self._enqueue(request)

    def gone(self) -> None:
        metrics.SOCKETS.labels("/v1/stream").dec()
        if self._timer is not None:
            self._timer.cancel()
        if self._serving is not None:
            self._serving.cancel()
        for channel in self._channels:
            self._hub.unsubscribe(self, channel)

    def fall_behind(self) -> None:
        metrics.SLOW_CLIENTS.inc()
        self.close(TRY_AGAIN_LATER, "too far behind; connect and subscribe again")

    # --- requests

    def _enqueue(self, request: Request | _CheckToken) -> None:
        if len(self._requests) >= REQUESTS_WAITING_MAX:
            self.close(POLICY_VIOLATION, "too many requests are waiting")
            return
        self._requests.append(request)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        try:
            while self._requests:
                await self._serve_one(self._requests.popleft())
        except Exception:
            log.exception("stream failed")
            self.close(INTERNAL_ERROR, "a defect of the server; its log has the details")
        finally:
            self._serving = None

    async def _serve_one(self, request: Request | _CheckToken) -> None:
        op = str(request.__struct_config__.tag)
        try:
            match request:
                case Auth():
                    principal = await self._authenticate(request.token)
                    self._hub.send(self, {"op": "authenticated", "expires_at": principal.expires_at})
                case _CheckToken():
                    await self._authenticate(self._token or "")
                case Subscribe():
                    await self._subscribe(request.channels)
                case Unsubscribe():
                    self._unsubscribe(request.channels)
                case Ping():
                    self._hub.send(self, {"op": "pong"})
        except Unauthenticated as error:
            self._hub.send(self, problem_message(error, op=op))
            self.close(UNAUTHENTICATED, error.detail[:100])
        except Exception as error:  # noqa: BLE001  # what is no problem of the caller's is raised again
            self._hub.send(self, problem_message(error, op=op))

    async def _authenticate(self, token: str) -> Principal:
        principal = await self._authenticator.authenticate(token)
        principal.require(Scope.READ)
        if self.principal is not None and self.principal.user_id != principal.user_id:
            raise other_user()
        self._token, self.principal = token, principal
        self._check_later()
        return principal

    async def _subscribe(self, names: list[str]) -> None:
        if self.principal is None:
            raise Unauthenticated("unauthenticated", "Send an auth frame first.")
        channels = [parse_channel(name) for name in dict.fromkeys(names) if name not in self._channels]
        if len(self._channels) + len(channels) > CHANNELS_MAX:
            raise InvalidInput(
                "channels", f"more than {CHANNELS_MAX}", "unsubscribe from some, or open a socket"
            )
        self._hub.send(self, {"op": "subscribed", "channels": names})
        for channel in channels:
            self._channels.add(channel.name)
            try:
                await self._hub.subscribe(self, channel)
            except Exception as error:  # noqa: BLE001  # as in _serve_one
                self._channels.discard(channel.name)
                self._hub.send(self, problem_message(error, op="subscribe", channel=channel.name))

    def _unsubscribe(self, names: list[str]) -> None:
        for name in names:
            self._channels.discard(name)
            self._hub.unsubscribe(self, name)
        self._hub.send(self, {"op": "unsubscribed", "channels": names})

    # --- the token

    def _demand_token(self) -> None:
        self.close(UNAUTHENTICATED, f"no auth frame within {AUTH_WITHIN_S} s")

    def _check_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(CHECK_TOKEN_EVERY_S, self._check_token)

    def _check_token(self) -> None:
        """A remembered token costs nothing to ask for again; another one is verified anew."""
        if self._token is None or self._authenticator.recall(self._token) is None:
            self._enqueue(_CheckToken())
        else:
            self._check_later()
