"""What can be asked at ``/info`` about an account. Anybody may ask about anybody.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import plain
from tradebook.venues.simulators.hyperliquid import documents
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.gate import Gate
from tradebook.venues.simulators.hyperliquid.limits import RequestLimits
from tradebook.venues.simulators.hyperliquid.perpetual_documents import funding_line
from tradebook.venues.simulators.hyperliquid.perpetual_exchange import PerpetualExchange
from tradebook.venues.simulators.hyperliquid.symbols import (
    MAKER_FEE,
    PERPETUAL_MAKER_FEE,
    PERPETUAL_TAKER_FEE,
    TAKER_FEE,
    Symbols,
    milliseconds,
)

FILLS_MAX, LINES_MAX = 2000, 500
NOBODY = Customer("0x" + "0" * 40, balances={})
"""Whoever never came: he has nothing."""

T = TypeVar("T")


class UserQuestion(msgspec.Struct, frozen=True, rename="camel"):
    """About an address."""

    type: str
    user: str = ""
    vault_address: str = ""
    coin: str = ""
    oid: int | str | None = None
    start_time: int = 0
    end_time: int | None = None


class Answers:
    """By the type of the question."""

    def __init__(
        self, symbols: Symbols, perpetuals: PerpetualExchange, gate: Gate, limits: RequestLimits, clock: Clock
    ) -> None:
        self._symbols = symbols
        self._perpetuals = perpetuals
        self._gate = gate
        self._limits = limits
        self._clock = clock
        self._handlers: dict[str, Callable[[Customer, UserQuestion], Any]] = {
            "openOrders": lambda who, _: [documents.open_order(each) for each in who.open_orders()],
            "frontendOpenOrders": lambda who, _: [
                documents.open_order_in_full(each) for each in who.open_orders()
            ],
            "historicalOrders": lambda who, _: [
                documents.order_in_full(each) for each in reversed(who.orders()[-FILLS_MAX:])
            ],
            "orderStatus": _order_status,
            "userFills": lambda who, _: who.fills[-FILLS_MAX:][::-1],
            "userFillsByTime": lambda who, asked: _within(who.fills, asked)[:FILLS_MAX],
            "userNonFundingLedgerUpdates": lambda who, asked: _within(who.transfers, asked)[:LINES_MAX],
            "userFunding": lambda who, asked: [
                funding_line(each) for each in _within(who.fundings, asked)[:LINES_MAX]
            ],
            "spotClearinghouseState": lambda who, _: documents.balances(who, self._numbers(who)),
            "clearinghouseState": lambda who, _: perpetuals.state(who),
            "activeAssetData": lambda who, asked: perpetuals.active_asset(who, symbols.traded(asked.coin)),
            "userRateLimit": lambda who, _: self._limits.document(who),
            "userFees": lambda *_: _fees(),
            "extraAgents": _agents,
            "userRole": lambda _, asked: self._role(asked.user),
            "vaultDetails": lambda _, asked: self._vault(asked.vault_address),
            "subAccounts": lambda who, _: self._sub_accounts(who),
            "userAbstraction": lambda who, _: who.abstraction,
            "userDexAbstraction": lambda *_: None,
            "referral": lambda *_: {"referredBy": None},
            "maxBuilderFee": lambda *_: 0,
        }

    def about(self, asked: UserQuestion) -> Any:
        """The answer. Raises KeyError for a question that is not known."""
        return self._handlers[asked.type](self._gate.customer(asked.user) or NOBODY, asked)

    def _numbers(self, customer: Customer) -> dict[str, int]:
        strange = {token: -1 for token, _ in customer.spot.balances}
        return strange | {str(token): number for token, number in self._symbols.tokens.items()}

    def _role(self, address: str) -> dict[str, Any]:
        customer, owner = self._gate.customer(address), self._gate.owner_of_agent(address)
        if customer is not None and customer.is_vault:
            return {"role": "vault"}
        if customer is not None and customer.master is not None:
            return {"role": "subAccount", "data": {"master": customer.master}}
        if customer is not None:
            return {"role": "user"}
        if owner is not None and owner.agents[address.lower()].valid_until > self._now():
            return {"role": "agent", "data": {"user": owner.address}}
        return {"role": "missing"}

    def _vault(self, address: str) -> dict[str, Any] | None:
        vault = self._gate.customer(address)
        if vault is None or not vault.is_vault:
            return None
        return {"name": "A vault", "vaultAddress": vault.address, "leader": vault.master, "followers": []}

    def _sub_accounts(self, customer: Customer) -> list[dict[str, Any]] | None:
        theirs = [
            {
                "name": each.address[:6],
                "subAccountUser": each.address,
                "master": customer.address,
                "clearinghouseState": self._perpetuals.state(each),
                "spotState": documents.balances(each, self._numbers(each)),
            }
            for each in self._gate.customers()
            if each.master == customer.address and not each.is_vault
        ]
        return theirs or None

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _order_status(customer: Customer, asked: UserQuestion) -> dict[str, Any]:
    order = None if asked.oid is None else customer.find(asked.oid)
    if order is None:
        return {"status": "unknownOid"}
    return {"status": "order", "order": documents.order_in_full(order)}


def _within(lines: Sequence[dict[str, Any]], asked: UserQuestion) -> list[dict[str, Any]]:
    """Oldest first; so is what fits in an answer."""
    end = asked.end_time
    since = [each for each in lines if asked.start_time <= each["time"]]
    return since if end is None else [each for each in since if each["time"] <= end]


def _agents(customer: Customer, _: UserQuestion) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "address": each.address, "validUntil": each.valid_until}
        for each in customer.agents.values()
        if each.name
    ]


def _fees() -> dict[str, Any]:
    return {
        "dailyUserVlm": [],
        "userCrossRate": plain(PERPETUAL_TAKER_FEE),
        "userAddRate": plain(PERPETUAL_MAKER_FEE),
        "userSpotCrossRate": plain(TAKER_FEE),
        "userSpotAddRate": plain(MAKER_FEE),
        "activeReferralDiscount": "0.0",
        "trial": None,
    }
