"""A venue's own name for the account of a key, by which two keys of one account are known as such."""

from __future__ import annotations

from tests.support import binance_account, binance_futures_account, bybit_account
from tests.support.core import ALICE

from tradebook.venues.binance.futures_side import FuturesSide
from tradebook.venues.binance.spot_side import SpotSide
from tradebook.venues.bybit.unified_side import UnifiedSide


def test_binance_tells_the_number_of_the_customer() -> None:
    async def story(it: binance_account.Desk) -> None:
        side = it.venue.side_of(ALICE)
        assert isinstance(side, SpotSide)
        assert (await side.permissions()).account == "1"

    binance_account.tell(story)


def test_binance_tells_the_code_of_an_account_for_futures() -> None:
    async def story(it: binance_futures_account.Desk) -> None:
        side = it.venue.side_of(ALICE)
        assert isinstance(side, FuturesSide)
        assert await side.owner() == "alias1"

    binance_futures_account.tell(story)


def test_bybit_tells_the_number_of_the_customer() -> None:
    async def story(it: bybit_account.Desk) -> None:
        side = it.venue.side_of(ALICE)
        assert isinstance(side, UnifiedSide)
        assert (await side.permissions()).account == "1"

    bybit_account.tell(story)
