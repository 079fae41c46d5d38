"""What a key may do at its venue, and what that means for connecting it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.errors import Refused
from tradebook.kernel.messages import Value


class KeyPermissions(Value, frozen=True, kw_only=True):
    """What a credential may do; None where the venue does not tell."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    expires_at: datetime | None = None
    is_bound_to_addresses: bool | None = None
    account: str | None = None
    """A digest of what the venue calls the account that the credential is of: tells it from others."""


PermissionCheck = Callable[[SecretFields], Awaitable[KeyPermissions]]
"""Asks a venue what a credential may do, with the credential.

It raises a TradebookError for one that the venue does not take, TimeoutError or ConnectionError where the
venue does not answer.
"""

WHERE_TO_CHANGE = {
    "binance": "open API Management, Edit restrictions, and clear Enable Withdrawals",
    "binance-usdm": "open API Management, Edit restrictions, and clear Enable Withdrawals",
    "bybit": "open API, edit the key, and clear Withdrawal and the groups that pay out (Fiat, Card)",
    "hyperliquid": "open More, API, make an agent wallet, and connect that instead of the wallet's own key",
}
"""What somebody does at the venues to change what a key may do, as their sites call it."""

READ_ONLY_NOTE = "This key reads and cannot trade: balances, orders and fills are shown, orders are not sent."
TRADING_UNKNOWN_NOTE = "The venue does not tell whether this key can trade: the first order will."


def where_to_change(venue: str) -> str:
    """What somebody does at the venue to change what a key may do."""
    return WHERE_TO_CHANGE.get(venue, "open the list of your API keys and take the right to withdraw from it")


def require_harmless(venue: str, permissions: KeyPermissions, confirmation: str | None) -> None:
    """Raises Refused for a key that can withdraw, that may and nobody says otherwise, or that cannot read."""
    if permissions.can_withdraw:
        raise Refused(
            "key_can_withdraw",
            f"This key can withdraw, and no key that can is kept here. At {venue}, {where_to_change(venue)}; "
            "or make another key that cannot, and connect that one.",
            {"venue": venue},
        )
    if permissions.can_withdraw is None and confirmation is None:
        raise Refused(
            "withdrawal_unknown",
            f"{venue} does not tell whether this key can withdraw. An owner looks there "
            f"({where_to_change(venue)}) and confirms it in a sentence of their own, as confirmed_by_owner; "
            "it is recorded.",
            {"venue": venue},
        )
    if permissions.can_read is False:
        raise Refused(
            "key_cannot_read",
            f"This key cannot read its account: nothing could be reconciled. At {venue}, allow it to read.",
            {"venue": venue},
        )


def note_on(permissions: KeyPermissions) -> str:
    """What whoever connected a key should know of it; empty where all is as usual."""
    if permissions.can_trade is None:
        return TRADING_UNKNOWN_NOTE
    return "" if permissions.can_trade else READ_ONLY_NOTE
