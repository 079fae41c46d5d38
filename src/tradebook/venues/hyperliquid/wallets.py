"""The wallets of an account at Hyperliquid, and how money moves between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.venues.messages.account import BalanceChange, BalanceReason

PERP, SPOT = "perp", "spot"
STAKING, DELEGATED, UNSTAKING = "staking", "delegated", "unstaking"


class Move(NamedTuple):
    """An amount in or out of a wallet; negative: out."""

    asset: Asset
    amount: Decimal
    reason: BalanceReason
    wallet: str
    fee: Decimal = ZERO


def wallet_of_dex(dex: str) -> str:
    """``perp`` for the venue's own, ``perp:xyz`` for a builder's; ``spot`` calls itself a dex too."""
    if dex == SPOT:
        return SPOT
    return f"{PERP}:{dex}" if dex else PERP


def told(transaction: str) -> str:
    """The hash of a transaction, unless it is the zero that stands for none."""
    return transaction if transaction.strip("0x") else ""


def across(told: Sequence[BalanceChange], wallets: Collection[str]) -> Sequence[BalanceChange]:
    """What some wallets have together more or less: not what went from one of them to another."""
    kept = [each for each in told if each.wallet in wallets]
    sums: defaultdict[tuple[str, datetime, Asset], Decimal] = defaultdict(Decimal)
    for each in kept:
        if each.reason is BalanceReason.TRANSFER:
            sums[each.reference, each.at, each.asset] += each.amount
    between = {which for which, amount in sums.items() if not amount}
    return [
        each
        for each in kept
        if each.reason is not BalanceReason.TRANSFER or (each.reference, each.at, each.asset) not in between
    ]


def changes(moves: Sequence[Move], *, transaction: str, at: datetime) -> Sequence[BalanceChange]:
    """What moved, without the fees that were nothing."""
    return [
        BalanceChange(
            asset=move.asset,
            amount=move.amount,
            reason=move.reason,
            reference=told(transaction),
            fee=move.fee,
            wallet=move.wallet,
            at=at,
        )
        for move in moves
        if move.amount
    ]
