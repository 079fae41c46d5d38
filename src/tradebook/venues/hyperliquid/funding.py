"""Funding that an account paid or received: once an hour and position."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.pages import Page
from tradebook.venues.hyperliquid.reading import decode, reading, time_of
from tradebook.venues.hyperliquid.symbols import TakesCoin, Universe, any_coin
from tradebook.venues.hyperliquid.wallets import told
from tradebook.venues.messages.account import FundingPayment


class Funding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``usdc`` is signed, negative when paid, and in the dex's collateral whatever its name says."""

    coin: str
    usdc: Decimal
    funding_rate: Decimal
    szi: Decimal | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class PushedFunding(Funding, frozen=True, kw_only=True, rename="camel"):
    """Pushed, it has its time beside the rest."""

    time: int


class FundingLine(msgspec.Struct, frozen=True):
    """Asked for, it is the change that a line tells."""

    time: int
    delta: Funding
    hash: str = ""


def decode_funding(data: bytes, universe: Universe) -> Sequence[FundingPayment]:
    """The answer to ``userFunding``. Raises UndecodableFrame."""
    return decode_funding_page(data, universe, takes=any_coin).lines


def decode_funding_page(data: bytes, universe: Universe, *, takes: TakesCoin) -> Page[FundingPayment]:
    """The same, of some coins. Raises UndecodableFrame."""
    lines = decode(data, list[FundingLine], "userFunding")
    with reading("userFunding"):
        payments = [
            payment_of(each.delta, each.time, universe, transaction=each.hash)
            for each in lines
            if takes(each.delta.coin)
        ]
    return Page(payments, len(lines), time_of(max(each.time for each in lines)) if lines else None)


def payment_of(funding: Funding, time: int, universe: Universe, *, transaction: str = "") -> FundingPayment:
    """One payment. Raises KeyError for a coin that is not listed."""
    return FundingPayment(
        instrument_id=universe.instrument_of(funding.coin),
        asset=universe.settle_asset_of(funding.coin),
        amount=funding.usdc,
        rate=funding.funding_rate,
        quantity=funding.szi,
        reference=told(transaction),
        at=time_of(time),
    )
