"""A position in a contract as what its trades made of it: the newest settled anew, onto what was there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ONE, ZERO, plain
from tradebook.market.values import Contract, Instrument
from tradebook.trading.model.contracts import (
    CARRIED_FOR,
    DEFAULT_LEVERAGE,
    carried_to,
    gain,
    margin_of,
    settle,
)
from tradebook.trading.model.liquidation import maintenance_margin
from tradebook.trading.model.state import Carried, ContractPosition
from tradebook.trading.orders import PositionSide, Side
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument, figure
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.positions import FOLDED_MAX
from tradebook.trading.views.explain.reading import SELECT_POSTINGS, Extent, source_document
from tradebook.trading.views.fills import fill_of
from tradebook.trading.views.ledger import posting_of
from tradebook.trading.views.marks import Mark
from tradebook.trading.views.pages import encode_cursor

if TYPE_CHECKING:
    from asyncpg import Pool, Record

_OF_POSITION = """account_id = $1 and instrument = $2 and position_side = $3 and realised is not null"""

SUM_TRADES = f"""
select count(*) as trades, coalesce(max(position), 0) as position,
       coalesce(sum(quantity) filter (where side = 'buy'), 0) as bought,
       coalesce(sum(quantity) filter (where side = 'sell'), 0) as sold
from trading.fills where {_OF_POSITION} and position <= $4
"""  # nosec B608  # a constant

SELECT_NEWEST = f"""
select position, side, quantity, price, realised, at from trading.fills
where {_OF_POSITION} and position <= $4
order by position desc limit $5
"""  # nosec B608  # a constant

# What was open when the account was connected: no trade of this book made it.
SELECT_BROUGHT_FORWARD = """
select h.quantity, h.cost, h.position from trading.contract_position_history h
join journal.events e using (position)
where h.account_id = $1 and h.instrument = $2 and h.position_side = $3 and h.position <= $4
  and e.type = 'trading.PositionBroughtForward'
