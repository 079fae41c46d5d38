"""What Bybit says of executions. Funding comes among them and is none."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import Liquidity, Side
from tradebook.venues.bybit.orders import CAUSES, SIDES
from tradebook.venues.bybit.position_modes import OfFill, one_way
from tradebook.venues.bybit.symbols import Category, Markets, category_named
from tradebook.venues.bybit.wire.account import Fill
from tradebook.venues.bybit.wire.base import VENUE, moment_of, told, word_of
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import Cause, Execution, FundingPayment
from tradebook.venues.messages.instruments import ListedInstrument

EXEC_CAUSES: dict[str, Cause | None] = {
    "Trade": Cause.ORDER,
    "AdlTrade": Cause.DELEVERAGING,
    "Funding": None,
    "BustTrade": Cause.LIQUIDATION,
    "Delivery": Cause.SETTLEMENT,
    "Settle": Cause.SETTLEMENT,
    "BlockTrade": Cause.ORDER,
    "MovePosition": Cause.ORDER,
    "FutureSpread": Cause.ORDER,
}
"""https://bybit-exchange.github.io/docs/v5/enum#exectype; None is no fill. ``UNKNOWN``, of accounts that are
no more, is left out: nobody could say what it did."""


SIGNS = {"Buy": 1, "Sell": -1}


def execution_of(
    markets: Markets, fill: Fill, category: Category | None, of_fill: OfFill = one_way
) -> Execution | FundingPayment:
    """One fill, or funding. A stream's fill names its category; a REST answer's is the one asked for.

    ``of_fill`` knows of which position a fill of a contract is. Both sides of a trade have the same
    ``execId``, so the side is part of our fill id: an account that trades with itself has two fills. Raises
    UndecodableFrame.
    """
    category = category or category_named(fill.category, "execution.category")
    listed = markets.listed(category, fill.symbol, "execution.symbol")
    cause = word_of(EXEC_CAUSES, fill.exec_type, "execution.execType")
    fee = told(fill.exec_fee, "execution.execFee")
    if cause is None:
        return _funding(fill, listed, fee)
    if cause is Cause.ORDER:
        cause = CAUSES.get(fill.create_type, Cause.ORDER)
    side = word_of(SIDES, fill.side, "execution.side")
    closes = bool(told(fill.closed_size, "execution.closedSize"))
    which = one_way if category is Category.SPOT else of_fill
    return Execution(
        fill_id=fill_id_of(fill.exec_id, side),
        instrument_id=listed.instrument.instrument_id,
        venue_order_id=fill.order_id,
        client_order_id=fill.order_link_id,
        side=side,
        quantity=fill.exec_qty,
        price=fill.exec_price,
        fee=fee,
        fee_asset=None if fee is None else _fee_asset(fill, listed, side, category),
        liquidity=Liquidity.MAKER if fill.is_maker else Liquidity.TAKER,
        position_side=which(listed.instrument.instrument_id, side, closes),
        realised_pnl=told(fill.exec_pnl, "execution.execPnl"),
        cause=cause,
        leaves=told(fill.leaves_qty, "execution.leavesQty"),
        at=moment_of(fill.exec_time, "execution.execTime"),
    )


def fill_id_of(execution_id: str, side: Side) -> str:
    """Our id of a fill, by Bybit's of the trade."""
    return f"{execution_id}:{side.value}"


def _funding(fill: Fill, listed: ListedInstrument, fee: Decimal | None) -> FundingPayment:
    if fee is None:
        raise UndecodableFrame(VENUE, "execution.execFee", "funding without an amount")
    return FundingPayment(
        instrument_id=listed.instrument.instrument_id,
        asset=Asset(fill.fee_currency) if fill.fee_currency else listed.settle_asset,
        # A fee is positive when it is paid, a payment when it is received.
        amount=-fee,
        rate=told(fill.fee_rate, "execution.feeRate"),
        # The side is that of the position.
        quantity=fill.exec_qty * word_of(SIGNS, fill.side, "execution.side"),
        reference=fill.exec_id,
        at=moment_of(fill.exec_time, "execution.execTime"),
    )


def _fee_asset(fill: Fill, listed: ListedInstrument, side: Side, category: Category) -> Asset:
    if fill.fee_currency:
        return Asset(fill.fee_currency)
    if category is not Category.SPOT:
        return listed.settle_asset
    # Who buys pays in what is bought, who sells in what comes in; a rebate comes the other way around
    # (https://bybit-exchange.github.io/docs/v5/enum#spot-fee-currency-instruction).
    rate = told(fill.fee_rate, "execution.feeRate")
    is_rebate = fill.is_maker and rate is not None and rate < 0
    pays_in_base = (side is Side.BUY) is not is_rebate
    return listed.instrument.base_asset if pays_in_base else listed.instrument.quote_asset
