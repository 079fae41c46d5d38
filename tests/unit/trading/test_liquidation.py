"""When an account no longer secures its contracts."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trading.contract_examples import INVERSE, LINEAR

from tradebook.kernel.money import ZERO
from tradebook.market.values import Contract
from tradebook.trading.model.liquidation import liquidation_price, maintenance_margin

SECURED = msgspec.structs.replace(INVERSE, maintenance_rate=Decimal("0.01"))
ALMOST = Decimal("1e-18")


def left(contract: Contract, quantity: Decimal, cost: Decimal, backing: Decimal, price: Decimal) -> Decimal:
    """What secures the position at a price beyond what must: its gain is not rounded here."""
    more = contract.value(abs(quantity), price) - cost
    gained = more if (quantity > 0) == (contract.inverse_size is None) else -more
    return backing + gained - maintenance_margin(contract, quantity, price)


@given(
    contract=st.sampled_from([LINEAR, SECURED]),
    quantity=st.decimals("-50", "50", places=3).filter(bool),
    opened_at=st.decimals("1", "90000", places=2),
    backing=st.decimals("-10", "100000", places=2),
)
def test_at_the_liquidation_price_exactly_the_maintenance_margin_is_left(
    contract: Contract, quantity: Decimal, opened_at: Decimal, backing: Decimal
) -> None:
    cost = contract.value(abs(quantity), opened_at)
    price = liquidation_price(contract, quantity, cost, backing=backing)
    if price is None:
        far = Decimal("1e-9"), Decimal("1e12")
        # Whichever way the price goes, it is not what decides: all is lost already, or never is.
        assert len({left(contract, quantity, cost, backing, each) > 0 for each in far}) == 1
        return
    scale = max(Decimal(1), abs(backing), cost)
    assert abs(left(contract, quantity, cost, backing, price)) <= ALMOST * scale
    towards = price * (Decimal("0.99") if quantity > 0 else Decimal("1.01"))
    assert left(contract, quantity, cost, backing, towards) < 0


@pytest.mark.parametrize(
    ("quantity", "backing", "price"),
    [
        ("1", "10", "90.45226130653266331658291457"),  # long at ten times its margin: (100 - 10) / 0.995
        ("-1", "10", "109.4527363184079601990049751"),  # (100 + 10) / 1.005
        ("1", "100", None),  # paid in full: there is no price below zero
    ],
)
def test_a_position_opened_at_100_is_liquidated_where_its_margin_is_used_up(
    quantity: str, backing: str, price: str | None
) -> None:
    found = liquidation_price(LINEAR, Decimal(quantity), Decimal(100), backing=Decimal(backing))
    assert found == (None if price is None else Decimal(price))


def test_nothing_open_has_no_liquidation_price() -> None:
    assert liquidation_price(LINEAR, ZERO, ZERO, backing=Decimal(5)) is None