"""

SELECT_MADE = """
select quantity, cost, realised from trading.contract_position_history
where account_id = $1 and instrument = $2 and position_side = $3 and position = $4
"""

SELECT_TRADES = f"""
select f.*, e.type from trading.fills f join journal.events e using (position)
where f.position < $4 and f.position in (select position from trading.fills where {_OF_POSITION})
order by f.position desc limit $5
"""  # nosec B608  # a constant

SELECT_LEVERAGE = """
select position, leverage from trading.leverages
where account_id = $1 and instrument = $2 and position <= $3 order by position desc limit 1
"""

_MARK = "mark_price: the mean of bid and ask of the last quote; as of the past the close of the newest minute"
_AVERAGE = (
    "a trade that opens adds its value to the cost, one that closes takes its share of it; where the venue "
    "told another gain, what is left of the cost makes up for it, and what no cost can take is carried to "
    f"the trades of the next {CARRIED_FOR.total_seconds():.0f} s"
)
FORMULA = {
    "quantity": "brought_forward + bought - sold. brought_forward: what was open when the account was "
    "connected",
    "average_entry_price": "the price at which the position's value is its cost, to 28 digits; none while "
    "it is flat",
    "cost": _AVERAGE,
    "realised_pnl": "the sum over closing trades of the value closed less its share of the cost, signed by "
    f"the side that was closed and rounded to settle_step, or as the venue told it; before fees. {_AVERAGE}",
    "margin": "cost / leverage, rounded up to settle_step",
    "maintenance_margin": f"value × maintenance_rate. value: |quantity| at mark_price. {_MARK}",
    "mark_price": f"{_MARK}; none where there is no price",
    "market_value": f"|quantity| at mark_price, signed as the quantity. {_MARK}",
    "unrealised_pnl": "value - cost, or cost - value where the position is a bet on its value falling, "
    f"rounded to settle_step; before fees. value: |quantity| at mark_price. {_MARK}",
}
_LINEAR = "Its value is quantity × price."
_INVERSE = "Its value is quantity × contract_size / price."


class _Held(NamedTuple):
    position: ContractPosition
    realised: Decimal
    carried: Carried | None = None


async def explain_contract(
    pool: Pool,
    of: str,
    name: FigureName,
    account_id: AccountId,
    extent: Extent,
    *,
    instrument: Instrument,
    side: PositionSide,
    mark: Mark | None,
) -> ExplanationDocument:
    """The figure after all trades of the position. Raises Unavailable while the view is behind them."""
    contract = instrument.contract
    assert contract is not None  # who calls has seen it
    key = (account_id, instrument.instrument_id, side.value)
    sums = await pool.fetchrow(SUM_TRADES, *key, extent.until)
    assert sums is not None  # sums of nothing are a row too
    begun = await pool.fetchrow(SELECT_BROUGHT_FORWARD, *key, extent.until)
    held = await _fold(pool, key, sums["position"], contract, begun)
    leverage = await pool.fetchrow(SELECT_LEVERAGE, *key[:2], extent.until)
    rows = await pool.fetch(SELECT_TRADES, *key, min(extent.before, sums["position"] + 1), extent.limit)
    postings = await pool.fetch(SELECT_POSTINGS, account_id, [row["position"] for row in rows])
    secured_by = DEFAULT_LEVERAGE if leverage is None else leverage["leverage"]
    value = _value(name.figure, held, contract, secured_by, mark)
    return ExplanationDocument(
        of=of,
        value=None if value is None else plain(value),
        unit=_unit(name.figure, instrument, contract),
        formula=f"{FORMULA[name.figure]}. {_LINEAR if contract.inverse_size is None else _INVERSE}",
        journal_position=str(
            max(sums["position"], *(row["position"] for row in (begun, leverage) if row), 0)
        ),
        inputs=[
            *_inputs(sums, begun, held, instrument, contract),
            figure("leverage", secured_by),
            *_at_mark(mark, instrument),
        ],
        events=[source_document(row) for row in rows],
        postings=[posting_of(account_id, row) for row in postings],
        fills=[fill_of(row) for row in rows],
        next_cursor=encode_cursor(rows[-1]["position"]) if len(rows) == extent.limit else None,
    )


async def _fold(
    pool: Pool, key: tuple[str, str, str], until: int, contract: Contract, begun: Record | None
) -> _Held:
    """What the trades up to a position made, at most FOLDED_MAX of them settled anew."""
    newest = await pool.fetch(SELECT_NEWEST, *key, until, FOLDED_MAX + 1)
    held = _Held(ContractPosition(), ZERO)
    if begun is not None:
        held = _Held(ContractPosition(begun["quantity"], begun["cost"]), ZERO)
    if len(newest) > FOLDED_MAX:
        made = await pool.fetchrow(SELECT_MADE, *key, newest.pop()["position"])
        if made is None:
            raise Unavailable("view_behind", "The view of contracts is behind; ask again.")
        held = _Held(ContractPosition(made["quantity"], made["cost"]), made["realised"])
    return _folded(held, newest[::-1], contract)


def _folded(held: _Held, trades: Sequence[Record], contract: Contract) -> _Held:
    for trade in trades:
        made = settle(
            held.position,
            contract,
            Side(trade["side"]),
            trade["quantity"],
            trade["price"],
            leverage=ONE,
            told=trade["realised"],
            carried=carried_to(trade["at"], held.carried),
        )
        carried = Carried(made.carried, trade["at"]) if made.carried else None
        held = _Held(ContractPosition(made.quantity, made.cost), held.realised + made.realised, carried)
    return held


def _value(
    measure: str, held: _Held, contract: Contract, leverage: Decimal, mark: Mark | None
) -> Decimal | None:
    """None where there is none."""
    quantity, cost = held.position.quantity, held.position.cost
    match measure:
        case "quantity":
            return quantity
        case "cost":
            return cost
        case "realised_pnl":
            return held.realised
        case "margin":
            return margin_of(cost, leverage, contract)
        case "average_entry_price":
            return contract.price_of(abs(quantity), cost) if quantity else None
    if mark is None:
        return None
    if measure == "mark_price":
        return mark.price
    if measure == "market_value":
        return contract.value(quantity, mark.price)
    if measure == "maintenance_margin":
        return maintenance_margin(contract, quantity, mark.price)
    return gain(contract, quantity, cost, mark.price)


def _unit(measure: str, instrument: Instrument, contract: Contract) -> str:
    match measure:
        case "quantity":
            return instrument.base_asset if contract.inverse_size is None else ""
        case "average_entry_price" | "mark_price":
            return instrument.quote_asset
    return contract.settle_asset


def _inputs(
    sums: Record, begun: Record | None, held: _Held, instrument: Instrument, contract: Contract
) -> list[InputDocument]:
    unit, settled_in = _unit("quantity", instrument, contract), contract.settle_asset
    size = contract.inverse_size
    brought_forward = (
        []
        if begun is None
        else [
            figure("brought_forward", begun["quantity"], unit, position=str(begun["position"])),
            figure("opened_for", begun["cost"], settled_in, position=str(begun["position"])),
        ]
    )
    return [
        *brought_forward,
        figure("bought", sums["bought"], unit),
        figure("sold", sums["sold"], unit),
        figure("quantity", held.position.quantity, unit),
        figure("cost", held.position.cost, settled_in),
        *([] if size is None else [figure("contract_size", size, instrument.quote_asset)]),
        figure("settle_step", contract.settle_step, settled_in),
        figure("maintenance_rate", contract.maintenance_rate),
        figure("trades", Decimal(sums["trades"])),
    ]


def _at_mark(mark: Mark | None, instrument: Instrument) -> list[InputDocument]:
    """The prices that it is marked at, where the figure is measured by them."""
    if mark is None:
        return []
    return [
        InputDocument(
            name=name,
            value=plain(price),
            unit=instrument.quote_asset,
            source=instrument.instrument_id,
            at=mark.at,
        )
        for name, price in mark.prices.items()
    ]
