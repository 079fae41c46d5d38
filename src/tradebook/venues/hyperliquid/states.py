"""What an account has at Hyperliquid: positions and collateral of a dex, spot tokens, shares of vaults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO, divide
from tradebook.trading.orders import MarginMode
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.reading import VENUE, decode, reading, time_of
from tradebook.venues.hyperliquid.symbols import USDC, Universe
from tradebook.venues.hyperliquid.wallets import SPOT, wallet_of_dex
from tradebook.venues.messages.account import Balance, Position

MARGIN_MODES = {"cross": MarginMode.CROSS, "isolated": MarginMode.ISOLATED}


class Leverage(msgspec.Struct, frozen=True):
    value: Decimal
    type: str | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class PositionState(msgspec.Struct, frozen=True, rename="camel"):
    coin: str
    szi: Decimal
    """Signed size."""
    unrealized_pnl: Decimal
    leverage: Leverage | None = None
    position_value: Decimal | None = None
    entry_px: Decimal | None = None
    liquidation_px: Decimal | None = None
    margin_used: Decimal | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class AssetPosition(msgspec.Struct, frozen=True):
    position: PositionState


class MarginSummary(msgspec.Struct, frozen=True, rename="camel"):
    account_value: Decimal
    total_margin_used: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


class PerpetualState(msgspec.Struct, frozen=True, rename="camel"):
    """Of one dex. The cross summary leaves out what is isolated."""

    asset_positions: list[AssetPosition]
    margin_summary: MarginSummary | None = None
    cross_margin_summary: MarginSummary | None = None
    withdrawable: Decimal | None = None
    time: int | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class SpotBalance(msgspec.Struct, frozen=True):
    coin: str
    total: Decimal
    hold: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


class SpotState(msgspec.Struct, frozen=True):
    balances: list[SpotBalance]


class VaultEquity(msgspec.Struct, frozen=True, rename="camel"):
    vault_address: str
    equity: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


def decode_perpetual_state(data: bytes, universe: Universe, *, dex: str = "") -> Sequence[Position | Balance]:
    """The answer to ``clearinghouseState`` of a dex. Raises UndecodableFrame."""
    state = decode(data, PerpetualState, "clearinghouseState")
    return holdings_of(state, universe, dex, "clearinghouseState")


def decode_spot_state(data: bytes) -> Sequence[Balance]:
    """The answer to ``spotClearinghouseState``, which has no time. Raises UndecodableFrame."""
    return balances_of(decode(data, SpotState, "spotClearinghouseState"))


def decode_vault_equities(data: bytes) -> Sequence[Balance]:
    """The answer to ``userVaultEquities``: what shares of vaults are worth, none of it at hand.

    Raises UndecodableFrame.
    """
    equities = decode(data, list[VaultEquity], "userVaultEquities")
    return [
        Balance(asset=USDC, total=each.equity, available=None, wallet=f"vault:{each.vault_address}")
        for each in equities
    ]


def holdings_of(
    state: PerpetualState, universe: Universe, dex: str, what: str
) -> Sequence[Position | Balance]:
    """Positions, and the collateral behind them. Raises UndecodableFrame."""
    at = None if state.time is None else time_of(state.time)
    with reading(what):
        positions = [_position(each.position, universe, at) for each in state.asset_positions]
        collateral = universe.collateral_of(dex)
    summary = state.margin_summary or state.cross_margin_summary
    if summary is None:
        return positions
    # The account's value counts profits that are not taken yet, the wallet's balance does not.
    profits = sum((each.position.unrealized_pnl for each in state.asset_positions), ZERO)
    balance = Balance(
        asset=collateral,
        total=summary.account_value - profits,
        available=state.withdrawable,
        locked=summary.total_margin_used,
        wallet=wallet_of_dex(dex),
        at=at,
    )
    return [*positions, balance]


def balances_of(state: SpotState) -> Sequence[Balance]:
    """Spot tokens; what orders hold cannot be used."""
    return [
        Balance(
            asset=Asset(each.coin),
            total=each.total,
            available=each.total - each.hold,
            locked=each.hold,
            wallet=SPOT,
        )
        for each in state.balances
    ]


def mode_of(leverage: Leverage) -> MarginMode | None:
    """What secures a position, where that is told. Raises UndecodableFrame."""
    if leverage.type is None:
        return None
    mode = MARGIN_MODES.get(leverage.type)
    if mode is None:
        raise UndecodableFrame(VENUE, "leverage", f"type {leverage.type[:40]!r} is not known")
    return mode


def _position(state: PositionState, universe: Universe, at: datetime | None) -> Position:
    leverage = state.leverage
    mode = None if leverage is None else mode_of(leverage)
    return Position(
        instrument_id=universe.instrument_of(state.coin),
        quantity=state.szi,
        entry_price=_entry_price(state),
        liquidation_price=state.liquidation_px,
        leverage=None if leverage is None else leverage.value,
        margin_mode=mode,
        margin=state.margin_used if mode is MarginMode.ISOLATED else None,
        unrealised_pnl=state.unrealized_pnl,
        at=at,
    )


def _entry_price(state: PositionState) -> Decimal | None:
    """To 28 digits where it follows from what the position is worth and has gained: told, it is rounded."""
    if state.position_value is None or not state.szi:
        return state.entry_px
    gained = state.unrealized_pnl if state.szi > ZERO else -state.unrealized_pnl
    return divide(state.position_value - gained, abs(state.szi))
