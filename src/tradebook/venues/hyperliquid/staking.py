"""What moved between the staking wallets, all of it in HYPE."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.reading import VENUE, decode, time_of
from tradebook.venues.hyperliquid.wallets import DELEGATED, STAKING, UNSTAKING, Move, changes
from tradebook.venues.messages.account import BalanceChange, BalanceReason

HYPE = Asset("HYPE")


class Delegation(msgspec.Struct, frozen=True, rename="camel"):
    amount: Decimal
    is_undelegate: bool

    def __post_init__(self) -> None:
        require_finite(self)


class StakingDeposit(msgspec.Struct, frozen=True):
    amount: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


class Unstaking(msgspec.Struct, frozen=True):
    """It takes days: asked for in one line, done in another."""

    amount: Decimal
    phase: Literal["initiated", "finalized"]

    def __post_init__(self) -> None:
        require_finite(self)


class StakingDelta(msgspec.Struct, frozen=True, rename="camel"):
    """One of the three."""

    delegate: Delegation | None = None
    c_deposit: StakingDeposit | None = None
    withdrawal: Unstaking | None = None


class StakingLine(msgspec.Struct, frozen=True):
    time: int
    hash: str
    delta: StakingDelta


def decode_staking(data: bytes) -> Sequence[BalanceChange]:
    """The answer to ``delegatorHistory``. Raises UndecodableFrame.

    What came from the spot wallet or went back to it is told by the ledger too, from that wallet's side.
    """
    lines = decode(data, list[StakingLine], "delegatorHistory")
    return [
        change
        for line in lines
        for change in changes(_moves(line.delta), transaction=line.hash, at=time_of(line.time))
    ]


def _moves(delta: StakingDelta) -> Sequence[Move]:
    if (delegate := delta.delegate) is not None:
        return (
            _between(DELEGATED, STAKING, delegate.amount)
            if delegate.is_undelegate
            else _between(STAKING, DELEGATED, delegate.amount)
        )
    if delta.c_deposit is not None:
        return [_in_or_out(STAKING, delta.c_deposit.amount)]
    if (out := delta.withdrawal) is not None:
        if out.phase == "initiated":
            return _between(STAKING, UNSTAKING, out.amount)
        return [_in_or_out(UNSTAKING, -out.amount)]
    raise UndecodableFrame(VENUE, "delegatorHistory", "a delta that is not known")


def _between(source: str, target: str, amount: Decimal) -> Sequence[Move]:
    return [_in_or_out(source, -amount), _in_or_out(target, amount)]


def _in_or_out(wallet: str, amount: Decimal) -> Move:
    return Move(HYPE, amount, BalanceReason.TRANSFER, wallet)
