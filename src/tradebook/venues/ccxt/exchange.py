"""A client of ccxt that writes and reads, and sends nothing by itself.

ccxt is an optional part (``tradebook[ccxt]``), so it is looked for when an exchange is first made. It ships
no types: what it makes is ``Any`` here, and becomes typed in ``answers``.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

import httpx

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.ccxt.sockets import open_client
from tradebook.venues.ccxt.transport import STOP, Transport

_MILLISECONDS_FROM = 10**12
EXTRA = "pip install 'tradebook[ccxt]'"


def class_of(exchange_id: str) -> type[Any]:
    """ccxt's class of an exchange: the one with streams where there is one.

    Raises InvalidInput where ccxt is not installed or does not know the exchange.
    """
    try:
        library = importlib.import_module("ccxt.pro")
        plain = importlib.import_module("ccxt.async_support")
    except ImportError:
        raise InvalidInput("ccxt_exchanges", "ccxt is not installed", EXTRA) from None
    if exchange_id not in plain.exchanges:
        raise InvalidInput(
            "ccxt_exchanges",
            f"ccxt {plain.__version__} knows no exchange {exchange_id[:40]!r}",
            "take a name of its list, in lower case",
        )
    return cast("type[Any]", getattr(library if exchange_id in library.exchanges else plain, exchange_id))


def make_exchange(
    exchange_id: str,
    transport: Transport,
    *,
    secrets: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    number: type[str | Decimal] = str,
) -> Any:
    """A client of the exchange that sends over ``transport``; ``secrets`` by ccxt's names for them.

    ``number`` is what it makes of numbers: texts, or decimals where it has to sort by them, as in books.
    """
    ours = type(exchange_id, (_OnOurTransport, class_of(exchange_id)), {"number": number})
    return ours(transport, {**(secrets or {}), "options": dict(options or {})})


class _OnOurTransport:
    """Put before a class of ccxt, it takes the network, the clock and the floats from it."""

    def __init__(self, transport: Transport, config: Mapping[str, Any]) -> None:
        self.transport = transport
        super().__init__({**config, "enableRateLimit": True, "newUpdates": True})  # type: ignore[call-arg]  # ccxt's own

    async def fetch(self: Any, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """What ccxt makes of the answer. Raises its errors, and those of the transport as they are;
        ConnectionError for a page of whoever is on the way, in which ccxt might read a no of the exchange.
        """
        answer = await self.transport.send(
            method,
            url,
            headers=self.prepare_request_headers(headers),
            body=body.encode() if isinstance(body, str) else body,
        )
        told = httpx.Headers(answer.headers)  # whose names are found in whatever case ccxt looks for
        text = answer.body.decode(errors="replace").strip()
        document = self.parse_json(text)
        if document is None and answer.status >= httpx.codes.BAD_REQUEST and answer.status not in STOP:
            raise ConnectionError(f"{self.id}: HTTP {answer.status}, and no word of the exchange's")
        reason = httpx.codes.get_reason_phrase(answer.status)
        self.handle_errors(answer.status, reason, url, method, told, text, document, headers, body)
        self.handle_http_status_code(answer.status, reason, url, method, text)
        return text if document is None else document

    def client(self: Any, url: str) -> Any:
        """The connection to an address, on our sockets."""
        self.open()
        self.clients = self.clients or {}
        if url not in self.clients:
            self.clients[url] = open_client(url, self, self.transport)
        return self.clients[url]

    async def throttle(self: Any, cost: float | None = None) -> None:
        """Wait until the exchange has room for a request of this cost, as ccxt counts it."""
        await self.transport.take(self.rateLimit * (1 if cost is None else cost))

    def on_json_response(self, text: str) -> Any:
        """Numbers with a point stay as they are written."""
        return json.loads(text, parse_float=str)

    def parse_order_book_bid_ask(
        self: Any, told: Any, price_key: Any = 0, amount_key: Any = 1, count_key: Any = 2
    ) -> list[Decimal]:
        """A level of a book: ccxt's own would make floats of it, and texts would be sorted as texts."""
        del count_key
        price, amount = (self.safe_string(told, key) for key in (price_key, amount_key))
        return [Decimal(price or "NaN"), Decimal(amount or "NaN")]  # what is missing is refused later

    def safe_float(self: Any, told: Any, key: Any, default: Any = None) -> Any:
        """No float: a decimal, which is what books are sorted by."""
        value = self.safe_string(told, key)
        return default if value is None else Decimal(value)

    def open(self: Any) -> None:
        """No session of its own."""
        self.asyncio_loop = asyncio.get_running_loop()

    def nonce(self: Any) -> Any:
        """As the exchange wants it, and never one twice: several requests may be written in a millisecond."""
        told = super().nonce()  # type: ignore[misc]  # ccxt's own
        if told < _MILLISECONDS_FROM:
            return told  # in seconds it is the time and no counter: it may be the same again
        self.last_nonce = max(told, getattr(self, "last_nonce", 0) + 1)
        return self.last_nonce

    def milliseconds(self) -> int:
        """The exchange's time, since 1970."""
        return round(self.transport.venue_now().timestamp() * 1000)

    def seconds(self) -> int:
        """The same."""
        return self.milliseconds() // 1000

    def microseconds(self) -> int:
        """The same."""
        return self.milliseconds() * 1000
