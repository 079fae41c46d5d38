"""AWS Key Management Service: it wraps data keys and never hands out its own. Needs ``tradebook[kms]``.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html. The binding is the encryption context,
which AWS also writes into its audit log: it has ids in it and no secret. Calls block, so they run in threads.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from tradebook.identity.venue_credentials.keys import Binding, DataKey, WrappedKey, unreadable
from tradebook.kernel.errors import Unavailable

FAMILY = "kms:"
TIMEOUT_S = 10
UNREADABLE = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})

Call = Callable[[Any], Mapping[str, Any]]
"""Asks a client; a function, so that no key is a local variable of anything that can fail."""


class KmsKeys:
    """Implements ``KeyEncryption`` with a symmetric key of KMS, named by ARN, id or ``alias/NAME``.

    Credentials and region are found as in all of AWS's tools; the region of an ARN counts first.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def knows(self, key_id: str) -> bool:
        """Every key of KMS: which one it was is in the wrapped key's id."""
        return key_id.startswith(FAMILY)

    async def current_key_id(self) -> str:
        """The ARN; an alias may come to stand for another."""
        answer = await self._ask(lambda kms: kms.describe_key(KeyId=self._key))
        return f"{FAMILY}{answer['KeyMetadata']['Arn']}"

    async def wrap(self, data_key: DataKey, binding: Binding) -> WrappedKey:
        """Encrypted by KMS."""
        answer = await self._ask(
            lambda kms: kms.encrypt(
                KeyId=self._key, Plaintext=data_key.reveal(), EncryptionContext=dict(binding)
            )
        )
        return WrappedKey(key_id=f"{FAMILY}{answer['KeyId']}", ciphertext=answer["CiphertextBlob"])

    async def unwrap(self, wrapped: WrappedKey, binding: Binding) -> DataKey:
        """Decrypted by KMS, with the key that it was wrapped under and no other."""
        answer = await self._ask(
            lambda kms: kms.decrypt(
                KeyId=wrapped.key_id.removeprefix(FAMILY),
                CiphertextBlob=wrapped.ciphertext,
                EncryptionContext=dict(binding),
            )
        )
        return DataKey(answer["Plaintext"])

    async def begin_rotation(self) -> None:
        """Nothing: name another key, or let the alias stand for another."""

    async def end_rotation(self) -> None:
        """Nothing: AWS keeps its keys."""

    @cached_property
    def _client(self) -> Any:
        """Made at first use: it looks for credentials, which may take a request. Raises Unavailable."""
        try:
            boto3 = importlib.import_module("boto3")
            config = importlib.import_module("botocore.config").Config(
                connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"mode": "standard"}
            )
        except ImportError:
            raise Unavailable(
                "credentials_key_refused", "AWS KMS needs boto3: pip install 'tradebook[kms]'."
            ) from None
        return boto3.session.Session().client("kms", region_name=region_of(self._key), config=config)

    async def _ask(self, call: Call) -> Mapping[str, Any]:
        """Raises Unavailable, or Refused for what does not open."""
        try:
            return await asyncio.to_thread(lambda: call(self._client))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  # boto3's classes are there only where boto3 is
            problem = _code_of(error)
        # Out here the error does not carry the request along.
        if problem in UNREADABLE:
            raise unreadable()
        raise Unavailable(
            "credentials_key_away",
            f"AWS KMS, which holds the key of credentials, cannot be used now ({problem}).",
            {"problem": problem},
        )


def region_of(key: str) -> str | None:
    """``arn:aws:kms:REGION:…`` names it; else None."""
    parts = key.split(":")
    return parts[3] if parts[0] == "arn" and len(parts) > 3 else None


def _code_of(error: Exception) -> str:
    """AWS's own code, or which kind of error it is: never the message, which may quote the request."""
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    return str(code or type(error).__name__)
