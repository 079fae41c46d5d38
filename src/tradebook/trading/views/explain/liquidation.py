"""Where a position in a contract is liquidated: what secures it, against what must be left."""

from __future__ import annotations

import msgspec

from tradebook.kernel.money import plain
from tradebook.market.values import Instrument
from tradebook.trading.views.explain.documents import ExplanationDocument, InputDocument
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.values import margins_of, of_contract, total_of
from tradebook.trading.views.valuation import Valuation

FORMULA = (
    "the price at which total + unrealised = maintenance_margin, each summed over all contracts "
    "that settle in the asset, while the others stay; none where no price is. A position that gains as its "
    "value grows is worth (cost - backing) / (1 - maintenance_rate) there, any other one (cost + backing) / "
    "(1 + maintenance_rate). backing: total + unrealised - maintenance_margin, of the others"
)
_PRICE = {
    True: "Its price is value / |quantity|.",
    False: "Its price is |quantity| × contract_size / value.",
}


def explain_liquidation(
    cost: ExplanationDocument, name: FigureName, instrument: Instrument, valuation: Valuation
) -> ExplanationDocument:
    """The price, with the trades that made the position: those that explain its cost."""
    assert instrument.contract is not None  # who calls has seen it
    price, inputs = None, list[InputDocument]()
    for valued in valuation.items:
        for held in valued.contracts:
            if held.of == name.subject:
                price = valued.liquidation_price(held)
                others = [each for each in valued.contracts if each is not held]
                inputs = [
                    total_of(valuation, valued, "total"),
                    *(
                        of_contract(valuation, each, "unrealised", "unrealised_pnl", each.gained)
                        for each in others
                    ),
                    *margins_of(valuation, others),
                ]
    return msgspec.structs.replace(
        cost,
        value=None if price is None else plain(price),
        unit=instrument.quote_asset,
        formula=f"{FORMULA}. {_PRICE[instrument.contract.inverse_size is None]}",
        inputs=[*cost.inputs, *inputs],
    )
