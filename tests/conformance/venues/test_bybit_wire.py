"""Every recorded frame and answer of Bybit means what is written down for it, or is ignored for a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from tests.support.bybit import recorded_account, recorded_elsewhere, recorded_market
from tests.support.vectors import VECTORS

from tradebook.venues.errors import UndecodableFrame

WIRE = VECTORS / "exchange_wire"
RECORDED = WIRE / "nautilus" / "bybit"
ELSEWHERE = ("exchange_bybit", "derivative_bybit_perpetual")

EXPECTED: dict[str, tuple[Callable[[bytes], Any], Any]] = {
    **recorded_market.INSTRUMENTS,
    **recorded_market.PRICES,
    **recorded_account.ORDER_ANSWERS,
    **recorded_account.ORDER_NEWS,
    **recorded_account.FILLS,
    **recorded_account.POSITIONS,
    **recorded_account.BALANCES,
    **recorded_account.OTHERS,
}


def _entries() -> Iterator[tuple[str, Any]]:
    for name in ELSEWHERE:
        recording = msgspec.json.decode((WIRE / "hummingbot" / f"{name}.json").read_bytes())
        for index, entry in enumerate(recording["payloads"]):
            yield f"{name}/{index}", entry["payload"]


def _entry(name: str) -> bytes:
    return msgspec.json.encode(recorded_elsewhere.filled_in(dict(_entries())[name]))


def _as_list(messages: Any) -> Any:
    return list(messages) if isinstance(messages, tuple | list) else messages


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recorded_frame_means_what_is_written_down(name: str) -> None:
    decode, expected = EXPECTED[name]
    assert _as_list(decode((RECORDED / name).read_bytes())) == expected


def test_every_recorded_frame_is_decoded_or_ignored_for_a_reason() -> None:
    names = {path.name for path in RECORDED.iterdir()}
    assert names == EXPECTED.keys() | recorded_account.IGNORED.keys()
    assert not EXPECTED.keys() & recorded_account.IGNORED.keys()


@pytest.mark.parametrize("name", sorted(recorded_elsewhere.DECODED))
def test_a_frame_kept_elsewhere_means_what_is_written_down(name: str) -> None:
    recorded = recorded_elsewhere.DECODED[name]
    assert _as_list(recorded.decode(_entry(name))) == recorded.expected


@pytest.mark.parametrize("name", sorted(recorded_elsewhere.REFUSED))
def test_nothing_is_taken_from_a_frame_that_is_broken_or_of_another_age(name: str) -> None:
    decode, _reason = recorded_elsewhere.REFUSED[name]
    with pytest.raises(UndecodableFrame) as refusal:
        decode(_entry(name))
    assert refusal.value.venue == "bybit"
    assert len(str(refusal.value)) < 250


def test_every_frame_kept_elsewhere_is_decoded_refused_or_ignored_for_a_reason() -> None:
    names = [name for name, _ in _entries()]
    listed = [
        *recorded_elsewhere.DECODED,
        *recorded_elsewhere.REFUSED,
        *recorded_elsewhere.IGNORED,
    ]
    assert sorted(names) == sorted(listed)
