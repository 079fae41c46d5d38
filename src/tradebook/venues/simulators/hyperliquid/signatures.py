"""Who signed an action. Whoever it was, it is some address: that it may do so is another question.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal, NotUnderstood

_NOWHERE = "0x" + "0" * 40
_CHAINS = {True: ("a", "Mainnet"), False: ("b", "Testnet")}
_USER_FIELDS = {
    "approveAgent": ("ApproveAgent", "agentAddress:address agentName:string nonce:uint64"),
    "approveBuilderFee": ("ApproveBuilderFee", "maxFeeRate:string builder:address nonce:uint64"),
    "usdClassTransfer": ("UsdClassTransfer", "amount:string toPerp:bool nonce:uint64"),
    "usdSend": ("UsdSend", "destination:string amount:string time:uint64"),
    "spotSend": ("SpotSend", "destination:string token:string amount:string time:uint64"),
    "withdraw3": ("Withdraw", "destination:string amount:string time:uint64"),
}
"""Actions that only the owner's own wallet may sign: their names in its message, and what they tell."""


class Signature(msgspec.Struct, frozen=True):
    """As it stands in a request."""

    r: str
    s: str
    v: int


def is_signed_by_owner(kind: str) -> bool:
    """Whether an action of the kind is signed as typed data of its own."""
    return kind in _USER_FIELDS


def signer_of_action(
    action: Mapping[str, Any],
    signature: Signature,
    *,
    nonce: int,
    vault: str | None,
    expires_after: int | None,
    is_mainnet: bool,
) -> str:
    """The address behind an action that agents may sign too, in lower case. Raises ActionRefusal."""
    digest = keccak(
        msgspec.msgpack.encode(action)
        + nonce.to_bytes(8, "big")
        + (b"\x00" if vault is None else b"\x01" + bytes.fromhex(vault[2:]))
        + (b"" if expires_after is None else b"\x00" + expires_after.to_bytes(8, "big"))
    )
    fields = [{"name": "source", "type": "string"}, {"name": "connectionId", "type": "bytes32"}]
    message = encode_typed_data(
        domain_data=_domain("Exchange", 1337),
        message_types={"Agent": fields},
        message_data={"source": _CHAINS[is_mainnet][0], "connectionId": digest},
    )
    return _recovered(message, signature)


def owner_of_action(action: Mapping[str, Any], signature: Signature, *, is_mainnet: bool) -> str:
    """The address behind an action that only an owner signs, in lower case.

    Raises ActionRefusal, and NotUnderstood where the action does not tell what is signed.
    """
    name, told = _USER_FIELDS[action["type"]]
    chain = _CHAINS[is_mainnet][1]
    if action.get("hyperliquidChain") != chain:
        raise ActionRefusal(f"Invalid hyperliquidChain, expected {chain}")
    fields = [("hyperliquidChain", "string"), *(tuple(each.split(":")) for each in told.split())]
    try:
        message = encode_typed_data(
            domain_data=_domain("HyperliquidSignTransaction", int(action["signatureChainId"], 16)),
            message_types={
                f"HyperliquidTransaction:{name}": [{"name": field, "type": kind} for field, kind in fields]
            },
            message_data={
                field: action.get(field) or "" if kind == "string" else action[field]
                for field, kind in fields
            },
        )
    except (KeyError, TypeError, ValueError):
        raise NotUnderstood from None
    return _recovered(message, signature)


def _domain(name: str, chain_id: int) -> dict[str, Any]:
    return {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": _NOWHERE}


def _recovered(message: SignableMessage, signature: Signature) -> str:
    try:
        vrs = signature.v, int(signature.r, 16), int(signature.s, 16)
        address = Account.recover_message(message, vrs=vrs)
    except Exception:  # noqa: BLE001  # numbers that are no signature fail in many ways
        raise ActionRefusal("Unable to recover signer.") from None
    return str(address).lower()
