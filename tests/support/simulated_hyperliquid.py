"""The simulated Hyperliquid without a socket: wallets, and a client that signs by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from tests.support.market import BTC_USDT
from tradebook.kernel.clock import Clock
from tradebook.market.values import Aggressor, Quote, Trade
from tradebook.venues.simulators.hyperliquid.accounts import Agent, Customer
from tradebook.venues.simulators.hyperliquid.limits import Budgets
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue
from tradebook.venues.simulators.venue import SimulatedRequest

WALLET_KEY, AGENT_KEY, OTHER_KEY = "0x" + "11" * 32, "0x" + "22" * 32, "0x" + "33" * 32
WALLET: str = Account.from_key(WALLET_KEY).address.lower()
AGENT: str = Account.from_key(AGENT_KEY).address.lower()
BTC = BTC_USDT
COIN, ASSET, TOKEN = "@1", 10_001, "UBTC"
"""What the simulator calls the first of its pairs, and the token that it trades."""
FOREVER = 4_000_000_000_000


def customer(balances: Mapping[str, Decimal], collateral: Mapping[str, Decimal] | None = None) -> Customer:
    """With an agent that may trade."""
    agent = Agent(address=AGENT, name="tradebook", valid_until=FOREVER)
    return Customer(WALLET, balances=balances, collateral=collateral, agents=[agent])


def signed(
    action: Mapping[str, Any],
    nonce: int,
    *,
    key: str = AGENT_KEY,
    vault: str | None = None,
    expires_after: int | None = None,
    source: str = "a",
) -> dict[str, Any]:
    """The body of an action that agents may sign."""
    told = [msgspec.msgpack.encode(action), nonce.to_bytes(8, "big")]
    told.append(b"\x00" if vault is None else b"\x01" + bytes.fromhex(vault[2:]))
    if expires_after is not None:
        told.append(b"\x00" + expires_after.to_bytes(8, "big"))
    message = {"source": source, "connectionId": keccak(b"".join(told))}
    fields = [{"name": "source", "type": "string"}, {"name": "connectionId", "type": "bytes32"}]
    domain = {"name": "Exchange", "version": "1", "chainId": 1337, "verifyingContract": "0x" + "0" * 40}
    body = _signed_body(action, nonce, key, encode_typed_data(domain, {"Agent": fields}, message))
    return body | {"vaultAddress": vault, "expiresAfter": expires_after}


def approval(agent: str, name: str, nonce: int, *, key: str = WALLET_KEY) -> dict[str, Any]:
    """The body of an owner's approval of an agent."""
    told = {"agentAddress": agent, "agentName": name}
    kinds = {"agentAddress": "address", "agentName": "string"}
    return _by_owner("approveAgent", told, kinds, nonce, key)


def class_transfer(amount: str, nonce: int, *, to_perp: bool, key: str = WALLET_KEY) -> dict[str, Any]:
    """The body of an owner's transfer between his wallets."""
    told = {"amount": amount, "toPerp": to_perp}
    return _by_owner("usdClassTransfer", told, {"amount": "string", "toPerp": "bool"}, nonce, key)


def _by_owner(
    kind: str,
    words: Mapping[str, Any],
    kinds: Mapping[str, str],
    nonce: int,
    key: str,
) -> dict[str, Any]:
    told = {"hyperliquidChain": "Mainnet", **words, "nonce": nonce}
    fields = [
        {"name": each, "type": {**kinds, "hyperliquidChain": "string", "nonce": "uint64"}[each]}
        for each in told
    ]
    domain = {
        "name": "HyperliquidSignTransaction",
        "version": "1",
        "chainId": 0x66EEE,
        "verifyingContract": "0x" + "0" * 40,
    }
    name = f"HyperliquidTransaction:{kind[0].upper()}{kind[1:]}"
    message = encode_typed_data(domain, {name: fields}, told)
    return _signed_body({"type": kind, "signatureChainId": "0x66eee", **told}, nonce, key, message)


def _signed_body(action: Mapping[str, Any], nonce: int, key: str, message: Any) -> dict[str, Any]:
    made = Account.sign_message(message, key)
    signature = {"r": hex(made.r), "s": hex(made.s), "v": made.v}
    return {"action": action, "nonce": nonce, "signature": signature}


def an_order(
    side: str,
    size: str,
    price: str,
    *,
    tif: str = "Gtc",
    cloid: str | None = None,
    asset: int = ASSET,
    reduce_only: bool = False,
    trigger: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An action that places one order."""
    order = {
        "a": asset,
        "b": side == "buy",
        "p": price,
        "s": size,
        "r": reduce_only,
        "t": {"limit": {"tif": tif}} if trigger is None else {"trigger": trigger},
    }
    if cloid is not None:
        order["c"] = cloid
    return {"type": "order", "orders": [order], "grouping": "na"}


class Exchange:
    """A venue with one customer and one agent of his."""

    def __init__(
        self,
        clock: Clock,
        balances: Mapping[str, str],
        *,
        collateral: str = "0",
        budgets: Budgets | None = None,
        others: Sequence[Customer] = (),
        is_mainnet: bool = True,
    ) -> None:
        self.clock = clock
        self.customer = customer(
            {token: Decimal(amount) for token, amount in balances.items()}, {"USDC": Decimal(collateral)}
        )
        self.venue = HyperliquidVenue(
            [BTC], clock, customers=[self.customer, *others], budgets=budgets, is_mainnet=is_mainnet
        )
        self._nonce = self._sequence = 0

    def quote(self, bid: str, ask: str, *, size: str = "5") -> None:
        """The market stands there."""
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

    def print(self, price: str, quantity: str = "1") -> None:
        """Somebody trades."""
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

    def nonce(self) -> int:
        """One that was never used."""
        self._nonce = max(round(self.clock.now().timestamp() * 1000), self._nonce + 1)
        return self._nonce

    def post(self, path: str, document: Any) -> tuple[int, Any]:
        """Status and answer."""
        return posted(self.venue, path, document)

    def signed(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """The body of an action of the agent."""
        return signed(action, self.nonce())

    def move(self, amount: str, *, to_perp: bool, key: str = WALLET_KEY) -> Any:
        """What the venue answers to a transfer between the owner's wallets."""
        body = class_transfer(amount, self.nonce(), to_perp=to_perp, key=key)
        return self.post("/exchange", body)[1]

    def act(self, action: Mapping[str, Any], **signing: Any) -> Any:
        """What the venue answers to a signed action."""
        return self.post("/exchange", signed(action, signing.pop("nonce", self.nonce()), **signing))[1]

    def ask(self, kind: str, **about: Any) -> Any:
        """What the venue answers to a question about the customer."""
        return self.post("/info", {"type": kind, "user": WALLET, **about})[1]


def posted(venue: HyperliquidVenue, path: str, document: Any) -> tuple[int, Any]:
    """Status and answer."""
    request = SimulatedRequest(
        method="POST", path=path, query="", headers={}, body=json.dumps(document).encode()
    )
    answer = venue.answer(request)
    return answer.status, json.loads(answer.body)


def customer_of_master(address: str, master: str, *, is_vault: bool = False, **balances: str) -> Customer:
    """A sub-account or a vault, for which the master's agents sign."""
    amounts = {token: Decimal(amount) for token, amount in balances.items()}
    return Customer(address, balances=amounts, master=master, is_vault=is_vault)
