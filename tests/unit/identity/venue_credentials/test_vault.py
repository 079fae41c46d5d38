"""Vault's transit engine, against answers as its documentation has them."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tradebook.identity.venue_credentials.keys import DataKey, WrappedKey
from tradebook.identity.venue_credentials.vault import VaultKeys
from tradebook.kernel.errors import Refused, Unavailable

TOKEN = "hvs.CAESIJlWh9tokenThatNobodyMaySee"
ENVIRONMENT = {"VAULT_ADDR": "http://127.0.0.1:8200", "VAULT_TOKEN": TOKEN}
PLAIN = b"the data key, of 32 bytes .....!"
BINDING = {"account_id": "a1", "venue": "moon"}
ASSOCIATED = base64.b64encode(b'{"account_id":"a1","venue":"moon"}').decode()
CIPHERTEXT = "vault:v3:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w=="

READ_KEY = {
    "request_id": "8375227a-4a9f-a108-0b89-84c448419e80",
    "lease_id": "",
    "renewable": False,
    "lease_duration": 0,
    "data": {
        "allow_plaintext_backup": False,
        "deletion_allowed": False,
        "derived": False,
        "exportable": False,
        "keys": {"2": 1554654295, "3": 1554654399},
        "latest_version": 3,
        "min_available_version": 0,
        "min_decryption_version": 2,
        "min_encryption_version": 0,
        "name": "tradebook",
        "supports_decryption": True,
        "supports_derivation": True,
        "supports_encryption": True,
        "supports_signing": False,
        "type": "aes256-gcm96",
    },
    "wrap_info": None,
    "warnings": None,
    "auth": None,
}
ENCRYPTED = {**READ_KEY, "data": {"ciphertext": CIPHERTEXT, "key_version": 3}}
DECRYPTED = {**READ_KEY, "data": {"plaintext": base64.b64encode(PLAIN).decode()}}
DENIED = {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
ALTERED = {"errors": ["cipher: message authentication failed"]}
SEALED = {"errors": ["Vault is sealed"]}


class Vault:
    """Gives the answer that was recorded for a path, and remembers what it was asked."""

    def __init__(self, status: int = 200, answer: Any = None) -> None:
        self.requests: list[httpx.Request] = []
        self._status = status
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        recorded = {"keys": READ_KEY, "encrypt": ENCRYPTED, "decrypt": DECRYPTED}
        action = request.url.path.split("/")[3]
        return httpx.Response(self._status, json=self._answer or recorded[action])

    @property
    def body(self) -> Any:
        return json.loads(self.requests[-1].content)

    def keys(self, **environment: str) -> VaultKeys:
        return VaultKeys(
            "transit",
            "tradebook",
            environment={**ENVIRONMENT, **environment},
            transport=httpx.MockTransport(self),
        )


def of_version(version: int) -> WrappedKey:
    return WrappedKey(key_id=f"vault:transit/tradebook:v{version}", ciphertext=CIPHERTEXT.encode())


async def test_a_data_key_is_encrypted_with_its_binding_and_named_by_its_version() -> None:
    vault = Vault()
    wrapped = await vault.keys().wrap(DataKey(PLAIN), BINDING)
    assert wrapped == of_version(3)
    [request] = vault.requests
    assert (request.method, str(request.url)) == (
        "POST",
        "http://127.0.0.1:8200/v1/transit/encrypt/tradebook",
    )
    assert request.headers["x-vault-token"] == TOKEN
    assert "x-vault-namespace" not in request.headers
    assert vault.body == {
        "plaintext": base64.b64encode(PLAIN).decode(),
        "associated_data": ASSOCIATED,
    }


async def test_it_is_decrypted_under_whichever_version_it_was() -> None:
    vault = Vault()
    keys = vault.keys(VAULT_NAMESPACE="desk")
    assert keys.knows("vault:transit/tradebook:v2")
    assert not keys.knows("vault:transit/tradebook2:v2")
    assert (await keys.unwrap(of_version(2), BINDING)).reveal() == PLAIN
    assert vault.requests[0].url.path == "/v1/transit/decrypt/tradebook"
    assert vault.requests[0].headers["x-vault-namespace"] == "desk"
    assert vault.body == {"ciphertext": CIPHERTEXT, "associated_data": ASSOCIATED}


async def test_the_current_key_is_the_latest_version() -> None:
    vault = Vault()
    assert await vault.keys().current_key_id() == of_version(3).key_id
    assert (vault.requests[0].method, vault.requests[0].url.path) == ("GET", "/v1/transit/keys/tradebook")
    await vault.keys().begin_rotation()
    await vault.keys().end_rotation()
    assert len(vault.requests) == 1


async def test_what_vault_cannot_authenticate_does_not_open() -> None:
    with pytest.raises(Refused, match="does not open"):
        await Vault(400, ALTERED).keys().unwrap(of_version(3), BINDING)


@pytest.mark.parametrize(
    ("vault", "code", "says"),
    [
        (Vault(403, DENIED), "credentials_key_refused", "403 to encrypt with transit/tradebook"),
        (Vault(404, {"errors": []}), "credentials_key_refused", "is the engine mounted"),
        (Vault(503, SEALED), "credentials_key_away", "it answered 503"),
        (Vault(200, {"data": None}), "credentials_key_away", "it answered 200"),
        (Vault(200, [1]), "credentials_key_away", "it answered 200"),
        (Vault(400, {"errors": ["missing"]}), "credentials_key_away", "it answered 400"),
    ],
)
async def test_a_no_of_vault_says_what_to_do(vault: Vault, code: str, says: str) -> None:
    with pytest.raises(Unavailable, match=says) as raised:
        await vault.keys().wrap(DataKey(PLAIN), BINDING)
    assert raised.value.code == code


def _does_not_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("timed out", request=request)


def _answers_nonsense(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>")


@pytest.mark.parametrize("handler", [_does_not_answer, _answers_nonsense, Vault(403, DENIED)])
async def test_no_error_carries_the_token_or_the_key_along(
    handler: Callable[[httpx.Request], httpx.Response],
) -> None:
    keys = VaultKeys("transit", "tradebook", environment=ENVIRONMENT, transport=httpx.MockTransport(handler))
    with pytest.raises(Unavailable) as raised:
        await keys.wrap(DataKey(PLAIN), BINDING)
    error = raised.value
    assert error.__context__ is None
    tail = error.with_traceback(error.__traceback__.tb_next if error.__traceback__ else None)
    dumped = "".join(traceback.TracebackException.from_exception(tail, capture_locals=True).format())
    for secret in (TOKEN, PLAIN.decode(), base64.b64encode(PLAIN).decode()):
        assert secret not in dumped.replace(repr(ENVIRONMENT), "")


@pytest.mark.parametrize("missing", ["VAULT_ADDR", "VAULT_TOKEN"])
async def test_vault_is_found_as_its_own_tools_find_it(missing: str) -> None:
    with pytest.raises(Unavailable, match=f"needs {missing}"):
        await Vault().keys(**{missing: ""}).current_key_id()
    with pytest.raises(Unavailable, match="UnsupportedProtocol"):
        await VaultKeys(
            "transit", "tradebook", environment={**ENVIRONMENT, "VAULT_ADDR": "nowhere"}
        ).current_key_id()
