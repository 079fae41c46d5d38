"""A core that is not started: its writer decides and records, nothing is sent."""

from __future__ import annotations

import pytest
from tests.support.core import CATALOGUE, Core
from tests.support.market import HandMarket

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import SystemClock
from tradebook.venues.paper.venue import PaperVenue


@pytest.fixture
def market() -> HandMarket:
    market = HandMarket()
    market.quote_at("99", "101")
    market.trade_at("100")
    return market


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(CATALOGUE, SystemClock())


@pytest.fixture
async def core(journal: MemoryJournal, market: HandMarket) -> Core:
    core = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    await core.open_account(USDT="1000")
    return core
