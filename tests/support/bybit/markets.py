"""The instruments that recorded frames speak of, and short words for expected messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument, Level
from tradebook.trading.orders import OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.bybit.symbols import Category, Markets
from tradebook.venues.messages.account import ExecType, ExecutionReport
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus

D = Decimal
USDT, BTC, ETH, ALPHA, HBOT = Asset("USDT"), Asset("BTC"), Asset("ETH"), Asset("COINALPHA"), Asset("HBOT")

BTC_SPOT = InstrumentId("BTC-USDT.BYBIT")
ETH_SPOT = InstrumentId("ETH-USDT.BYBIT")
APEX_SPOT = InstrumentId("APEX-USDT.BYBIT")
ALPHA_SPOT = InstrumentId("COINALPHA-HBOT.BYBIT")
BTC_PERP = InstrumentId("BTC-USDT-PERP.BYBIT")
ETH_PERP = InstrumentId("ETH-USDT-PERP.BYBIT")
SOL_PERP = InstrumentId("SOL-USDT-PERP.BYBIT")
ICP_PERP = InstrumentId("ICP-USDT-PERP.BYBIT")
LTC_PERP = InstrumentId("LTC-USDT-PERP.BYBIT")
ALPHA_PERP = InstrumentId("COINALPHA-HBOT-PERP.BYBIT")
BTC_INVERSE = InstrumentId("BTC-USD-PERP.BYBIT")
BTC_CALL = InstrumentId("BTC-USDC-20230106-17500-C.BYBIT")


def ms(at_ms: int) -> datetime:
    """The venue's milliseconds as a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def levels(*pairs: tuple[str, str]) -> tuple[Level, ...]:
    """Price levels."""
    return tuple(Level(price=D(price), size=D(size)) for price, size in pairs)


def _listed(
    symbol: str, instrument_id: InstrumentId, kind: InstrumentKind, *, settled_in: str = "", tick: str = "0.1"
) -> ListedInstrument:
    base, quote = instrument_id.partition(".")[0].split("-")[:2]
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id,
            symbol=f"{base}/{quote}",
            venue="bybit",
            base_asset=Asset(base),
            quote_asset=Asset(quote),
            tick_size=D(tick),
            lot_size=D("0.001"),
        ),
        venue_symbol=symbol,
        kind=kind,
        status=ListingStatus.TRADING,
        settle_asset=Asset(settled_in or quote),
        is_inverse=settled_in == base,
    )


SPOT = InstrumentKind.SPOT
PERPETUAL = InstrumentKind.PERPETUAL

LISTED = {
    Category.SPOT: [
        _listed("BTCUSDT", BTC_SPOT, SPOT),
        _listed("ETHUSDT", ETH_SPOT, SPOT),
        _listed("APEXUSDT", APEX_SPOT, SPOT),
        _listed("COINALPHAHBOT", ALPHA_SPOT, SPOT),
    ],
    Category.LINEAR: [
        _listed("BTCUSDT", BTC_PERP, PERPETUAL),
        _listed("ETHUSDT", ETH_PERP, PERPETUAL),
        _listed("SOLUSDT", SOL_PERP, PERPETUAL),
        _listed("ICPUSDT", ICP_PERP, PERPETUAL),
        _listed("LTCUSDT", LTC_PERP, PERPETUAL),
        _listed("COINALPHAHBOT", ALPHA_PERP, PERPETUAL),
    ],
    Category.INVERSE: [
        _listed("BTCUSD", BTC_INVERSE, PERPETUAL, settled_in="BTC", tick="0.5"),
        _listed("COINALPHAHBOT", ALPHA_PERP, PERPETUAL, settled_in="COINALPHA"),
    ],
    # Somebody's recordings call spot orders options: that symbol stands for the pair here too.
    Category.OPTION: [
        _listed("BTC-6JAN23-17500-C", BTC_CALL, InstrumentKind.OPTION),
        _listed("COINALPHAHBOT", ALPHA_SPOT, InstrumentKind.OPTION),
    ],
}

MARKETS = Markets(LISTED)


def listed(category: Category, symbol: str) -> ListedInstrument:
    """One of the instruments above."""
    return next(each for each in LISTED[category] if each.venue_symbol == symbol)


def report(**told: Any) -> ExecutionReport:
    """A report of a GTC limit buy of BTCUSDT in linear that was asked for and works, but for what is told."""
    usual: dict[str, Any] = {
        "exec_type": ExecType.STATUS,
        "instrument_id": BTC_PERP,
        "status": OrderStatus.ACCEPTED,
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
    }
    return ExecutionReport(**{**usual, **told})
