"""What an API key may do (https://bybit-exchange.github.io/docs/v5/user/apikey-info)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tradebook.venues.bybit.wire.account import ApiKey
from tradebook.venues.bybit.wire.base import VENUE, answered
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import KeyPermissions, VenueProblem

TRADES = {
    "ContractTrade": "Order",
    "Spot": "SpotTrade",
    "Derivatives": "DerivativesTrade",
    "Options": "OptionsTrade",
}
"""Any of them lets a key place orders."""

PAYS_OUT = frozenset({"FiatP2P", "FiatBybitPay", "FiatBitPay", "FiatConvertBroker", "BitCard"})
"""Groups with which a key that may write can give money to others without a withdrawal."""

CONTRACTS = {"ContractTrade": "Position", "Derivatives": "DerivativesTrade"}
"""Either lets a key see positions."""

_key = msgspec.json.Decoder(ApiKey)


def decode_permissions(data: bytes) -> KeyPermissions | VenueProblem:
    """``/v5/user/query-api`` and the answers that change a key. Raises UndecodableFrame.

    A key with the withdrawal permission counts as one that can withdraw even while it is read-only.
    """
    opened = answered(data, _key, "query-api")
    if isinstance(opened, VenueProblem):
        return opened
    key = opened[0]
    may_write = key.read_only == 0
    pays_out = may_write and any(key.permissions.get(group) for group in PAYS_OUT)
    return KeyPermissions(
        can_read=True,
        can_trade=may_write and any(word in key.permissions.get(group, ()) for group, word in TRADES.items()),
        can_withdraw="Withdraw" in key.permissions.get("Wallet", ()) or pays_out,
        expires_at=_expiry(key),
        is_bound_to_addresses=bool(key.ips) and "*" not in key.ips,
        account=None if key.user_id is None else str(key.user_id),
    )


def decode_sees_contracts(data: bytes) -> bool | VenueProblem:
    """The same answer: whether positions may be asked for. Raises UndecodableFrame."""
    opened = answered(data, _key, "query-api")
    if isinstance(opened, VenueProblem):
        return opened
    permissions = opened[0].permissions
    return any(word in permissions.get(group, ()) for group, word in CONTRACTS.items())


def _expiry(key: ApiKey) -> datetime | None:
    # A key that is bound to addresses does not expire; it then says 1970, or a negative number of days.
    if not key.expired_at or (key.deadline_day is not None and key.deadline_day < 0):
        return None
    try:
        at = datetime.fromisoformat(key.expired_at)
    except ValueError:
        raise UndecodableFrame(VENUE, "query-api.expiredAt", "not a time") from None
    return at if at.year > 1970 else None
