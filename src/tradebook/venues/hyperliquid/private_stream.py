"""The words of an account's stream: four subscriptions on one connection.

Three of them begin with what was before. That is left out: orders of ours are asked for, and what others did
since the account was last in step is too.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tradebook.venues.errors import NotListed
from tradebook.venues.hyperliquid.account_data import decode_account
from tradebook.venues.hyperliquid.history import unreferenced
from tradebook.venues.hyperliquid.reading import reading
from tradebook.venues.hyperliquid.requests import subscription, unsubscription
from tradebook.venues.hyperliquid.scopes import Scope
from tradebook.venues.hyperliquid.symbols import Universe
from tradebook.venues.hyperliquid.wallets import across
from tradebook.venues.messages.account import (
    AccountMessage,
    BalanceChange,
    FundingPayment,
    StreamEnded,
    StreamReady,
    VenueProblem,
)

STREAMS = ("orderUpdates", "userFills", "userFundings", "userNonFundingLedgerUpdates")


class _About(msgspec.Struct):
    """What a subscription was about."""

    type: str = ""


class _Data(msgspec.Struct, rename="camel"):
    is_snapshot: bool = False
    method: str = ""
    subscription: _About | None = None


class _Envelope(msgspec.Struct):
    channel: str = ""
    data: _Data | list[msgspec.Raw] | str | None = None


_read_envelope = msgspec.json.Decoder(_Envelope).decode


class PrivateStream:
    """Of one address; it knows which subscriptions of the connection stand."""

    def __init__(self, address: str, universe: Universe, scope: Callable[[], Scope]) -> None:
        """``scope`` is what is told of."""
        self._address = address
        self._universe = universe
        self._scope = scope
        self._missing = set(STREAMS)

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for a stream: there is one in each."""
        (name,) = streams
        self._missing.add(name)
        return subscription(name, user=self._address)

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends it."""
        (name,) = streams
        return unsubscription(name, user=self._address)

    def decode(self, frame: bytes) -> Sequence[AccountMessage]:
        """What a frame says. Raises UndecodableFrame."""
        with reading("an account frame"):
            envelope = _read_envelope(frame)
        data = envelope.data
        if isinstance(data, _Data) and data.is_snapshot:
            return ()
        if envelope.channel == "subscriptionResponse" and isinstance(data, _Data):
            return self._acknowledged(data)
        try:
            messages = decode_account(frame, self._universe, owner=self._address, takes=self._scope().takes)
        except NotListed as error:
            # It was listed since: another connection begins with asking what is.
            return (StreamEnded(reason=error.detail),)
        moved = across([each for each in messages if isinstance(each, BalanceChange)], self._scope().wallets)
        return [*moved, *(told for each in messages if (told := _read(each)) is not None)]

    def _acknowledged(self, data: _Data) -> Sequence[AccountMessage]:
        if data.method != "subscribe" or data.subscription is None or not self._missing:
            return ()
        self._missing.discard(data.subscription.type)
        return () if self._missing else (StreamReady(),)


def _read(message: AccountMessage) -> AccountMessage | None:
    match message:
        case BalanceChange():
            return None  # they are read together
        case FundingPayment():
            return unreferenced(message)
        case VenueProblem():
            return StreamEnded(reason=message.message)
        case _:
            return message
