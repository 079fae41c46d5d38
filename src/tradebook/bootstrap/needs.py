"""What of the market the book and its watchers need, told to the live market as it changes."""

from __future__ import annotations

from collections.abc import Iterable

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.first_prices import pair_of
from tradebook.market.needs import ORDERS, POSITIONS, WATCHERS, Needs
from tradebook.trading.processes.service import TradingProcesses
from tradebook.web.hub import Hub
from tradebook.web.market_channels import instruments_of

LOOK_EVERY_S = 1.0


async def keep_needs(
    needs: Needs, *, processes: TradingProcesses, market: LiveMarketData, hub: Hub, clock: Clock
) -> None:
    """State them once a second, without end: one who comes between is served at once by being touched."""
    while True:
        needs.state(WATCHERS, set(instruments_of(hub.watched)))
        needs.state(ORDERS, set(of_orders(processes, market)))
        needs.state(POSITIONS, set(of_positions(processes, market)))
        await clock.sleep(LOOK_EVERY_S)


def of_orders(processes: TradingProcesses, market: LiveMarketData) -> Iterable[InstrumentId]:
    """What open orders are for, and what measures them in the base asset of their account."""
    seen = {(each.terms.instrument_id, each.account_id) for each in processes.open_orders.values()}
    for instrument_id, account_id in seen:
        yield instrument_id
        instrument, held = market.instrument(instrument_id), processes.accounts.get(account_id)
        if instrument is None or held is None or instrument.quote_asset == held.base_asset:
            continue
        pair = pair_of(market, instrument.quote_asset, held.base_asset, venue=instrument.venue)
        if pair is not None:
            yield pair


def of_positions(processes: TradingProcesses, market: LiveMarketData) -> Iterable[InstrumentId]:
    """What measures the assets that accounts own."""
    owned = {
        (asset, held.base_asset, held.venue)
        for held in processes.accounts.values()
        for asset in held.totals
        if asset != held.base_asset
    }
    pairs = (pair_of(market, asset, unit, venue=venue) for asset, unit, venue in owned)
    return (pair for pair in pairs if pair is not None)
