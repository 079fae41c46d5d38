"""What an agent's key may do, for whom, and whether the account that it is to trade is his.

An agent trades and cannot withdraw; the key of the owner's own wallet can do everything, and is told as such.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets
"""

from __future__ import annotations

import re

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.hyperliquid.permissions import (
    ROLES,
    decode_agents,
    decode_leader,
    decode_standing,
)
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.messages.account import KeyPermissions

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}").fullmatch


def address_of(text: str, *, field: str) -> str:
    """An address in lower case. Raises InvalidInput, which does not repeat what stood in the field."""
    if not _ADDRESS(text):
        raise InvalidInput(
            field, "is no address", "give 0x and 40 hexadecimal digits, as Hyperliquid shows it"
        )
    return text.lower()


async def permissions_of(rest: PublicRest, signer: str, *, wallet: str, vault: str | None) -> KeyPermissions:
    """What the key of a signer's address may do for an account.

    Raises InvalidInput where nobody has approved it, where somebody else has, and where the sub-account or
    vault is not the wallet's; what questions raise; UndecodableFrame.
    """
    if signer == wallet:
        return ROLES["user"]
    standing = decode_standing(await rest.ask("userRole", user=signer))
    if standing.role == "missing":
        raise InvalidInput(
            "secrets.agent_key",
            "is a key that no wallet has approved, or not any more",
            "approve an API wallet in Hyperliquid under More, API, and give the key that it shows then",
        )
    if standing.role == "agent" and standing.whose != wallet:
        raise InvalidInput(
            "secrets.wallet_address",
            "is not the wallet that has approved this key",
            "give the address of the wallet with which you are at Hyperliquid",
        )
    if standing.role != "agent":
        return ROLES[standing.role]
    if vault is not None:
        await _require_owned(rest, vault.lower(), wallet)
    # One without a name is in no list, and does not run out.
    named = decode_agents(await rest.ask("extraAgents", user=wallet))
    return named.get(signer, ROLES["agent"])


async def _require_owned(rest: PublicRest, vault: str, wallet: str) -> None:
    standing = decode_standing(await rest.ask("userRole", user=vault))
    owner = standing.whose
    if standing.role == "vault":
        owner = decode_leader(await rest.ask("vaultDetails", vaultAddress=vault))
    if standing.role not in ("vault", "subAccount") or owner != wallet:
        raise InvalidInput(
            "secrets.vault_address",
            "is no sub-account or vault of this wallet",
            "leave it out to trade for the wallet itself",
        )
