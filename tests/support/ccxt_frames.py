"""Frames of a recorded stream, given to what ccxt reads them with, without a socket."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tradebook.venues.errors import UndecodableFrame

Hear = Callable[[str, Any], None]
"""Gets what a reading is of, in ccxt's words (``trades:BTC/USDT``), and what was read."""


def stream_of(exchange: Any, hear: Hear) -> Any:
    """A connection as ccxt's readers expect one; ``exchange`` has its numbers as decimals."""
    base = importlib.import_module("ccxt.async_support.base.ws.client").Client
    kind = type("Stream", (_Recorded, base), {"hear": staticmethod(hear)})
    return kind(
        "wss://recorded",
        exchange.handle_message,
        exchange.on_error,
        exchange.on_close,
        exchange.on_connected,
        {"ping": None, "keepAlive": 0},
    )


class _Recorded:
    """Put before ccxt's client of a WebSocket, it takes the network from it."""

    hear: Hear

    def took(self: Any, frame: bytes) -> None:
        """Have ccxt read a frame. Raises UndecodableFrame where it cannot."""
        try:
            self.on_message_callback(self, json.loads(frame, parse_float=Decimal))
        except Exception as error:  # noqa: BLE001  # ccxt's reading of a frame may fail in any way
            raise UndecodableFrame("ccxt", "frame", type(error).__name__) from None

    def resolve(self: Any, result: Any, message_hash: str | None = None) -> Any:
        """Something was read."""
        self.hear(message_hash or "", result)
        return super().resolve(result, message_hash)  # type: ignore[misc]  # ccxt's own
