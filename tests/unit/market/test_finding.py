"""What somebody types finds what is listed."""

from __future__ import annotations

import pytest
from tests.unit.market.test_first_prices import listed

from tradebook.market.finding import found

LISTED = [
    listed("DOGE", "BTC"),
    listed("DOGE", "USDT", "bybit"),
    listed("DOGE", "USDT"),
    listed("BTC", "USDT"),
    listed("BABYDOGE", "USDT"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("doge", "DOGE-USDT.BYBIT"),
        ("doge btc", "DOGE-BTC.BINANCE"),
        ("doge bybit", "DOGE-USDT.BYBIT"),
        ("DOGE/USDT binance", "DOGE-USDT.BINANCE"),
        ("dogeusdt", "DOGE-USDT.BYBIT"),
        ("btc", "BTC-USDT.BINANCE"),
        ("baby", "BABYDOGE-USDT.BINANCE"),
    ],
)
def test_the_best_comes_first(typed: str, first: str) -> None:
    assert found(LISTED, typed)[0].instrument_id == first


def test_the_middle_of_a_word_finds_nothing() -> None:
    assert [each.instrument_id for each in found(LISTED, "oge")] == []
    assert "BABYDOGE-USDT.BINANCE" not in {each.instrument_id for each in found(LISTED, "doge")}
