"""Signatures equal those of Hyperliquid's own SDK, and keys show themselves to nobody."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak
from tests.support.vectors import VECTORS

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.hyperliquid.signing import (
    Signature,
    Signer,
    action_hash,
    agent_message,
    sign_action,
    user_signed_data,
)

KNOWN = json.loads((VECTORS / "hyperliquid_signing" / "upstream_signing_vectors.json").read_bytes())
SIGNER = Signer(KNOWN["private_key"])


def signature(expected: dict[str, Any]) -> Signature:
    return msgspec.convert(expected, Signature)


def test_every_kind_of_vector_is_read_here() -> None:
    assert set(KNOWN) == {
        "private_key",
        "address",
        "note",
        "l1_actions",
        "user_signed_actions",
        "phantom_agent",
        "float_to_int_for_hashing",
        "nautilus_cross_check",
    }


def test_the_signer_knows_its_address() -> None:
    assert SIGNER.address == KNOWN["address"].lower()


@pytest.mark.parametrize("network", ["mainnet", "testnet"])
@pytest.mark.parametrize("vector", KNOWN["l1_actions"], ids=lambda vector: str(vector["name"]))
def test_actions_are_signed_as_the_sdk_signs_them(vector: dict[str, Any], network: str) -> None:
    signed = sign_action(
        SIGNER,
        vector["action"],
        nonce=vector["nonce"],
        is_mainnet=network == "mainnet",
        vault=vector["vault_address"],
        expires_after=vector["expires_after"],
    )
    assert signed == signature(vector["expected"][network])


@pytest.mark.parametrize("vector", KNOWN["user_signed_actions"], ids=lambda vector: str(vector["name"]))
def test_a_wallet_signs_the_typed_data_as_with_the_sdk(vector: dict[str, Any]) -> None:
    data = user_signed_data(vector["function"], vector["message"], is_mainnet=vector["is_mainnet"])
    assert SIGNER.sign(encode_typed_data(full_message=data)) == signature(vector["expected"])


@pytest.mark.parametrize("vector", KNOWN["phantom_agent"], ids=lambda vector: str(vector["name"]))
def test_the_phantom_agent_stands_for_the_action(vector: dict[str, Any]) -> None:
    hashed = action_hash(
        vector["action"],
        nonce=vector["nonce"],
        vault=vector["vault_address"],
        expires_after=vector["expires_after"],
    )
    assert f"0x{hashed.hex()}" == vector["expected_connection_id"]


def test_each_step_equals_another_implementation() -> None:
    vector = KNOWN["nautilus_cross_check"]
    assert msgspec.msgpack.encode(vector["action"]).hex() == vector["msgpack_hex"]
    connection_id = action_hash(vector["action"], nonce=vector["nonce"], vault=vector["vault_address"])
    assert f"0x{connection_id.hex()}" == vector["connection_id"]
    message = agent_message(connection_id, is_mainnet=vector["is_mainnet"])
    assert f"0x{message.header.hex()}" == vector["domain_separator"]
    assert f"0x{message.body.hex()}" == vector["struct_hash"]
    assert f"0x{_signed_hash(message).hex()}" == vector["signing_hash"]


def _signed_hash(message: SignableMessage) -> bytes:
    return keccak(b"\x19" + message.version + message.header + message.body)


@pytest.mark.parametrize("vector", KNOWN["float_to_int_for_hashing"], ids=lambda each: str(each["input"]))
def test_amounts_are_exact_without_floats(vector: dict[str, Any]) -> None:
    """The SDK makes integers of floats and refuses those that it would round: decimals show which."""
    exact = Decimal(str(vector["input"])).scaleb(8)
    if isinstance(vector["expected"], int):
        assert exact == vector["expected"]
    else:
        assert exact != exact.to_integral_value()


ORDER = {"type": "cancel", "cancels": [{"a": 1, "o": 2}]}
VAULT = "0x1719884eb866cb12b2287399b15f7db5e7d775ea"


@pytest.mark.parametrize(
    ("vault", "is_mainnet", "r", "s"),
    [
        (
            VAULT,
            True,
            "0x12781a2ea6561cff57e8fe28e981d621332ba8a4fff884f77735949b6f9a85f6",
            "0x3a45029beb90aa167c47c4859ea523a432f4339c83fe4c7a7d9e1aa08d0ae049",
        ),
        (
            None,
            False,
            "0x6f94a393233e4ec9a0f7e81c07a9630314e25ac268f2ae28fe299fb35e5af564",
            "0x163c8500d564835b7820ef2766c055cd7de168f33a7cf51ca0b77bf24448f759",
        ),
    ],
)
def test_an_expiry_is_signed_as_the_sdk_signs_it(vault: str | None, is_mainnet: bool, r: str, s: str) -> None:
    """The recorded vectors have none; these two are what version 0.24.0 of the SDK gives."""
    signed = sign_action(
        SIGNER,
        ORDER,
        nonce=1700000000000,
        is_mainnet=is_mainnet,
        vault=vault,
        expires_after=1700000005000,
    )
    assert signed == Signature(r=r, s=s, v=27)


def test_nonce_vault_and_expiry_are_all_signed() -> None:
    hashes = {
        action_hash(ORDER, nonce=1),
        action_hash(ORDER, nonce=2),
        action_hash(ORDER, nonce=1, vault=VAULT),
        action_hash(ORDER, nonce=1, expires_after=5),
        action_hash(ORDER, nonce=1, vault=VAULT, expires_after=5),
    }
    assert len(hashes) == 5


def test_approving_an_agent_is_typed_data_for_the_owners_wallet() -> None:
    message = {"agentAddress": KNOWN["address"], "agentName": "tradebook", "nonce": 1700000000000}
    data = user_signed_data("approveAgent", message, is_mainnet=True)
    assert data["primaryType"] == "HyperliquidTransaction:ApproveAgent"
    assert data["message"] == {"hyperliquidChain": "Mainnet", **message}
    # What version 0.24.0 of the SDK gives.
    assert SIGNER.sign(encode_typed_data(full_message=data)) == Signature(
        r="0x5852f8b379c11fc83372dd762452e85682a716c3f95088c9a007fbf522ee3b90",
        s="0x713c8536cff99ca68104e51d11f52e68af9eee92b50b807d8bb331c230d08dc8",
        v=27,
    )


def test_a_key_is_never_shown() -> None:
    secret = KNOWN["private_key"].removeprefix("0x")
    assert secret not in repr(SIGNER) + str(SIGNER) + f"{[SIGNER]}"
    with pytest.raises(TypeError):
        pickle.dumps(SIGNER)
    with pytest.raises(TypeError):
        copy.copy(SIGNER)


@pytest.mark.parametrize("wrong", ["0x1234", "not a key at all", "", "0x" + "f" * 64, "0x" + "0" * 64])
def test_what_is_no_key_is_refused_without_being_repeated(wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Signer(wrong)
    assert refused.value.__cause__ is None
    assert not wrong or wrong not in str(refused.value)
