"""How the figures of a preview are computed, each with its formula and all that it takes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO, round_half_even
from tradebook.trading.model.holds import price_before_slippage, protection_price, slippage_of
from tradebook.trading.model.inputs import FRACTION, Input
from tradebook.trading.model.measures import SHOWN_TO, Usage
from tradebook.trading.model.proposal import Proposal
from tradebook.trading.model.state import Account
from tradebook.trading.orders import Hold, Side


class Working(NamedTuple):
    """A figure, its formula, and the inputs that give it."""

    name: str
    value: Decimal
    unit: str
    formula: str
    inputs: tuple[Input, ...]


def of_notional(p: Proposal) -> Iterable[Working]:
    """Its size in the quote asset; none where there is no price to measure by."""
    quote, terms = p.instrument.quote_asset, p.terms
    if p.notional is None:
        return
    if terms.quote_quantity is not None:
        inputs: tuple[Input, ...] = (Input("quote_quantity", terms.quote_quantity, quote),)
        yield Working("notional", p.notional, quote, "quote_quantity", inputs)
        return
    inputs = (quantity_of(p), Input("price_used", p.reference, quote))
    yield Working("notional", p.notional, quote, "quantity × price_used", inputs)


def of_hold(p: Proposal, covered: Decimal) -> Iterable[Working]:
    """What it adds to the account's holds beyond what its OCO group covers; none without a price."""
    formula, inputs = _need(p)
    if any(each.value is None for each in inputs):
        return
    if covered:
        formula = (
            f"need - covered, or 0 where that is less. need: {formula}. covered: what its OCO group holds"
        )
        inputs = (*inputs, Input("covered", covered, p.hold_asset))
    yield Working("hold", p.hold, p.hold_asset, formula, inputs)


def of_available(account: Account, hold: Hold, asset: Asset, after: Decimal) -> Working:
    """What can be spent of an asset once the order is placed."""
    now = account.balance(asset).available
    inputs: tuple[Input, ...] = (Input("available", now, asset),)
    if now == after:
        return Working(f"available:{asset}", after, asset, "available, of which nothing is set aside", inputs)
    inputs = (*inputs, Input("hold", hold.amount, hold.asset))
    return Working(f"available:{asset}", after, asset, "available - hold", inputs)


def of_share(usage: Usage) -> Working:
    """How much of a limit it would use."""
    share = round_half_even(usage.share or ZERO, SHOWN_TO)
    formula = f"used / limit, rounded half to even to 6 decimals. used: {usage.formula}"
    inputs = (*usage.inputs, Input("limit", usage.limit, usage.unit))
    return Working(f"limit:{usage.name}", share, FRACTION, formula, inputs)


def _need(p: Proposal) -> tuple[str, tuple[Input, ...]]:
    """Sells hold what they sell. Buys hold what they could cost at worst."""
    terms, instrument, limits = p.terms, p.instrument, p.account.limits
    quote = instrument.quote_asset
    worst = protection_price(terms, p.seen, limits)
    if terms.quote_quantity is not None:
        spent = Input("quote_quantity", terms.quote_quantity, quote)
        if terms.side is Side.BUY:
            return "quote_quantity, with any fee on top in it", (spent,)
        least = (Input("worst_price", worst, quote), Input("lot_size", instrument.lot_size, p.hold_asset))
        return "quote_quantity / worst_price, rounded up to lot_size", (spent, *least)
    if terms.side is Side.SELL:
        return "quantity", (quantity_of(p),)
    formula = "{} × (1 + fee_rate_on_cost) × quantity, rounded up to quote_step"
    common = (
        Input("fee_rate_on_cost", instrument.fee_rate_on_cost, FRACTION),
        quantity_of(p),
        Input("quote_step", instrument.quote_step, quote),
    )
    if terms.price is not None:
        return formula.format("price"), (Input("price", terms.price, quote), *common)
    slipping = (
        Input("price_before_slippage", price_before_slippage(terms, p.seen), quote),
        Input("slippage", slippage_of(limits), FRACTION),
    )
    return formula.format("price_before_slippage × (1 + slippage)"), (*slipping, *common)


def quantity_of(p: Proposal) -> Input:
    """How much is to be traded."""
    return Input("quantity", p.terms.quantity, p.instrument.base_asset)
