"""HashiCorp Vault's transit engine: it wraps data keys and never hands out its own.

https://developer.hashicorp.com/vault/api-docs/secret/transit. A data key is rewrapped by decrypting and
encrypting it: ``rewrap`` knows no associated data (hashicorp/vault#29532).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tradebook.identity.venue_credentials.keys import Binding, DataKey, WrappedKey, unreadable
from tradebook.kernel import wire
from tradebook.kernel.errors import Unavailable

TIMEOUT_S = 10.0
WHERE, WHO, NAMESPACE = "VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE"
"""The variables that Vault's own tools read."""

Body = Callable[[], Mapping[str, str]]
"""Made when it is sent, so that no key is a local variable of anything that can fail."""


class VaultKeys:
    """Implements ``KeyEncryption`` with a named key of a transit engine.

    Where Vault is and who we are, is read from the variables that Vault's own tools use, each time: a token
    that an agent renews is taken up.
    """

    def __init__(
        self,
        mount: str,
        name: str,
        *,
        environment: Mapping[str, str] = os.environ,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._mount = mount
        self._name = name
        self._environment = environment
        self._transport = transport

    @property
    def _family(self) -> str:
        return f"vault:{self._mount}/{self._name}:"

    def knows(self, key_id: str) -> bool:
        """Every version of the named key."""
        return key_id.startswith(self._family)

    async def current_key_id(self) -> str:
        """With the latest version that Vault has."""
        answer = await self._ask("GET", "keys")
        return f"{self._family}v{answer['latest_version']}"

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """Encrypted by Vault; the ciphertext ``vault:v3:…`` says by which version."""
        answer = await self._ask(
            "POST",
            "encrypt",
            lambda: {
                "plaintext": base64.b64encode(data_key.reveal()).decode(),
                "associated_data": _associated(binding),
            },
        )
        ciphertext = str(answer["ciphertext"])
        version = ciphertext.split(":")[1]
        return WrappedKey(key_id=f"{self._family}{version}", ciphertext=ciphertext.encode())

    async def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        """Decrypted by Vault, under any version that it still decrypts with."""
        answer = await self._ask(
            "POST",
            "decrypt",
            lambda: {
                "ciphertext": wrapped.ciphertext.decode(),
                "associated_data": _associated(binding),
            },
        )
        return DataKey(base64.b64decode(answer["plaintext"]))

    async def begin_rotation(self) -> None:
        """Nothing: ``vault write -f transit/keys/NAME/rotate`` makes the next version."""

    async def end_rotation(self) -> None:
        """Nothing: Vault keeps its versions; ``min_decryption_version`` retires them."""

    async def _ask(self, method: str, action: str, body: Body | None = None) -> Mapping[str, Any]:
        """The ``data`` of the answer. Raises Unavailable, or Refused for what does not open."""
        status, document = await self._send(method, f"/v1/{self._mount}/{action}/{self._name}", body)
        data = document.get("data")
        if status == httpx.codes.OK and isinstance(data, dict):
            return data
        # 400 is what an altered ciphertext or another binding gets, 500 in Vault 1.4 to 1.6.
        if action == "decrypt" and status == httpx.codes.BAD_REQUEST:
            raise unreadable()
        if status in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
            raise Unavailable(
                "credentials_key_refused",
                f"Vault answered {status} to {action} with {self._mount}/{self._name}: is the engine mounted "
                f"and the key there, does the policy of {WHO} allow it, has the token expired?",
                {"status": str(status)},
            )
        raise _away(f"it answered {status}")

    async def _send(self, method: str, path: str, body: Body | None) -> tuple[int, Mapping[str, Any]]:
        try:
            async with httpx.AsyncClient(
                base_url=self._required(WHERE),
                headers=self._headers(),
                timeout=TIMEOUT_S,
                transport=self._transport,
                follow_redirects=False,
            ) as client:
                answer = await client.request(method, path, json=None if body is None else body())
            document = answer.json() if answer.content else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            problem = type(error).__name__
        else:
            return answer.status_code, document if isinstance(document, dict) else {}
        raise _away(problem)  # out here it carries neither the request nor its headers along

    def _headers(self) -> dict[str, str]:
        headers = {"X-Vault-Token": self._required(WHO), "X-Vault-Request": "true"}
        if NAMESPACE in self._environment:
            headers["X-Vault-Namespace"] = self._environment[NAMESPACE]
        return headers

    def _required(self, name: str) -> str:
        value = self._environment.get(name)
        if not value:
            raise Unavailable(
                "credentials_key_refused", f"Vault needs {name} in the environment of the server."
            )
        return value


def _associated(binding: Binding) -> str:
    return base64.b64encode(wire.encode(dict(binding))).decode()


def _away(problem: str) -> Unavailable:
    return Unavailable(
        "credentials_key_away", f"Vault, which holds the key of credentials, cannot be used now ({problem})."
    )
