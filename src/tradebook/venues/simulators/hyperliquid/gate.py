"""Who asks for an action, and for whom: signature, nonce, expiry and right are looked at in this order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tradebook.venues.simulators.hyperliquid.accounts import Agent, Customer
from tradebook.venues.simulators.hyperliquid.nonces import UsedNonces
from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal, NotUnderstood
from tradebook.venues.simulators.hyperliquid.signatures import (
    Signature,
    is_signed_by_owner,
    owner_of_action,
    signer_of_action,
)

AGENTS_MAX = 3
"""With a name; one more has none."""


class Asked(msgspec.Struct, frozen=True):
    """An action, and whose account it is for."""

    action: dict[str, Any]
    customer: Customer
    owner: Customer
    """Who signed, or for whom the agent did: the master where the account is a sub-account or a vault."""
    nonce: int


class _Body(msgspec.Struct, frozen=True, rename="camel"):
    action: dict[str, Any]
    nonce: int
    signature: Signature
    vault_address: str | None = None
    expires_after: int | None = None


_read_body = msgspec.json.Decoder(_Body).decode


class Gate:
    """All customers, and which of their nonces are used up."""

    def __init__(self, customers: Iterable[Customer], *, is_mainnet: bool) -> None:
        self._customers = {each.address: each for each in customers}
        self._is_mainnet = is_mainnet
        self._nonces = UsedNonces()

    def customer(self, address: str) -> Customer | None:
        """Whose address it is; None for an agent's, and for one that never came."""
        return self._customers.get(address.lower())

    def customers(self) -> list[Customer]:
        """Everybody."""
        return list(self._customers.values())

    def owner_of_agent(self, address: str) -> Customer | None:
        """For whom an agent signs."""
        for each in self._customers.values():
            if address.lower() in each.agents:
                return each
        return None

    def admit(self, body: bytes, now: int) -> Asked:
        """``now`` is in milliseconds. Raises ActionRefusal or NotUnderstood."""
        try:
            read = _read_body(body)
            kind = read.action["type"]
            signed_for = None if read.vault_address is None else read.vault_address.lower()
            if signed_for is not None:
                bytes.fromhex(signed_for[2:])
        except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, ValueError):
            raise NotUnderstood from None
        if is_signed_by_owner(kind):
            signer = owner_of_action(read.action, read.signature, is_mainnet=self._is_mainnet)
            owner = self._customers.get(signer)
        else:
            signer = signer_of_action(
                read.action,
                read.signature,
                nonce=read.nonce,
                vault=signed_for,
                expires_after=read.expires_after,
                is_mainnet=self._is_mainnet,
            )
            owner = self._customers.get(signer) or self._owner_of_valid_agent(signer, now)
        if owner is None:
            raise ActionRefusal(f"User or API Wallet {signer} does not exist.")
        self._nonces.use(signer, read.nonce, now)
        if read.expires_after is not None and now > read.expires_after:
            raise ActionRefusal(f"Action expired: expiresAfter {read.expires_after} is before {now}")
        return Asked(read.action, self._customer_of(owner, signed_for), owner, read.nonce)

    def approve(self, owner: Customer, agent: Agent) -> None:
        """Let an agent sign; one of the same name does no more. Raises ActionRefusal."""
        address = agent.address.lower()
        if address in self._customers or self.owner_of_agent(address) is not None:
            raise ActionRefusal("Extra agent already used.")
        kept = {at: each for at, each in owner.agents.items() if each.name != agent.name}
        if agent.name and sum(1 for each in kept.values() if each.name) >= AGENTS_MAX:
            raise ActionRefusal("Too many extra agents.")
        owner.agents = {**kept, address: agent}

    def _owner_of_valid_agent(self, signer: str, now: int) -> Customer | None:
        owner = self.owner_of_agent(signer)
        return owner if owner is not None and owner.agents[signer].valid_until > now else None

    def _customer_of(self, owner: Customer, signed_for: str | None) -> Customer:
        if signed_for is None:
            return owner
        customer = self._customers.get(signed_for)
        if customer is None or customer.master != owner.address:
            raise ActionRefusal(f"Vault not registered: {signed_for}")
        return customer
