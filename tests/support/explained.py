"""A figure computed anew from what its explanation shows, and from nothing else, in words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from tradebook.kernel.messages import Event
from tradebook.kernel.money import divide, plain
from tradebook.trading.events import EquityMarked, FundsDeposited, FundsWithdrawn, OrderDenied, OrderPlaced
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
            return _of_asset(inputs, name.figure, name.subject)
        case "total":
            assert all(each.name.startswith("equity:") for each in explanation.inputs)
            return plain(sum((Decimal(each.value or "nan") for each in explanation.inputs), Decimal(0)))
        case "range":
            return _of_range(inputs, name.figure, behind)
        case "limit":
            return _of_limit(inputs, name.figure, explanation, behind)
        case "fill":
            fees = [each for each in explanation.postings if each.ledger_account == "fees"]
            return plain(sum((Decimal(each.amount) for each in fees), Decimal(0)))
    return _of_equity(inputs, name.figure, behind)


def _of_equity(inputs: Inputs, figure: str, behind: Sequence[Behind]) -> Shown:
    """Of the account as a whole."""
    equity = equity_of(inputs)
    match figure:
        case "exposure":
            return plain(equity)
        case "exposure_share":
            [base] = {inputs[each].unit for each in inputs if each.startswith("price:")}
            at_risk = equity - _worth(inputs, base) if f"total:{base}" in inputs else equity
            return plain(divide(at_risk, equity)) if equity else None
        case "held_value":
            return plain(equity_of(inputs, "held"))
        case "day_pnl":
            return plain(equity - _anchor(behind, inputs["day_mark"], "day_open"))
        case "drawdown":
            peak = _anchor(behind, inputs["peak_mark"], "peak")
            return plain(divide(peak - equity, peak))
    return plain(equity)


def equity_of(inputs: Inputs, part: str = "total") -> Decimal:
    """Every total, or what is held of it, at its price."""
    assets = [each.partition(":")[2] for each in inputs if each.startswith(f"{part}:")]
    return sum((_worth(inputs, asset, part) for asset in assets), Decimal(0))


def _worth(inputs: Inputs, asset: str, part: str = "total") -> Decimal:
    amount, price = inputs[f"{part}:{asset}"].value, inputs[f"price:{asset}"].value
    return Decimal(amount or "nan") * Decimal(price or "nan")


def _of_asset(inputs: Inputs, figure: str, asset: str) -> Shown:
    match figure:
        case "price":
            price = inputs[f"price:{asset}"]
            quoted = inputs.get(f"quoted:{price.unit}")
            return plain(divide(Decimal(1), Decimal(quoted.value or "nan"))) if quoted else price.value
        case "held_value":
            return plain(_worth(inputs, asset, "held"))
        case "weight":
            equity = equity_of(inputs)
            return plain(divide(_worth(inputs, asset), equity)) if equity else None
    return plain(_worth(inputs, asset))


def _of_limit(
    inputs: Inputs, figure: str, explanation: ExplanationDocument, behind: Sequence[Behind]
) -> Shown:
    """Counts are of the events, a position is of its postings and of what may come."""
    values = {name: Decimal(each.value or "nan") for name, each in inputs.items()}
    match figure:
        case "max_open_orders" | "orders_per_minute":
            assert all(isinstance(event, OrderPlaced | OrderDenied) for _, event in behind)
            return str(len(behind))
        case "max_position_notional":
            owned = sum((Decimal(each.amount) for each in explanation.postings), Decimal(0))
            return plain((owned + values["buying"]) * values["price"] * values["quote_rate"])
    if "equity" not in values:  # it was not measured yet
        return "0"
    high, equity = values["day_open" if figure == "daily_loss" else "peak"], values["equity"]
    marked = inputs["equity"].position
    assert [event.equity for at, event in behind if at == marked and isinstance(event, EquityMarked)] in (
        [],
        [equity],
    )
    fallen = max(divide(high - equity, high), Decimal(0)) if high > 0 else Decimal(0)
    return plain(fallen.quantize(Decimal("0.000001"), ROUND_HALF_EVEN))


def _of_range(inputs: Inputs, figure: str, behind: Sequence[Behind]) -> Shown:
    """From the mark, from the deposits and withdrawals that the journal has, and from what there is now."""
    opening = _mark_before(inputs, behind) if figure != "net_flows" else Decimal(0)
    flows = {position: _flow(event, inputs, position) for position, event in behind}
    if figure == "opening":
        return plain(opening + sum(flows.values(), Decimal(0)))
    if figure == "net_flows":
        return plain(sum(flows.values(), Decimal(0)))
    # Whether a flow was before the range or in it: what it added to the opening is not profit either.
    return plain(equity_of(inputs) - opening - sum(flows.values(), Decimal(0)))


def _mark_before(inputs: Inputs, behind: Sequence[Behind]) -> Decimal:
    mark = inputs["opening_mark"]
    found = [event for position, event in behind if position == mark.position]
    if mark.position is None:
        assert (mark.value, found) == ("0", [])
        return Decimal(0)
    [event] = found
    assert isinstance(event, EquityMarked)
    assert plain(event.equity) == mark.value
    return event.equity


def _flow(event: Event, inputs: Inputs, position: str) -> Decimal:
    """In the base asset, at the rate that was recorded with it, else at the price that the inputs give."""
    if not isinstance(event, FundsDeposited | FundsWithdrawn):
        assert isinstance(event, EquityMarked)
        return Decimal(0)
    amount = event.amount if isinstance(event, FundsDeposited) else -event.amount
    assert inputs[f"flow:{position}"].value == plain(amount)
    price = inputs.get(f"rate:{position}")
    return amount * (event.rate or Decimal((price.value if price else "1") or "nan"))


def _anchor(behind: Sequence[Behind], mark: InputDocument, told: Literal["day_open", "peak"]) -> Decimal:
    """From the events that the explanation names: what the mark told, and what moved it since."""
    value = Decimal(0)
    for position, event in behind:
        match event:
            case EquityMarked():
                marked = event.day_open if told == "day_open" else event.peak
                assert (position, plain(marked)) == (mark.position, mark.value)
                value += marked
            case FundsDeposited(amount=amount, rate=rate, asset=asset) if asset == mark.unit or rate:
                value += amount * (rate or 1)
            case FundsWithdrawn(amount=amount, rate=rate, asset=asset) if asset == mark.unit or rate:
                value -= amount * (rate or 1)
            case other:
                raise AssertionError(other)
    return value


def _mark(explanation: ExplanationDocument) -> Decimal:
    """The middle of the quote, or the close that stands in for it."""
    named = {each.name: each.value for each in explanation.inputs}
    prices = [Decimal(named[each] or "nan") for each in ("bid", "ask", "close") if each in named]
    return sum(prices, Decimal(0)) / len(prices)


def _position_from_fills(explanation: ExplanationDocument, figure: str) -> Shown:
    """By average cost: a fee in the base asset leaves the position at no price."""
    if figure == "mark_price":
        return plain(_mark(explanation))
    base = next(each.unit for each in explanation.inputs if each.name in ("bought", "quantity"))
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
        case "market_value":
            return plain(quantity * _mark(explanation))
        case "unrealised_pnl":
            return plain(quantity * _mark(explanation) - (cost if quantity > 0 else -cost))
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
