"""Risk limits of an account and the presets they start from, and its dead man's switch."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.messages import Value


class AccountState(StrEnum):
    """What an account may do: everything, only lessen exposure, or nothing."""

    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"


class RiskLimits(Value, frozen=True, kw_only=True):
    """Limits checked before every order. ``None`` means that the limit is off. Money is in the base asset."""

    max_order_notional: Decimal | None = None
    max_position_notional: Decimal | None = None
    price_collar: Decimal | None = Decimal("0.10")
    """How much worse than the price seen an order's price may be, as a fraction of it. A conditional order's
    limit is measured from its own stop price. It is also how far a market order and a triggered buy may slip:
    what would trade beyond is cancelled."""
    daily_loss: Decimal | None = Decimal("0.05")
    """Largest loss since 00:00 UTC, as a fraction of the equity then, or of what was paid in that day."""
    drawdown: Decimal | None = Decimal("0.20")
    """Largest fall from the highest equity, as a fraction of it."""
    max_leverage: Decimal | None = Decimal(10)
    """How many times its margin a position in a contract may be worth where an order adds to it."""
    orders_per_minute: int | None = None
    max_open_orders: int | None = 1000
    price_age_s_max: int = 30
    """An older price denies market and conditional orders; where an order names no price of its own, an older
    quote does, however fresh the last trade is."""
    allowed_instruments: tuple[InstrumentId, ...] = ()
    """Empty: all."""


FRACTIONS = ("price_collar", "daily_loss", "drawdown")
"""Limits that are a share of something: 0.05 for 5 %, and below 1, which would be all of it."""


class LimitChanges(Value, frozen=True, kw_only=True):
    """Limits to change, named as in RiskLimits: what is unset stays, ``None`` switches a limit off."""

    max_order_notional: Decimal | UnsetType | None = UNSET
    max_position_notional: Decimal | UnsetType | None = UNSET
    price_collar: Decimal | UnsetType | None = UNSET
    daily_loss: Decimal | UnsetType | None = UNSET
    drawdown: Decimal | UnsetType | None = UNSET
    max_leverage: Decimal | UnsetType | None = UNSET
    orders_per_minute: int | UnsetType | None = UNSET
    max_open_orders: int | UnsetType | None = UNSET
    price_age_s_max: int | UnsetType = UNSET
    allowed_instruments: tuple[InstrumentId, ...] | UnsetType = UNSET

    def applied_to(self, limits: RiskLimits) -> RiskLimits:
        """The limits that are in force after the change."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        return msgspec.structs.replace(
            limits, **{name: value for name, value in fields.items() if value is not UNSET}
        )


class DeadMansSwitch(Value, frozen=True, kw_only=True):
    """The venue is to cancel all orders of the account when it has heard nothing of us for a while."""

    after_s: int
    when_stopped: bool = False
    """Also where the server was stopped on purpose; else that lifts the switch."""


class SwitchTerms(Value, frozen=True, kw_only=True):
    """What a venue has of the kind."""

    after_s_min: int
    after_s_max: int
    caution: str
    """What its owner has to know of it there, in sentences."""


DEFAULT_LIMITS = RiskLimits(max_position_notional=Decimal(50_000))
"""The preset of the multi-exchange trader: position 50,000, daily loss 5 %, drawdown 20 %."""

CAREFUL_LIMITS = RiskLimits(
    max_order_notional=Decimal(1_000), max_position_notional=Decimal(1_000), price_collar=Decimal("0.01")
)
"""The preset *careful*: position 1,000, slippage 1 %."""
