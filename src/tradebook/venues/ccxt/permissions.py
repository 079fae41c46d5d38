"""What a key may do, at the exchanges that tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tradebook.venues.messages.account import KeyPermissions

UNKNOWN = KeyPermissions(can_read=True, can_trade=None, can_withdraw=None)
"""Where the exchange does not tell more than that it answers."""


class Asking(NamedTuple):
    """ccxt's name of the request, and how its answer is read."""

    method: str
    read: Callable[[Mapping[str, Any]], KeyPermissions]


def _of_okx(answer: Mapping[str, Any]) -> KeyPermissions:
    """https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration."""
    told = answer["data"][0]
    rights = {each.strip() for each in str(told["perm"]).split(",")}
    return KeyPermissions(
        can_read="read_only" in rights or bool(rights),
        can_trade="trade" in rights,
        can_withdraw="withdraw" in rights,
        is_bound_to_addresses=bool(told.get("ip")),
        account=str(told["uid"]) if told.get("uid") else None,
    )


def _of_coinbase(answer: Mapping[str, Any]) -> KeyPermissions:
    """https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions."""
    return KeyPermissions(
        can_read=answer["can_view"],
        can_trade=answer["can_trade"],
        can_withdraw=answer["can_transfer"],
        account=answer.get("portfolio_uuid") or None,
    )


def _of_binance(answer: Mapping[str, Any]) -> KeyPermissions:
    """https://developers.binance.com/docs/wallet/account/api-key-permission."""
    return KeyPermissions(
        can_read=answer["enableReading"],
        can_trade=answer["enableSpotAndMarginTrading"],
        can_withdraw=answer["enableWithdrawals"],
        is_bound_to_addresses=answer["ipRestrict"],
    )


ASKING: Mapping[str, Asking] = {
    "okx": Asking("privateGetAccountConfig", _of_okx),
    "coinbase": Asking("v3PrivateGetBrokerageKeyPermissions", _of_coinbase),
    "binance": Asking("sapiGetAccountApiRestrictions", _of_binance),
}
