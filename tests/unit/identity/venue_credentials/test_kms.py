"""AWS KMS, against the server of moto."""

from __future__ import annotations

import base64
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]  # it ships no types
import pytest
from moto.server import ThreadedMotoServer

from tradebook.identity.venue_credentials.keys import DataKey, WrappedKey
from tradebook.identity.venue_credentials.kms import KmsKeys, region_of
from tradebook.kernel.errors import Refused, Unavailable

PLAIN = b"the data key, of 32 bytes .....!"
BINDING = {"account_id": "a1", "venue": "moon"}
REGION = "eu-central-1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of whoever administers the keys; the environment is that of the server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return boto3.client("kms")


@pytest.fixture
def arn(aws: Any) -> str:
    return str(aws.create_key(Description="tradebook")["KeyMetadata"]["Arn"])


async def test_a_data_key_is_wrapped_and_comes_back(arn: str) -> None:
    keys = KmsKeys(arn)
    wrapped = await keys.wrap(DataKey(PLAIN), BINDING)
    assert wrapped.key_id == f"kms:{arn}" == await keys.current_key_id()
    assert PLAIN not in wrapped.ciphertext
    assert keys.knows(wrapped.key_id)
    assert not keys.knows("aes:0")
    assert (await keys.unwrap(wrapped, BINDING)).reveal() == PLAIN


async def test_it_opens_only_for_what_it_is_bound_to(arn: str) -> None:
    wrapped = await KmsKeys(arn).wrap(DataKey(PLAIN), BINDING)
    altered = WrappedKey(key_id=wrapped.key_id, ciphertext=wrapped.ciphertext[:-1] + b"!")
    for key, binding in ((wrapped, {**BINDING, "account_id": "a2"}), (altered, BINDING)):
        with pytest.raises(Refused, match="does not open"):
            await KmsKeys(arn).unwrap(key, binding)


async def test_after_an_alias_stands_for_another_key_the_one_before_still_unwraps(aws: Any, arn: str) -> None:
    other = aws.create_key(Description="next")["KeyMetadata"]["Arn"]
    aws.create_alias(AliasName="alias/tradebook", TargetKeyId=arn)
    keys = KmsKeys("alias/tradebook")
    wrapped = await keys.wrap(DataKey(PLAIN), BINDING)
    assert wrapped.key_id == await keys.current_key_id() == f"kms:{arn}"
    aws.update_alias(AliasName="alias/tradebook", TargetKeyId=other)
    assert await keys.current_key_id() == f"kms:{other}"
    assert (await keys.unwrap(wrapped, BINDING)).reveal() == PLAIN
    await keys.begin_rotation()
    await keys.end_rotation()


async def test_a_key_that_is_not_there_is_named_by_awss_own_code(aws: Any) -> None:
    missing = f"arn:aws:kms:{REGION}:123456789012:key/00000000-0000-0000-0000-000000000000"
    with pytest.raises(Unavailable, match=r"\(NotFoundException\)") as raised:
        await KmsKeys(missing).wrap(DataKey(PLAIN), BINDING)
    assert raised.value.code == "credentials_key_away"


async def test_no_error_carries_the_request_along(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unavailable, match="EndpointConnectionError") as raised:
        await KmsKeys("alias/x").wrap(DataKey(PLAIN), BINDING)
    error = raised.value
    assert error.__context__ is None
    tail = error.with_traceback(error.__traceback__.tb_next if error.__traceback__ else None)
    dumped = "".join(traceback.TracebackException.from_exception(tail, capture_locals=True).format())
    assert PLAIN.decode() not in dumped
    assert base64.b64encode(PLAIN).decode() not in dumped


async def test_without_boto3_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Unavailable, match=r"tradebook\[kms\]"):
        await KmsKeys("alias/x").current_key_id()


@pytest.mark.parametrize(
    ("key", "region"),
    [(f"arn:aws:kms:{REGION}:1:key/k", REGION), ("alias/tradebook", None), ("arn:", None), ("k", None)],
)
def test_the_region_of_an_arn_counts(key: str, region: str | None) -> None:
    assert region_of(key) == region
