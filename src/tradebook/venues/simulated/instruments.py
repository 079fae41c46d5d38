"""What the simulated market trades, and how lively each instrument is."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.messages import Value
from tradebook.market.values import Contract, Instrument

USDT = Asset("USDT")


class Character(Value, frozen=True, kw_only=True):
    """An instrument and how its market behaves."""

    instrument: Instrument
    price: Decimal
    """Where it starts."""
    volatility_per_day: float
    """Standard deviation of a day's return."""
    spread_bps: float
    """Typical distance from bid to ask, in hundredths of a per cent of the price."""
    trades_per_s: float
    trade_value: float
    """Median value of a trade, in the quote asset."""
    follows: InstrumentId | None = None
    """What it is a bet on: its price stays near that one's."""


def _instrument(base: str, tick: str, lot: str) -> Instrument:
    return Instrument(
        instrument_id=InstrumentId(f"{base}-USDT.SIM"),
        symbol=f"{base}/USDT",
        venue="paper",
        base_asset=Asset(base),
        quote_asset=USDT,
        tick_size=Decimal(tick),
        lot_size=Decimal(lot),
        min_notional=Decimal(5),
        maker_fee_rate=Decimal("0.001"),
        taker_fee_rate=Decimal("0.001"),
    )


def _perpetual(base: str, tick: str, lot: str) -> Instrument:
    return Instrument(
        instrument_id=InstrumentId(f"{base}-USDT-PERP.SIM"),
        symbol=f"{base}/USDT perpetual",
        venue="paper",
        base_asset=Asset(base),
        quote_asset=USDT,
        tick_size=Decimal(tick),
        lot_size=Decimal(lot),
        min_notional=Decimal(5),
        maker_fee_rate=Decimal("0.0002"),
        taker_fee_rate=Decimal("0.0005"),
        is_derivative=True,
        contract=Contract(settle_asset=USDT, max_leverage=Decimal(50), maintenance_rate=Decimal("0.005")),
    )


CHARACTERS = (
    Character(
        instrument=_instrument("BTC", "0.01", "0.000001"),
        price=Decimal(64000),
        volatility_per_day=0.025,
        spread_bps=0.3,
        trades_per_s=2.5,
        trade_value=900,
    ),
    Character(
        instrument=_instrument("ETH", "0.01", "0.00001"),
        price=Decimal(3100),
        volatility_per_day=0.032,
        spread_bps=0.5,
        trades_per_s=2.0,
        trade_value=700,
    ),
    Character(
        instrument=_instrument("SOL", "0.01", "0.001"),
        price=Decimal(150),
        volatility_per_day=0.045,
        spread_bps=1.0,
        trades_per_s=1.0,
        trade_value=400,
    ),
    Character(
        instrument=_instrument("XRP", "0.0001", "0.1"),
        price=Decimal("0.52"),
        volatility_per_day=0.04,
        spread_bps=2.0,
        trades_per_s=0.7,
        trade_value=300,
    ),
)
"""What is owned."""

PERPETUALS = (
    Character(
        instrument=_perpetual("BTC", "0.1", "0.001"),
        price=Decimal(64000),
        volatility_per_day=0.025,
        spread_bps=0.2,
        trades_per_s=3.0,
        trade_value=1500,
        follows=InstrumentId("BTC-USDT.SIM"),
    ),
)
"""Bets on some of it."""

EVERYTHING = (*CHARACTERS, *PERPETUALS)
