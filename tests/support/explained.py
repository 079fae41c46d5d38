"""A figure computed anew from what its explanation shows, and from nothing else, in words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tradebook.kernel.messages import Event
from tradebook.kernel.money import divide, plain
from tradebook.trading.events import EquityMarked, FundsDeposited, FundsWithdrawn
from tradebook.trading.orders import Side
from tradebook.trading.views.explain import ExplanationDocument, parse_figure
from tradebook.trading.views.explain.documents import InputDocument

Shown = str | None
Behind = tuple[str, Event]
"""An event behind a figure, with its position."""
Inputs = Mapping[str, InputDocument]


def recomputed(explanation: ExplanationDocument, behind: Sequence[Behind] = ()) -> Shown:
    """The figure. ``behind`` has the events that the explanation names; figures of equity need them."""
    name = parse_figure(explanation.of)
    inputs = {each.name: each for each in explanation.inputs}
    match name.kind:
        case "balance":
            return plain(sum((Decimal(each.amount) for each in explanation.postings), Decimal(0)))
        case "position":
            return _position_from_fills(explanation, name.figure)
        case "order":
            return _order_from_fills(explanation, name.figure, name.subject)
        case "valuation":
            return plain(_worth(inputs, name.subject))
    equity = equity_of(inputs)
    match name.figure:
        case "day_pnl":
            return plain(equity - _anchor(behind, inputs["day_mark"]))
        case "drawdown":
            peak = _anchor(behind, inputs["peak_mark"])
            return plain(divide(peak - equity, peak))
    return plain(equity)


def equity_of(inputs: Inputs) -> Decimal:
    """Every total at its price."""
    assets = [each[6:] for each in inputs if each.startswith("total:")]
    return sum((_worth(inputs, asset) for asset in assets), Decimal(0))


def _worth(inputs: Inputs, asset: str) -> Decimal:
    return Decimal(inputs[f"total:{asset}"].value or "nan") * Decimal(inputs[f"price:{asset}"].value or "nan")


def _anchor(behind: Sequence[Behind], mark: InputDocument) -> Decimal:
    """From the events that the explanation names: the mark, and what moved it since."""
    value = Decimal(0)
    for position, event in behind:
        match event:
            case EquityMarked(equity=equity):
                assert (position, plain(equity)) == (mark.position, mark.value)
                value += equity
            case FundsDeposited(amount=amount, rate=rate, asset=asset) if asset == mark.unit or rate:
                value += amount * (rate or 1)
            case FundsWithdrawn(amount=amount, rate=rate, asset=asset) if asset == mark.unit or rate:
                value -= amount * (rate or 1)
            case other:
                raise AssertionError(other)
    return value


def _position_from_fills(explanation: ExplanationDocument, figure: str) -> Shown:
    """By average cost: a fee in the base asset leaves the position at no price."""
    base = next(each.unit for each in explanation.inputs if each.name == "bought")
    quantity = cost = realised = Decimal(0)
    for fill in reversed(explanation.fills):
        size, price = Decimal(fill.quantity), Decimal(fill.price)
        way = Decimal(1) if fill.side is Side.BUY else Decimal(-1)
        closed = min(size, abs(quantity)) if quantity * way < 0 else Decimal(0)
        if closed:
            share = cost if closed == abs(quantity) else divide(cost * closed, abs(quantity))
            realised += (share - closed * price) * way
            cost -= share
        quantity += way * size - (Decimal(fill.fee) if fill.fee_asset == base else 0)
        cost = cost + (size - closed) * price if quantity else Decimal(0)
    match figure:
        case "quantity":
            return plain(quantity)
        case "cost":
            return plain(cost)
        case "realised_pnl":
            return plain(realised)
    return plain(divide(cost, abs(quantity))) if quantity else None


def _order_from_fills(explanation: ExplanationDocument, figure: str, asset: str) -> Shown:
    fills = [(Decimal(fill.quantity), Decimal(fill.price)) for fill in explanation.fills]
    quantity = sum((size for size, _ in fills), Decimal(0))
    if figure == "filled_quantity":
        return plain(quantity)
    if figure == "average_price":
        value = sum((size * price for size, price in fills), Decimal(0))
        return plain(divide(value, quantity)) if quantity else None
    fees = (Decimal(fill.fee) for fill in explanation.fills if fill.fee_asset == asset)
    return plain(sum(fees, Decimal(0)))
