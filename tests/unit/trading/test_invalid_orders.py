"""Orders that contradict themselves name the field and are not recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.trading.examples import AT, funded, kinds, order, place, replace

from tradebook.kernel.errors import Conflict, InvalidInput
from tradebook.trading.model.state import OCO_GROUP_MAX
from tradebook.trading.orders import LegTerms, OffsetType, TimeInForce

LOW, HIGH = LegTerms(stop_price=Decimal(90)), LegTerms(stop_price=Decimal(110))

CONTRADICTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("quantity", "limit", {"quantity": "0"}),
    ("quantity", "limit", {"quantity": "NaN"}),
    ("quantity", "limit", {"quantity": "1" * 39}),
    ("quantity", "limit", {"quantity": "9" * 37, "price": "9" * 37}),
    ("quantity", "stop", {"quantity": "9" * 37, "stop_price": "9" * 37}),
    ("quantity", "trailing_stop", {"quantity": "9" * 37, "trailing_offset": "9" * 37}),
    ("price", "limit", {"price": None}),
    ("price", "limit", {"price": "-1"}),
    ("price", "market", {"price": "100"}),
    ("price", "stop", {"price": "100", "stop_price": "100"}),
    ("price", "stop_limit", {"stop_price": "100"}),
    ("price", "trailing_stop", {"price": "100", "trailing_offset": "1"}),
    ("stop_price", "stop", {}),
    ("stop_price", "take_profit", {}),
    ("stop_price", "limit", {"stop_price": "100"}),
    ("stop_price", "trailing_stop", {"stop_price": "100", "trailing_offset": "1"}),
    ("trailing_offset", "trailing_stop", {}),
    ("trailing_offset", "limit", {"trailing_offset": "1"}),
    ("trailing_offset", "trailing_stop", {"trailing_offset": "0"}),
    (
        "trailing_offset",
        "trailing_stop",
        {"trailing_offset": "100", "trailing_offset_type": OffsetType.PERCENT},
    ),
    ("quote_quantity", "limit", {"quantity": "0", "quote_quantity": "10"}),
    ("quantity", "market", {"quote_quantity": "10"}),
    ("quantity", "market", {"quantity": "0"}),
    ("time_in_force", "stop", {"stop_price": "90", "time_in_force": TimeInForce.IOC}),
    ("time_in_force", "market", {"time_in_force": TimeInForce.DAY}),
    ("expires_at", "limit", {"time_in_force": TimeInForce.GTD}),
    ("expires_at", "limit", {"expires_at": AT + timedelta(days=1)}),
    ("expires_at", "limit", {"time_in_force": TimeInForce.GTD, "expires_at": AT}),
    (
        "expires_at",
        "limit",
        {"time_in_force": TimeInForce.GTD, "expires_at": datetime(2027, 1, 1)},
    ),
    ("post_only", "market", {"post_only": True}),
    ("post_only", "limit", {"post_only": True, "time_in_force": TimeInForce.FOK}),
    ("oco_group", "market", {"oco_group": "g"}),
    ("oco_group", "limit", {"oco_group": "bracket:x"}),
    ("take_profit", "limit", {"side": "sell", "take_profit": HIGH}),
    ("stop_loss", "market", {"quantity": "0", "quote_quantity": "10", "stop_loss": LOW}),
    ("stop_loss.stop_price", "limit", {"stop_loss": LegTerms(stop_price=Decimal(0))}),
    ("stop_loss.price", "limit", {"stop_loss": LegTerms(stop_price=Decimal(9), price=Decimal(0))}),
    ("stop_loss.stop_price", "limit", {"stop_loss": HIGH}),
    ("take_profit.stop_price", "limit", {"take_profit": LOW}),
    ("stop_loss.stop_price", "market", {"take_profit": LOW, "stop_loss": HIGH}),
]


@pytest.mark.parametrize(("field", "type_", "values"), CONTRADICTIONS)
def test_a_contradiction_names_its_field(field: str, type_: str, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as invalid:
        funded(btc="10").when(place(order("a", type_=type_, **values)))
    assert (invalid.value.code, invalid.value.field) == ("invalid_order", field)


@pytest.mark.parametrize("changes", [{"quantity": "9" * 37}, {"price": "9" * 37}])
def test_an_order_is_not_changed_to_more_than_can_be_booked(changes: dict[str, Any]) -> None:
    account = funded("1" * 38).after(place(order("a", quantity="1" * 18, price="1" * 18)))
    with pytest.raises(InvalidInput, match="quantity"):
        account.when(replace("a", **changes))


def test_an_oco_group_is_of_one_instrument_and_side() -> None:
    account = funded(btc="10").after(place(order("a", price="90", oco_group="g")))
    with pytest.raises(Conflict) as conflict:
        account.when(place(order("b", "sell", price="110", oco_group="g")))
    assert conflict.value.code == "oco_group_mixed"


def test_an_oco_group_is_bounded() -> None:
    account = funded().after(*(place(order(str(n), oco_group="g")) for n in range(OCO_GROUP_MAX)))
    with pytest.raises(Conflict) as conflict:
        account.when(place(order("more", oco_group="g")))
    assert conflict.value.code == "oco_group_full"


SENSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("market", {"time_in_force": TimeInForce.IOC}),
    ("market", {"take_profit": HIGH, "stop_loss": LOW}),
    ("limit", {"time_in_force": TimeInForce.FOK}),
    ("limit", {"time_in_force": TimeInForce.DAY, "post_only": True}),
    ("limit", {"time_in_force": TimeInForce.GTD, "expires_at": AT + timedelta(hours=1)}),
    ("stop", {"stop_price": "110"}),
    ("stop_limit", {"stop_price": "110", "price": "111"}),
    ("take_profit", {"stop_price": "90"}),
    ("take_profit", {"stop_price": "90", "price": "91"}),
    ("trailing_stop", {"trailing_offset": "5"}),
    ("trailing_stop", {"trailing_offset": "5", "trailing_offset_type": OffsetType.PERCENT}),
]


@pytest.mark.parametrize(("type_", "values"), SENSIBLE)
def test_sensible_orders_are_placed(type_: str, values: dict[str, Any]) -> None:
    assert kinds(funded().when(place(order("a", type_=type_, **values)))) == ["OrderPlaced"]
