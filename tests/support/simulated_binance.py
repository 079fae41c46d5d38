"""The simulated Binance without a socket: a market moved by hand, and a client that signs by itself."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.support.market import BTC_USDT
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Instrument, Level, MarketEvent, Quote, Trade
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey, Permissions
from tradebook.venues.simulators.venue import SimulatedRequest

KEY, SECRET = "key" * 10, "secret"
READER, READER_SECRET = "reader" * 5, "other"
START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
BTC = msgspec.structs.replace(BTC_USDT, min_notional=Decimal(5), taker_fee_rate=Decimal("0.001"))
BNB = msgspec.structs.replace(
    BTC, instrument_id=InstrumentId("BNB-USDT.SIM"), symbol="BNB/USDT", base_asset=Asset("BNB")
)


class HandClock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class StillMarket:
    """A source in which nothing happens: the test says every quote and trade."""

    run_id = "still"

    def instruments(self) -> Sequence[Instrument]:
        return [BTC, BNB]

    async def events(self) -> AsyncIterator[Sequence[MarketEvent]]:
        await asyncio.Event().wait()
        yield []


class Exchange:
    """A venue with one account, and two keys to it of which one may only read."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        budgets: Budgets | None = None,
        more_keys: Sequence[ApiKey] = (),
        **balances: str,
    ) -> None:
        self._hand_clock = HandClock()
        self.clock = clock or self._hand_clock
        self.account = SpotAccount(
            1,
            keys=[
                ApiKey(api_key=KEY, proof=proof_of(SECRET)),
                ApiKey(api_key=READER, proof=proof_of(READER_SECRET), permissions=Permissions(trading=False)),
                *more_keys,
            ],
            balances={asset: Decimal(amount) for asset, amount in balances.items()},
        )
        self.venue = BinanceVenue([BTC, BNB], self.clock, accounts=[self.account], budgets=budgets)
        self.heard: list[dict[str, Any]] = []
        """Frames of the account's stream, once it is listened to."""
        self._sequence = 0

    def pass_time(self, seconds: float) -> None:
        self._hand_clock.at += timedelta(seconds=seconds)

    # --- the market

    def quote(self, bid: str, ask: str, *, size: str = "1", instrument: Instrument = BTC) -> None:
        self._take(
            Quote(
                instrument_id=instrument.instrument_id,
                bid=Decimal(bid),
                bid_size=Decimal(size),
                ask=Decimal(ask),
                ask_size=Decimal(size),
                at=self.clock.now(),
                sequence=self._next(),
            )
        )

    def trade(self, price: str, quantity: str = "1", *, instrument: Instrument = BTC) -> None:
        sequence = self._next()
        self._take(
            Trade(
                instrument_id=instrument.instrument_id,
                trade_id=str(sequence),
                price=Decimal(price),
                quantity=Decimal(quantity),
                aggressor=Aggressor.SELL,
                at=self.clock.now(),
                sequence=sequence,
            )
        )

    def book(self, *, bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]] | None = None) -> None:
        """The whole book, or without asks a change of bids: prices and what lies there."""
        self._take(
            BookUpdate(
                instrument_id=BTC.instrument_id,
                bids=_levels(bids),
                asks=_levels(asks or ()),
                is_snapshot=asks is not None,
                at=self.clock.now(),
                sequence=self._next(),
            )
        )

    def _take(self, event: MarketEvent) -> None:
        self.venue.take([event])

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    # --- a client

    def ask(self, method: str, path: str, /, **params: str | int) -> tuple[int, Any]:
        """A signed request; the status and the document that come back."""
        return self.send(method, path, self.signed(params))[:2]

    def send(self, method: str, path: str, query: str, key: str = KEY) -> tuple[int, Any, dict[str, str]]:
        request = SimulatedRequest(
            method=method, path=path, query=query, headers={"X-MBX-APIKEY": key}, body=b""
        )
        answer = self.venue.answer(request)
        return answer.status, json.loads(answer.body), dict(answer.headers)

    def signed(self, params: Mapping[str, str | int], secret: str = SECRET) -> str:
        payload = urlencode({**params, "timestamp": self.milliseconds})
        signature = hmac.new(secret.encode(), payload.encode(), sha256).hexdigest()
        return f"{payload}&signature={signature}"

    @property
    def milliseconds(self) -> int:
        return round(self.clock.now().timestamp() * 1000)

    def place(self, side: str, kind: str, /, **params: str | int) -> Any:
        """A new order of BTC, which must be taken; its full answer."""
        words = {"symbol": "BTCUSDT", "side": side, "type": kind, "newOrderRespType": "FULL"}
        status, document = self.ask("POST", "/api/v3/order", **words, **params)
        assert status == 200, document
        return document

    def limit(self, side: str, price: str, quantity: str, /, **params: str | int) -> Any:
        words: dict[str, str | int] = {"timeInForce": "GTC", **params}
        return self.place(side, "LIMIT", price=price, quantity=quantity, **words)

    def refusal(self, method: str, path: str, /, **params: str | int) -> tuple[int, str]:
        """The code and the message of a request that must be refused."""
        status, document = self.ask(method, path, **params)
        assert status >= 400, document
        return document["code"], document["msg"]

    def balances(self) -> dict[str, tuple[str, str]]:
        """Free and locked."""
        _, document = self.ask("GET", "/api/v3/account", omitZeroBalances="true")
        return {each["asset"]: (each["free"], each["locked"]) for each in document["balances"]}

    def order(self, **which: str | int) -> Any:
        status, document = self.ask("GET", "/api/v3/order", symbol="BTCUSDT", **which)
        assert status == 200, document
        return document

    def listen(self) -> None:
        """Subscribe to the account over the WebSocket API."""
        session = self.venue.open("/ws-api/v3", lambda frame: self.heard.append(json.loads(frame)))
        assert session is not None
        params = {"apiKey": KEY, "recvWindow": 5000, "timestamp": self.milliseconds}
        signature = hmac.new(SECRET.encode(), urlencode(params).encode(), sha256).hexdigest()
        frame = {
            "id": 1,
            "method": "userDataStream.subscribe.signature",
            "params": {**params, "signature": signature},
        }
        session.received(json.dumps(frame).encode())
        assert self.heard.pop(0)["result"] == {"subscriptionId": 0}

    def reports(self) -> list[tuple[str, str]]:
        """Execution types and states that were told of orders, in their order."""
        events = [each["event"] for each in self.heard]
        return [(each["x"], each["X"]) for each in events if each["e"] == "executionReport"]


def _levels(told: Sequence[tuple[str, str]]) -> tuple[Level, ...]:
    return tuple(Level(price=Decimal(price), size=Decimal(size)) for price, size in told)
