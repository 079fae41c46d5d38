"""Recorded answers and frames of exchanges of the long tail, given to ccxt as if they had just come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from tests.support.ccxt_frames import stream_of
from tests.support.vectors import VECTORS
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.venues.ccxt.exchange import make_exchange
from tradebook.venues.ccxt.problems import in_our_words
from tradebook.venues.ccxt.profiles import profile_of
from tradebook.venues.ccxt.transport import Transport
from tradebook.venues.connections.http import HttpAnswer

RECORDED = VECTORS / "exchange_wire" / "nautilus"
RECEIVED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)

SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
_SECRETS = {"apiKey": "key", "secret": SECRET, "password": "words"}

LISTED: Mapping[str, str] = {
    # What the payloads are about and the recorded lists do not have.
    "okx": "BTC-USDT BTC-USDT-SWAP ETH-USDT ETH-USDT-SWAP BTC-USD-SWAP BTC-USD-250328 BTC-USD-241217-92000-C",
    "kraken": "XBTUSDT ETHUSDT BTC/USD ETH/USD ALGO/USD MATIC/USD",
    "krakenfutures": "PI_XBTUSD PF_XBTUSD PF_ETHUSD PI_ETHUSD FI_ETHUSD_230407",
    "coinbase": "BTC-USD ETH-USD BTC-USDC",
}


class Names:
    """Any symbol that ccxt knows a market of."""

    def __init__(self, venue: str) -> None:
        self._venue = venue

    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        if "/" not in venue_symbol:
            raise KeyError(venue_symbol)
        return InstrumentId(f"{venue_symbol}.{self._venue.upper()}")


class Answering:
    """Implements ``Http``: whatever is asked, the answer is the same."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        return HttpAnswer(status=200, headers={"content-type": "application/json"}, body=self.body)


def exchange(venue: str, body: bytes = b"{}", number: type[Any] = str) -> tuple[Any, Transport]:
    """A client of it that knows its markets, and that is answered with the body."""
    client, transport, http = _client(venue, number is Decimal)
    client.clean_ws_data()
    http.body = body
    return client, transport


@cache
def _client(venue: str, has_decimals: bool) -> tuple[Any, Transport, Answering]:
    """Made once: ccxt takes its time for it."""
    number = Decimal if has_decimals else str
    http = Answering(b"{}")
    transport = Transport(venue, http, SystemClock())
    client = make_exchange(
        venue, transport, secrets=_SECRETS, options=profile_of(venue).options, number=number
    )
    client.enableRateLimit = False
    client.set_markets(list(_markets(venue)))
    return client, transport, http


@cache
def _markets(venue: str) -> Sequence[Any]:
    client = make_exchange(venue, Transport(venue, Answering(b"{}"), SystemClock()))
    return [market_of(client, each) for each in LISTED[venue].split()]


def market_of(client: Any, name: str) -> Any:
    """As ccxt would have listed it."""
    base, quote, kind, settle = _split(name)
    symbol = f"{base}/{quote}" + (f":{settle}" if settle else "")
    parts = name.split("-")
    expiry = parts[2] if client.id == "okx" and len(parts) > 2 and parts[2].isdigit() else ""
    if name.startswith("FI_"):
        expiry = name[-6:]
    if expiry:
        symbol += f"-{expiry}"
    if kind == "option":
        symbol += "-" + "-".join(parts[3:])
    is_inverse = settle == base
    return client.safe_market_structure(
        {
            "id": name,
            "symbol": symbol,
            "base": base,
            "quote": quote,
            "settle": settle,
            "baseId": base,
            "quoteId": quote,
            "settleId": settle,
            "type": kind,
            "spot": kind == "spot",
            "swap": kind == "swap",
            "future": kind == "future",
            "option": kind == "option",
            "contract": kind != "spot",
            "linear": None if kind == "spot" else not is_inverse,
            "inverse": None if kind == "spot" else is_inverse,
            "contractSize": client.parse_number("1") if kind != "spot" else None,
            "active": True,
            "precision": {"price": client.parse_number("0.01"), "amount": client.parse_number("0.00000001")},
            "wsId": {"XBTUSDT": "BTC/USDT"}.get(name, name),
            "info": {"wsname": name, "altname": name},
        }
    )


def _split(name: str) -> tuple[str, str, str, str]:
    if "_" in name:
        pair = name.split("_")[1].replace("XBT", "BTC")
        settle = "USD" if name.startswith("PF") else pair[:3]
        return pair[:3], pair[3:], "future" if name.startswith("FI") else "swap", settle
    if name in ("XBTUSDT", "ETHUSDT"):
        return name[:3].replace("XBT", "BTC"), "USDT", "spot", ""
    if name == "XXBTZUSD":
        return "BTC", "USD", "spot", ""
    parts = name.replace("/", "-").split("-")
    base, quote = parts[:2]
    if len(parts) == 2:
        return base, quote, "spot", ""
    settle = base if quote == "USD" else quote
    kinds = {"SWAP": "swap"}
    return base, quote, kinds.get(parts[2], "option" if len(parts) > 3 else "future"), settle


def read(path: str) -> bytes:
    return (RECORDED / path).read_bytes()


def answered(venue: str, body: bytes, method: str, *arguments: Any) -> Any:
    """What ccxt makes of it as the answer to a method of its own."""

    async def ask() -> Any:
        client, transport = exchange(venue, body)
        call = getattr(client, method)
        return await in_our_words(lambda: call(*arguments), transport, lambda text: text)

    return asyncio.run(ask())


def heard(venue: str, *frames: bytes) -> list[tuple[str, Any]]:
    """What ccxt reads out of frames, in their order."""
    found: list[tuple[str, Any]] = []

    async def listen() -> None:
        client, _ = exchange(venue, number=Decimal)

        stream = stream_of(client, lambda *what: found.append(what))
        for each in frames:
            stream.took(each)
        await asyncio.sleep(0)

    asyncio.run(listen())
    return found
