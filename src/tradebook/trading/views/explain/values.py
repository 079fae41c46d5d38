"""What one asset of an account is worth: its price, its value, and how much of the whole that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import divide, multiply, plain
from tradebook.trading.views.explain.balances import explain_balance
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.ledger import balance_document
from tradebook.trading.views.marked_contracts import MarkedContract
from tradebook.trading.views.valuation import Valuation, Valued

if TYPE_CHECKING:
    from asyncpg import Pool

EQUITY = "the sum over all assets of (total + unrealised) × price, as far as a price is known"
_PRICE = "price: of one unit in the account's base asset, the last one or as of the past the recorded one"
FORMULA = {
    "value": "(total + unrealised) × price. total: the sum of the postings to available, held and margin. "
    "unrealised: what open contracts that settle in the asset have gained",
    "price": f"{_PRICE}; where an instrument quotes it the other way round, 1 / quoted to 28 digits",
    "held_value": f"held × price, exactly. {_PRICE}",
    "weight": "value / equity to 28 digits; none where equity is zero. value: (total + unrealised) × price. "
    f"equity: {EQUITY}",
    "margin_ratio": "maintenance_margin / (total + unrealised) to 28 digits, each summed over all contracts "
    "that settle in the asset; none where it secures none. At 1 they are liquidated",
}


async def explain_value(
    pool: Pool, of: str, name: FigureName, valuation: Valuation, extent: Extent
) -> ExplanationDocument:
    """One balance in the base asset, with the postings behind the balance; a price has none."""
    part = "held" if name.figure == "held_value" else "total"
    balance = await explain_balance(pool, of, FigureName("balance", name.owner, name.subject, part), extent)
    valued = next((each for each in valuation.items if each.balance.asset == name.subject), None)
    value = _value(name.figure, valuation, valued or _nothing(valuation, name.subject))
    if name.figure == "price":
        balance = msgspec.structs.replace(
            balance, journal_position="0", events=[], postings=[], next_cursor=None
        )
    return msgspec.structs.replace(
        balance,
        value=None if value is None else plain(value),
        unit="" if name.figure in ("weight", "margin_ratio") else valuation.base_asset,
        formula=FORMULA[name.figure],
        inputs=[] if valued is None else _inputs(name.figure, valuation, valued),
    )


def inputs_of_equity(valuation: Valuation) -> list[InputDocument]:
    """The total and the price of every asset."""
    return [each for valued in valuation.items for each in worth_of(valuation, valued)]


def worth_of(valuation: Valuation, valued: Valued) -> Iterable[InputDocument]:
    """All that makes the worth of an asset: how much there is, what contracts gained in it, its price."""
    yield total_of(valuation, valued, "total")
    yield from gains_of(valuation, valued)
    yield from prices_of(valuation, valued)


def gains_of(valuation: Valuation, valued: Valued) -> Iterable[InputDocument]:
    """What each contract that settles in the asset has gained."""
    for each in valued.contracts:
        yield of_contract(valuation, each, "unrealised", "unrealised_pnl", each.gained)


def margins_of(valuation: Valuation, contracts: Sequence[MarkedContract]) -> list[InputDocument]:
    """What must be left to secure each of these."""
    measure = "maintenance_margin"
    return [
        of_contract(
            valuation,
            each,
            measure,
            measure,
            None if each.at_mark is None else each.at_mark.maintenance_margin,
        )
        for each in contracts
    ]


def of_contract(
    valuation: Valuation, contract: MarkedContract, name: str, measure: str, value: Decimal | None
) -> InputDocument:
    """A figure of an open contract as an input, in its settle asset."""
    asset = contract.held.asset
    return InputDocument(
        name=f"{name}:{asset}:{contract.of}",
        value=None if value is None else plain(value),
        unit=asset,
        of=f"position:{valuation.account_id}:{contract.of}:{measure}",
    )


def equity_input(valuation: Valuation, name: str = "equity") -> InputDocument:
    """What the account is worth, as an input of a figure made of it."""
    of = f"equity:{valuation.account_id}:equity"
    return figure(name, valuation.equity, valuation.base_asset, of=of)


def total_of(valuation: Valuation, valued: Valued, part: str) -> InputDocument:
    """How much there is of an asset, or how much of that is held."""
    asset = valued.balance.asset
    return InputDocument(
        name=f"{part}:{asset}",
        value=valued.balance.held if part == "held" else valued.balance.total,
        unit=asset,
        of=f"balance:{valuation.account_id}:{asset}:{part}",
    )


def prices_of(valuation: Valuation, valued: Valued) -> Iterable[InputDocument]:
    """Its price; what is the inverse of another price has that one too."""
    asset, rate, base_asset = valued.balance.asset, valued.rate, valuation.base_asset
    yield InputDocument(
        name=f"price:{asset}",
        value=None if rate is None else plain(rate.value),
        unit=base_asset,
        source=None if rate is None else rate.instrument_id,
        at=None if rate is None else rate.at,
    )
    if rate is not None and rate.is_inverse:
        yield InputDocument(
            name=f"quoted:{base_asset}",
            value=plain(rate.price),
            unit=asset,
            source=rate.instrument_id,
            at=rate.at,
        )


def _nothing(valuation: Valuation, asset: str) -> Valued:
    """What the account never had."""
    zero = Decimal(0)
    return Valued(balance_document(valuation.account_id, Asset(asset), available=zero, held=zero), None)


def _value(measure: str, valuation: Valuation, valued: Valued) -> Decimal | None:
    rate, value = valued.rate, valued.value
    match measure:
        case "price":
            return None if rate is None else rate.value
        case "held_value":
            return held_value(valued)
        case "weight":
            return None if value is None or not valuation.equity else divide(value, valuation.equity)
        case "margin_ratio":
            return valued.margin_ratio
    return value


def held_value(valued: Valued) -> Decimal | None:
    """What open orders set aside of the asset, in the base asset; nothing is worth nothing."""
    held = Decimal(valued.balance.held)
    if not held:
        return held
    return None if valued.rate is None else multiply(held, valued.rate.value)


def _inputs(measure: str, valuation: Valuation, valued: Valued) -> list[InputDocument]:
    prices = list(prices_of(valuation, valued))
    match measure:
        case "price":
            return prices
        case "held_value":
            return [total_of(valuation, valued, "held"), *prices]
        case "weight":
            return [*inputs_of_equity(valuation), equity_input(valuation)]
        case "margin_ratio":
            margins = margins_of(valuation, valued.contracts)
            return [total_of(valuation, valued, "total"), *gains_of(valuation, valued), *margins]
    return list(worth_of(valuation, valued))
