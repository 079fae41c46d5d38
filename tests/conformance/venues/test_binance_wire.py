"""Every payload of Binance that lies beside the project says what is written out by hand in the tables."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.venues.binance_futures_table import NAUTILUS_FUTURES
from tests.conformance.venues.binance_hummingbot_table import (
    HUMMINGBOT_FUTURES,
    HUMMINGBOT_IGNORED,
    HUMMINGBOT_SPOT,
)
from tests.conformance.venues.binance_market_table import NAUTILUS_MARKET
from tests.conformance.venues.binance_spot_table import NAUTILUS_SPOT
from tests.conformance.venues.binance_tables import (
    HUMMINGBOT,
    NAUTILUS,
    Case,
    Refused,
    hummingbot_entries,
    nautilus_files,
)

from tradebook.venues.errors import UndecodableFrame

NAUTILUS_CASES = NAUTILUS_MARKET | NAUTILUS_SPOT | NAUTILUS_FUTURES

_RATIOS = "how many accounts or how much volume stands on which side: statistics, no price and no position"

NAUTILUS_IGNORED = {
    "binance/spot/http_json/ping_response.json": "empty",
    "binance_py/http_responses/http_spot_market_ping.json": "empty",
    "binance_py/http_responses/http_futures_market_global_long_short_account_ratio.json": _RATIOS,
    "binance_py/http_responses/http_futures_market_taker_long_short_ratio.json": _RATIOS,
    "binance_py/http_responses/http_futures_market_top_long_short_account_ratio.json": _RATIOS,
    "binance_py/http_responses/http_futures_market_top_long_short_position_ratio.json": _RATIOS,
    "binance_py/http_responses/http_futures_market_index_info.json": (
        "the weights that an index is made of: neither its price nor a term of the contract on it"
    ),
}

HUMMINGBOT_CASES = {
    "exchange_binance": HUMMINGBOT_SPOT,
    "derivative_binance_perpetual": HUMMINGBOT_FUTURES,
}


def check(case: Case, body: bytes) -> None:
    if isinstance(case.expected, Refused):
        with pytest.raises(UndecodableFrame, match=case.expected.words):
            case.read(body)
        return
    assert case.read(body) == case.expected


@pytest.mark.parametrize("name", NAUTILUS_CASES)
def test_a_payload_says_what_is_written_by_hand(name: str) -> None:
    check(NAUTILUS_CASES[name], (NAUTILUS / name).read_bytes())


@pytest.mark.parametrize(
    ("file", "entry"), [(file, entry) for file, cases in HUMMINGBOT_CASES.items() for entry in cases]
)
def test_a_literal_of_another_bots_tests_says_what_is_written_by_hand(file: str, entry: str) -> None:
    check(HUMMINGBOT_CASES[file][entry], hummingbot_entries(file)[entry])


def test_no_payload_is_left_out() -> None:
    assert sorted(nautilus_files()) == sorted([*NAUTILUS_CASES, *NAUTILUS_IGNORED])
    for file, cases in HUMMINGBOT_CASES.items():
        assert sorted(hummingbot_entries(file)) == sorted([*cases, *HUMMINGBOT_IGNORED[file]])
    assert {path.stem for path in HUMMINGBOT.glob("*binance*")} == set(HUMMINGBOT_CASES)


@pytest.mark.parametrize("name", [name for name in NAUTILUS_CASES if "/ws_" in name or "_json/" in name])
def test_a_frame_says_the_same_however_it_is_spaced(name: str) -> None:
    payload: Any = json.loads((NAUTILUS / name).read_bytes())
    check(NAUTILUS_CASES[name], json.dumps(payload, separators=(",", ":")).encode())
    check(NAUTILUS_CASES[name], json.dumps(payload, indent=3).encode())
