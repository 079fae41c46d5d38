from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.unambiguous import require_distinct_keys, require_known

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(DOCUMENTS, st.sampled_from([None, (",", ":"), (" , ", " : ")]))
def test_every_document_with_distinct_keys_passes(document: object, spacing: tuple[str, str] | None) -> None:
    require_distinct_keys(json.dumps(document, separators=spacing).encode())
    require_distinct_keys(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ('{"a":1,"a":2}', "a"),
        ('{"a" :1,"\\u0061"\n: 2}', "a"),
        ('{"a":"x:y","b":1,"a":2}', "a"),
        ('{"a":1,"b":{"c":1,"c":2}}', "c"),
        ('[{"a":1},{"b":1,"b":1}]', "b"),
        ('[{"a":{"b":[{"q":1,"q":2}]}}]', "q"),
        ('[[{"a":1,"a":2}]]', "a"),
        ('{"":1,"":2}', "body"),
    ],
)
def test_a_key_that_comes_twice_is_named(document: str, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_distinct_keys(document.encode())
    assert refused.value.field == key


@pytest.mark.parametrize("data", [b"", b"{", b"5", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_document_is_for_others_to_refuse(data: bytes) -> None:
    require_distinct_keys(data)


@pytest.mark.parametrize(
    ("names", "field"), [(["a", "z"], "z"), (["a", "a"], "a"), ([""], "query"), (["x" * 99], "x" * 64)]
)
def test_names_are_known_and_come_once(names: list[str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_known(names, ["a", "b"])
    assert refused.value.field == field
    require_known(["b", "a"], ["a", "b"])
