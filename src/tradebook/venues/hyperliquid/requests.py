"""What is sent to Hyperliquid: questions, signed actions, subscriptions. Bytes, and where they go.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tradebook.venues.hyperliquid.nonces import milliseconds
from tradebook.venues.hyperliquid.signing import Action, Signature, Signer, sign_action

PING = b'{"method":"ping"}'
"""Keeps a WebSocket open: the venue closes one that it heard nothing from for a minute."""


class Request(msgspec.Struct, frozen=True):
    """A POST of JSON."""

    path: str
    body: bytes


def ask(question: str, **parameters: Any) -> Request:
    """A question to ``/info``; parameters that are None are left out."""
    told = {name: value for name, value in parameters.items() if value is not None}
    return Request("/info", msgspec.json.encode({"type": question, **told}))


def ask_candles(coin: str, interval: str, *, start: datetime, end: datetime) -> Request:
    """Candles that begin between the two; the venue keeps the last 5000."""
    return ask(
        "candleSnapshot",
        req={
            "coin": coin,
            "interval": interval,
            "startTime": milliseconds(start),
            "endTime": milliseconds(end),
        },
    )


def ask_order(user: str, order_id: int | str) -> Request:
    """How an order stands, by the venue's number or by our id."""
    return ask("orderStatus", user=user, oid=order_id)


def ask_since(question: str, user: str, *, start: datetime, end: datetime | None = None) -> Request:
    """Fills (``userFillsByTime``), funding (``userFunding``) or the ledger (``userNonFundingLedgerUpdates``).

    Both ends are inclusive. An answer that is full (2000 fills, 500 others) is to be continued from its
    last time, and what came before skipped.
    """
    return ask(
        question,
        user=user,
        startTime=milliseconds(start),
        endTime=None if end is None else milliseconds(end),
    )


def act(
    signer: Signer,
    action: Action,
    *,
    nonce: int,
    is_mainnet: bool,
    vault: str | None = None,
    expires_at: datetime | None = None,
) -> Request:
    """A signed action to ``/exchange``. After ``expires_at`` the venue refuses it, whenever it arrives.

    ``vault`` is the address of the sub-account or vault that is traded for; the signer is an agent of its
    master. Actions that arrive stale cost five times as much of the request limit.
    """
    expires_after = None if expires_at is None else milliseconds(expires_at)
    address = None if vault is None else vault.lower()
    signature = sign_action(
        signer, action, nonce=nonce, is_mainnet=is_mainnet, vault=address, expires_after=expires_after
    )
    return Request("/exchange", _signed(action, nonce, signature, address, expires_after))


def subscription(kind: str, **parameters: Any) -> bytes:
    """A frame that asks for a stream, of a ``coin`` or a ``user``."""
    return msgspec.json.encode({"method": "subscribe", "subscription": {"type": kind, **parameters}})


def unsubscription(kind: str, **parameters: Any) -> bytes:
    """A frame that ends what ``subscription`` of the same asked for."""
    return msgspec.json.encode({"method": "unsubscribe", "subscription": {"type": kind, **parameters}})


def _signed(
    action: Action, nonce: int, signature: Signature, vault: str | None, expires_after: int | None
) -> bytes:
    body: dict[str, Any] = {"action": action, "nonce": nonce, "signature": signature}
    if vault is not None:
        body["vaultAddress"] = vault
    if expires_after is not None:
        body["expiresAfter"] = expires_after
    return msgspec.json.encode(body)
