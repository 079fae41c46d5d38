"""Prices that are asked for in rounds: one instrument's trouble does not silence the others."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tradebook.venues.ccxt.frames import stream_name
from tradebook.venues.ccxt.prices import PriceRounds
from tradebook.venues.errors import VenueRefusal

BOOK = {"bids": [[1, 2]], "asks": [[3, 4]], "timestamp": None}
HALTED, OTHER = "GONE/USDT", "BTC/USDT"


class Market:
    """Refuses what it is told to."""

    exchange_id = "moon"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.refused = {HALTED}

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        return await question(self)

    async def leave_room(self) -> None:
        """There is always room."""

    async def fetch_order_book(self, symbol: str, _: int) -> Any:
        if symbol in self.refused:
            raise self.error
        return BOOK


@pytest.fixture(params=[VenueRefusal("moon", "BadSymbol", "it is halted"), ConnectionError("no answer")])
def market(request: pytest.FixtureRequest) -> Market:
    return Market(request.param)


def rounds(market: Any) -> PriceRounds:
    made = PriceRounds(market)
    names = [stream_name("book", symbol) for symbol in (HALTED, OTHER)]
    made.heard(json.dumps({"want": names}).encode())
    return made


async def test_the_others_are_told(market: Market) -> None:
    [frame] = await rounds(market).ask()
    assert json.loads(frame)["symbol"] == OTHER


async def test_a_round_that_learns_nothing_says_why(market: Market) -> None:
    market.refused = {HALTED, OTHER}
    with pytest.raises(type(market.error)):
        await rounds(market).ask()
