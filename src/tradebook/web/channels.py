"""What can be watched on ``/v1/stream``, and the messages that it sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.messages import Value
from tradebook.market.values import Interval

ACCOUNT_CHANNELS = frozenset({"orders", "balances", "fills", "positions", "accounts"})
"""Rows of the book: never dropped. Alone: of every visible account; or with ``:<account_id>``."""
MARKET_CHANNELS = frozenset({"quotes", "trades", "depth", "candles"})
"""The market: for a slow client only the newest. With ``:<instrument>``; candles also ``:<interval>``."""
SYSTEM = "system"
"""How the server is: what works, what is degraded."""


class Channel(Value, frozen=True, kw_only=True):
    """A channel as a client names it."""

    name: str
    kind: str
    argument: str = ""
    """Account id, instrument id, or ``instrument:interval``."""

    @property
    def is_of_accounts(self) -> bool:
        """Whether its messages are changes of the book."""
        return self.kind in ACCOUNT_CHANNELS


class Snapshot(Value, frozen=True, kw_only=True):
    """What a channel shows now, and up to where that is true."""

    position: int
    """Journal position, or the market's sequence; changes up to it are in ``data`` already."""
    data: msgspec.Raw


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a channel. ``position`` is a journal position or, on market channels, a sequence."""

    channel: str
    kind: str = msgspec.field(name="type")
    """``snapshot`` or ``change``."""
    account_id: str = ""
    position: str
    data: msgspec.Raw


SnapshotSource = Callable[[Principal, Channel], Awaitable[Snapshot]]
"""Raises NotFound or Forbidden where the caller may not look."""


def parse_channel(text: str) -> Channel:
    """Read a channel's name. Raises InvalidInput that says what would be one."""
    kind, _, argument = text.partition(":")
    channel = Channel(name=text, kind=kind, argument=argument)
    if len(text) > 128:
        raise InvalidInput("channels", "a name of more than 128 characters", "use a channel's name")
    if not text.isprintable():
        raise InvalidInput("channels", "a name with signs that cannot be read", "use a channel's name")
    if kind in ACCOUNT_CHANNELS or text == SYSTEM:
        if argument or ":" not in text:
            return channel
        raise InvalidInput("channels", f"{text!r} ends in a colon", f"write {kind} or {kind}:<account_id>")
    if kind in MARKET_CHANNELS:
        return _market_channel(channel)
    known = ", ".join(sorted(ACCOUNT_CHANNELS | MARKET_CHANNELS | {SYSTEM}))
    raise InvalidInput("channels", f"there is no channel {text!r}", f"use one of {known}")


def _market_channel(channel: Channel) -> Channel:
    instrument, _, interval = channel.argument.partition(":")
    if not instrument:
        raise InvalidInput(
            "channels", f"{channel.name!r} names no instrument", f"write {channel.kind}:<instrument>"
        )
    if channel.kind == "candles" and interval not in set(Interval):
        intervals = ", ".join(Interval)
        raise InvalidInput(
            "channels",
            f"{channel.name!r} names no interval",
            f"write candles:<instrument>:<interval> with one of {intervals}",
        )
    if channel.kind != "candles" and interval:
        raise InvalidInput(
            "channels", f"{channel.name!r} has a part too many", f"write {channel.kind}:<instrument>"
        )
    return channel
