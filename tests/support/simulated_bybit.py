"""The simulated Bybit without a socket: a market moved by hand, and a client that signs by itself."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from tests.support.simulated_binance import BTC, KEY, READER, READER_SECRET, SECRET, HandClock
from tradebook.kernel.clock import Clock
from tradebook.market.values import Aggressor, Quote, Trade
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.limits import Budgets
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey, Permissions
from tradebook.venues.simulators.venue import SimulatedRequest


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
        self.hand_clock = HandClock()
        self.clock = clock or self.hand_clock
        self.account = BybitAccount(
            1,
            keys=[
                ApiKey(api_key=KEY, proof=proof_of(SECRET)),
                ApiKey(api_key=READER, proof=proof_of(READER_SECRET), permissions=Permissions(trading=False)),
                *more_keys,
            ],
            balances={asset: Decimal(amount) for asset, amount in balances.items()},
        )
        self.venue = BybitVenue([BTC], self.clock, accounts=[self.account], budgets=budgets)
        self.heard: list[dict[str, Any]] = []
        """Frames of the private stream, once it is listened to."""
        self._sequence = 0

    # --- the market

    def quote(self, bid: str, ask: str, *, size: str = "1") -> None:
        self._sequence += 1
        quote = Quote(
            instrument_id=BTC.instrument_id,
            bid=Decimal(bid),
            bid_size=Decimal(size),
            ask=Decimal(ask),
            ask_size=Decimal(size),
            at=self.clock.now(),
            sequence=self._sequence,
        )
        self.venue.take([quote])

    def trade(self, price: str, quantity: str = "1") -> None:
        self._sequence += 1
        trade = Trade(
            instrument_id=BTC.instrument_id,
            trade_id=str(self._sequence),
            price=Decimal(price),
            quantity=Decimal(quantity),
            aggressor=Aggressor.SELL,
            at=self.clock.now(),
            sequence=self._sequence,
        )
        self.venue.take([trade])

    # --- a client

    def send(
        self, method: str, path: str, params: Mapping[str, Any], **differing: str
    ) -> tuple[Any, dict[str, str]]:
        """A signed request; what comes back, and its headers. ``differing`` replaces what signs it."""
        payload = urlencode(params) if method == "GET" else json.dumps(params)
        facts = {"key": KEY, "secret": SECRET, "at": str(self.milliseconds), "window": "5000"} | differing
        signed = f"{facts['at']}{facts['key']}{facts['window']}{payload}"
        headers = {
            "X-BAPI-API-KEY": facts["key"],
            "X-BAPI-TIMESTAMP": facts["at"],
            "X-BAPI-RECV-WINDOW": facts["window"],
            "X-BAPI-SIGN": hmac.new(facts["secret"].encode(), signed.encode(), sha256).hexdigest(),
        }
        query, body = (payload, b"") if method == "GET" else ("", payload.encode())
        request = SimulatedRequest(method=method, path=path, query=query, headers=headers, body=body)
        answer = self.venue.answer(request)
        return json.loads(answer.body) if answer.status == 200 else answer.status, dict(answer.headers)

    @property
    def milliseconds(self) -> int:
        return round(self.clock.now().timestamp() * 1000)

    def ask(self, method: str, path: str, **params: Any) -> Any:
        """The result of a request that must be carried out."""
        answer, _ = self.send(method, path, {"category": "spot", **params})
        assert answer["retCode"] == 0, answer
        return answer["result"]

    def refusal(self, method: str, path: str, **params: Any) -> int:
        """The code of a request that must be refused."""
        answer, _ = self.send(method, path, {"category": "spot", **params})
        assert answer["retCode"] != 0, answer
        code: int = answer["retCode"]
        return code

    def limit(self, side: str, price: str, quantity: str, **params: Any) -> str:
        """A new order; its id."""
        words = {"symbol": "BTCUSDT", "side": side, "orderType": "Limit", "price": price, "qty": quantity}
        return str(self.ask("POST", "/v5/order/create", **words, **params)["orderId"])

    def order(self, **which: str) -> Any:
        (found,) = self.ask("GET", "/v5/order/realtime", **which)["list"]
        return found

    def balances(self) -> dict[str, tuple[str, str]]:
        """All there is, and what of it is locked."""
        (wallet,) = self.ask("GET", "/v5/account/wallet-balance", accountType="UNIFIED")["list"]
        return {each["coin"]: (each["walletBalance"], each["locked"]) for each in wallet["coin"]}

    def listen(self, *topics: str) -> Any:
        """Log in to the private stream and subscribe; the session."""
        session = self.venue.open("/v5/private", lambda frame: self.heard.append(json.loads(frame)))
        assert session is not None
        expires = self.milliseconds + 10_000
        signature = hmac.new(SECRET.encode(), f"GET/realtime{expires}".encode(), sha256).hexdigest()
        session.received(json.dumps({"op": "auth", "args": [KEY, expires, signature]}).encode())
        session.received(json.dumps({"op": "subscribe", "args": topics}).encode())
        assert [each["success"] for each in self.heard] == [True, True]
        self.heard.clear()
        return session

    def news(self) -> list[tuple[str, str]]:
        """Topics and, of orders, states that were told, in their order."""
        told = [(each["topic"], each["data"][0].get("orderStatus", "")) for each in self.heard]
        self.heard.clear()
        return told
