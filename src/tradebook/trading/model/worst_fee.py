"""What trading the whole of an order would cost in fees at the worst rate, and how that is computed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ONE, divide, round_down, round_up
from tradebook.trading.model.inputs import FRACTION, Input
from tradebook.trading.model.proposal import Proposal
from tradebook.trading.model.workings import Working, quantity_of


class Fee(NamedTuple):
    """At the price that the order's size is judged at."""

    asset: Asset
    amount: Decimal
    rate: Decimal
    """The taker's, or for an order that only rests the maker's."""


def worst_fee(p: Proposal) -> tuple[Fee, Working] | None:
    """None where there is no price to measure by."""
    if p.notional is None:
        return None
    maker, taker = p.instrument.maker_fee_rate, p.instrument.taker_fee_rate
    rate = maker if p.terms.post_only else max(maker, taker)
    step = p.instrument.base_fee_step
    return _of_bought(p, rate, step) if p.is_buy and step is not None else _of_cost(p, p.notional, rate)


def _of_bought(p: Proposal, rate: Decimal, step: Decimal) -> tuple[Fee, Working] | None:
    """Out of what is bought, cut to the asset's smallest unit."""
    base, quote = p.instrument.base_asset, p.instrument.quote_asset
    if p.terms.quote_quantity is None:
        bought, formula = p.terms.quantity, "quantity"
        inputs: tuple[Input, ...] = (quantity_of(p),)
    elif p.reference:
        bought, formula = divide(p.terms.quote_quantity, p.reference), "notional / price_used"
        inputs = (Input("notional", p.notional, quote), Input("price_used", p.reference, quote))
    else:
        return None
    inputs = (*inputs, Input("rate", rate, FRACTION), Input("base_fee_step", step, base))
    fee = round_down(bought * rate, step)
    working = Working("fee", fee, base, f"{formula} × rate, rounded down to base_fee_step", inputs)
    return Fee(base, fee, rate), working


def _of_cost(p: Proposal, notional: Decimal, rate: Decimal) -> tuple[Fee, Working]:
    """In the quote asset. Sized in it a buy spends that much with the fee in it."""
    quote, step = p.instrument.quote_asset, p.instrument.quote_step
    fee, formula = notional * rate, "notional × rate"
    if p.is_buy and p.terms.quote_quantity is not None:
        fee, formula = divide(fee, ONE + rate), "notional × rate / (1 + rate)"
    fee = round_up(fee, step)
    inputs = (
        Input("notional", notional, quote),
        Input("rate", rate, FRACTION),
        Input("quote_step", step, quote),
    )
    return Fee(quote, fee, rate), Working("fee", fee, quote, f"{formula}, rounded up to quote_step", inputs)
