"""How requests to Hyperliquid are signed.

Trading is signed with an agent's key (an "API wallet"), which can trade and cannot withdraw. The action's
hash stands in an EIP-712 message of a phantom agent. What only the owner's own wallet may do, such as
approving an agent, is EIP-712 over the action itself: the typed data goes to that wallet, whose key never
comes here.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from tradebook.kernel.errors import InvalidInput

Action = Mapping[str, Any]
"""What is to be done. The order of its keys is signed too."""

_NO_CONTRACT = "0x0000000000000000000000000000000000000000"
_DOMAIN_TYPE = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
_AGENT_TYPE = [{"name": "source", "type": "string"}, {"name": "connectionId", "type": "bytes32"}]
_AGENT_DOMAIN = {"name": "Exchange", "version": "1", "chainId": 1337, "verifyingContract": _NO_CONTRACT}

SIGNATURE_CHAIN = 0x66EEE
"""The chain that the wallet is shown; any would do, the message names the venue's."""
_USER_DOMAIN = {
    "name": "HyperliquidSignTransaction",
    "version": "1",
    "chainId": SIGNATURE_CHAIN,
    "verifyingContract": _NO_CONTRACT,
}
_CHAIN = {"name": "hyperliquidChain", "type": "string"}
_USER_ACTIONS = {
    "approveAgent": (
        "HyperliquidTransaction:ApproveAgent",
        [
            _CHAIN,
            {"name": "agentAddress", "type": "address"},
            {"name": "agentName", "type": "string"},
            {"name": "nonce", "type": "uint64"},
        ],
    ),
    "usdSend": (
        "HyperliquidTransaction:UsdSend",
        [
            _CHAIN,
            {"name": "destination", "type": "string"},
            {"name": "amount", "type": "string"},
            {"name": "time", "type": "uint64"},
        ],
    ),
    "withdraw3": (
        "HyperliquidTransaction:Withdraw",
        [
            _CHAIN,
            {"name": "destination", "type": "string"},
            {"name": "amount", "type": "string"},
            {"name": "time", "type": "uint64"},
        ],
    ),
}


class Signature(msgspec.Struct, frozen=True):
    """As it stands in a request: ``r`` and ``s`` in hexadecimal without leading zeros, ``v`` 27 or 28."""

    r: str
    s: str
    v: int


class Signer:
    """A private key that signs and shows itself to nobody.

    Raises InvalidInput, which does not repeat the key, for what is none.
    """

    __slots__ = ("_account", "address")

    def __init__(self, private_key: str) -> None:
        try:
            self._account: LocalAccount = Account.from_key(private_key)
        except Exception:  # noqa: BLE001 - the library's own errors may quote the key
            raise InvalidInput(
                "private_key", "is no private key", "give 32 bytes in hexadecimal, with 0x before them"
            ) from None
        self.address: str = str(self._account.address).lower()
        """What the key signs for, in lower case."""

    def __repr__(self) -> str:
        return f"Signer({self.address})"

    def __reduce__(self) -> str:
        raise TypeError("a signer is not copied out of its process")

    def sign(self, message: SignableMessage) -> Signature:
        """The signature of an EIP-712 message."""
        signed = self._account.sign_message(message)
        return Signature(r=f"{signed.r:#x}", s=f"{signed.s:#x}", v=signed.v)


def action_hash(
    action: Action, *, nonce: int, vault: str | None = None, expires_after: int | None = None
) -> bytes:
    """What stands for an action in the phantom agent's message.

    ``vault`` is the address of the vault or sub-account that is traded for; ``expires_after`` the time in
    milliseconds after which the venue refuses the action.
    """
    packed = msgspec.msgpack.encode(action)
    parts = [packed, nonce.to_bytes(8, "big")]
    parts.append(b"\x00" if vault is None else b"\x01" + bytes.fromhex(vault.removeprefix("0x")))
    if expires_after is not None:
        parts += [b"\x00", expires_after.to_bytes(8, "big")]
    return keccak(b"".join(parts))


def agent_message(connection_id: bytes, *, is_mainnet: bool) -> SignableMessage:
    """The phantom agent's message around an action's hash."""
    return encode_typed_data(
        full_message={
            "domain": _AGENT_DOMAIN,
            "types": {"Agent": _AGENT_TYPE, "EIP712Domain": _DOMAIN_TYPE},
            "primaryType": "Agent",
            "message": {"source": "a" if is_mainnet else "b", "connectionId": connection_id},
        }
    )


def sign_action(
    signer: Signer,
    action: Action,
    *,
    nonce: int,
    is_mainnet: bool,
    vault: str | None = None,
    expires_after: int | None = None,
) -> Signature:
    """Sign what agents may do (an "L1 action")."""
    connection_id = action_hash(action, nonce=nonce, vault=vault, expires_after=expires_after)
    return signer.sign(agent_message(connection_id, is_mainnet=is_mainnet))


def user_signed_data(kind: str, message: Action, *, is_mainnet: bool) -> dict[str, Any]:
    """The typed data (``eth_signTypedData_v4``) that the owner's wallet signs for an action of this kind.

    Raises KeyError for a kind that is not signed so.
    """
    primary_type, fields = _USER_ACTIONS[kind]
    chain = "Mainnet" if is_mainnet else "Testnet"
    return {
        "domain": _USER_DOMAIN,
        "types": {primary_type: fields, "EIP712Domain": _DOMAIN_TYPE},
        "primaryType": primary_type,
        "message": {"hyperliquidChain": chain, **message},
    }
