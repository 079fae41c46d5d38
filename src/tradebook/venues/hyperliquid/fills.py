"""Fills of an account. A fee may be in the token that was bought; a rebate is a negative fee."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import Liquidity
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.pages import Page
from tradebook.venues.hyperliquid.reading import SIDES, decode, reading, time_of
from tradebook.venues.hyperliquid.statuses import CAUSES
from tradebook.venues.hyperliquid.symbols import TakesCoin
from tradebook.venues.messages.account import Cause, Execution
from tradebook.venues.symbols import Symbols


class FillLiquidation(msgspec.Struct, frozen=True, rename="camel"):
    """Stands with the fills of both sides of a liquidation."""

    liquidated_user: str | None = None


class Fill(msgspec.Struct, frozen=True, rename="camel"):
    coin: str
    px: Decimal
    sz: Decimal
    side: str
    time: int
    oid: int
    tid: int | str
    crossed: bool
    fee: Decimal
    closed_pnl: Decimal | None = None
    dir: str = ""
    cloid: str | None = None
    fee_token: str | None = None
    liquidation: FillLiquidation | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class TwapSliceFill(msgspec.Struct, frozen=True):
    """A fill of an order that the venue itself cut into slices."""

    fill: Fill


def decode_fills(data: bytes, symbols: Symbols, *, owner: str) -> Sequence[Execution]:
    """The answer to ``userFills`` or ``userFillsByTime`` of ``owner``'s address. Raises UndecodableFrame.

    Never ask for them aggregated by time: that makes other fills, with other ids.
    """
    return executions_of(decode(data, list[Fill], "userFills"), symbols, owner, "userFills")


def decode_fills_page(data: bytes, symbols: Symbols, *, owner: str, takes: TakesCoin) -> Page[Execution]:
    """The answer to ``userFillsByTime``: the fills of some coins. Raises UndecodableFrame."""
    fills = decode(data, list[Fill], "userFillsByTime")
    taken = [each for each in fills if takes(each.coin)]
    return Page(
        executions_of(taken, symbols, owner, "userFillsByTime"),
        len(fills),
        time_of(max(each.time for each in fills)) if fills else None,
    )


def decode_twap_fills(data: bytes, symbols: Symbols, *, owner: str) -> Sequence[Execution]:
    """The answer to ``userTwapSliceFills``. Raises UndecodableFrame."""
    slices = decode(data, list[TwapSliceFill], "userTwapSliceFills")
    return executions_of([each.fill for each in slices], symbols, owner, "userTwapSliceFills")


def executions_of(fills: Sequence[Fill], symbols: Symbols, owner: str, what: str) -> Sequence[Execution]:
    """Fills in our words. Raises UndecodableFrame for a coin that is not listed: a fill is never left out."""
    with reading(what):
        return [_execution(fill, symbols, owner.lower()) for fill in fills]


def _execution(fill: Fill, symbols: Symbols, owner: str) -> Execution:
    return Execution(
        # Conversions of dust all bear the trade id 0: only with the order it names one fill.
        fill_id=f"{fill.oid}:{fill.tid}",
        instrument_id=symbols.instrument_of(fill.coin),
        venue_order_id=str(fill.oid),
        client_order_id=fill.cloid or "",
        side=SIDES[fill.side],
        quantity=fill.sz,
        price=fill.px,
        fee=fill.fee,
        fee_asset=None if fill.fee_token is None else Asset(fill.fee_token),
        liquidity=Liquidity.TAKER if fill.crossed else Liquidity.MAKER,
        realised_pnl=fill.closed_pnl,
        cause=_cause_of(fill, owner),
        at=time_of(fill.time),
    )


def _cause_of(fill: Fill, owner: str) -> Cause:
    liquidated = None if fill.liquidation is None else fill.liquidation.liquidated_user
    if liquidated is not None and liquidated.lower() == owner:
        return Cause.LIQUIDATION
    return CAUSES.get(fill.dir, Cause.ORDER)
