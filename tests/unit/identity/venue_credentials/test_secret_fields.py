"""Secrets show nowhere by accident."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pydantic
import pytest
from tests.support.credentials import API_KEY, SECRET, VALUES, complaint, secrets

from tradebook.identity.venue_credentials.keys import DataKey
from tradebook.identity.venue_credentials.secret_fields import FIELDS_MAX, LENGTH_MAX, SecretFields
from tradebook.kernel import wire
from tradebook.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{!r}".format, lambda each: f"{[each]} {each!s:>9}"]
)
def test_names_are_shown_and_values_are_not(show: Callable[[object], str]) -> None:
    shown = show(secrets())
    assert "api_key=***" in shown
    for value in VALUES.values():
        assert value not in shown


@pytest.mark.parametrize(
    "encode",
    [
        wire.encode,
        msgspec.msgpack.encode,
        json.dumps,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        pydantic.TypeAdapter(Any).dump_json,
        dict,
        vars,
        lambda each: pickle.dumps({"nested": [each]}),
    ],
)
def test_nothing_encodes_or_copies_them(encode: Callable[[Any], object]) -> None:
    for hidden in (secrets(), DataKey.fresh()):
        with pytest.raises((TypeError, ValueError)) as raised:
            encode(hidden)
        assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_crash_with_all_local_variables_shows_none() -> None:
    def fails(fields: SecretFields) -> None:
        mine = {"a": fields, "b": [fields]}
        raise RuntimeError(f"with {mine}")

    with pytest.raises(RuntimeError) as raised:
        fails(secrets())
    dumped = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert "api_key=***" in dumped
    for value in VALUES.values():
        assert value not in dumped


def test_a_value_is_given_to_who_asks_for_it_by_name() -> None:
    fields = SecretFields({"api_key": f"  {API_KEY}\n"})
    assert fields.reveal("api_key") == API_KEY
    assert list(fields.names) == ["api_key"]
    with pytest.raises(InvalidInput, match=r"secrets\.secret: is missing"):
        fields.reveal("secret")


def test_what_is_sealed_is_read_back_and_nothing_else_is() -> None:
    assert SecretFields.of_bytes(secrets().to_bytes()).reveal("secret") == SECRET
    for damaged in (b"", b"[]", b'{"secret":1}', b"\xff"):
        with pytest.raises(ValueError, match="no secret fields"):
            SecretFields.of_bytes(damaged)


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"api_key": API_KEY, "secret": SECRET}, "vmPU…x5Jr"),
        ({"wallet_address": "0x" + "ab" * 20, "agent_key": SECRET}, "0xab…abab"),
        ({"uid": "12345678"}, "12…78"),
        ({"uid": "1234567"}, ""),
        ({"secret": SECRET, "agent_key": SECRET}, ""),
    ],
)
def test_a_hint_tells_keys_apart_by_their_public_part(values: dict[str, str], hint: str) -> None:
    assert SecretFields(values).hint() == hint


def test_what_a_venue_repeats_is_masked() -> None:
    assert secrets().mask(complaint().detail) == "API-key *** with *** is not known."
    nested = SecretFields({"uid": "12", "login": "abcd", "secret": "abcdef"})
    assert nested.mask("abcdef, abcd and 12") == "***, *** and 12"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "has 0 fields"),
        ({f"n{i}": "x" for i in range(FIELDS_MAX + 1)}, "has 17 fields"),
        ({SECRET: "x"}, "unfit name"),
        ({"secret": "  "}, r"secrets\.secret: is empty"),
        ({"secret": "x" * (LENGTH_MAX + 1)}, "too long"),
    ],
)
def test_unfit_fields_are_refused_without_repeating_them(values: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem) as raised:
        SecretFields(values)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"api_key": "k1", "secret": "a"}, {"api_key": "k1", "secret": "b"}, True),
        ({"api_key": "k1", "secret": "a"}, {"api_key": "k2", "secret": "a"}, False),
        ({"wallet_address": "0xAB", "agent_key": "a"}, {"wallet_address": "0xab", "agent_key": "b"}, True),
        ({"wallet_address": "0xab"}, {"wallet_address": "0xab", "vault_address": "0xcd"}, False),
        ({"token": "t"}, {"token": "t"}, False),
    ],
)
def test_whose_they_are_is_told_by_what_is_public(
    one: dict[str, str], other: dict[str, str], is_same: bool
) -> None:
    assert SecretFields(one).is_of_same_account(SecretFields(other)) is is_same
