"""What a client may write, and what is done about the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tradebook.kernel.errors import InvalidInput
from tradebook.trading.api.accounts import BookingRequest, OpenAccountRequest
from tradebook.trading.orders import LegTerms, OrderType, TimeInForce
from tradebook.trading.services.requests import OrderRequest, terms_of
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.pages import LineKey, PageRequest, TimeKey, page_of, part_of

LIMIT = {
    "account_id": "a",
    "client_order_id": "c",
    "instrument": "BTC-USDT.SIM",
    "side": "buy",
    "type": "limit",
    "quantity": "1.50",
    "price": "100",
}


def read(**changes: Any) -> OrderRequest:
    return msgspec.json.decode(msgspec.json.encode({**LIMIT, **changes}), type=OrderRequest)


@pytest.mark.parametrize("text", ["1\n", "1.5\n"])
def test_an_amount_ends_with_its_last_digit(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="quantity"):
        read(quantity=text)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (BookingRequest, {"asset": "USDT\n", "amount": "1"}),
        (OpenAccountRequest, {"name": "a", "base_asset": "USDT\n"}),
        (OpenAccountRequest, {"name": "a", "preset": "default\n"}),
    ],
)
def test_a_name_does_not_end_in_a_new_line(kind: type, fields: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError, match="regex"):
        msgspec.json.decode(msgspec.json.encode(fields), type=kind)


def test_a_request_becomes_terms() -> None:
    terms = terms_of(
        read(
            time_in_force="gtd",
            expires_at="2026-01-31T13:00:00+01:00",
            take_profit={"stop_price": "120"},
            stop_loss={"stop_price": "90", "price": "89.5"},
            tags=["one", "two"],
        )
    )
    assert (terms.type, terms.time_in_force) == (OrderType.LIMIT, TimeInForce.GTD)
    assert (terms.quantity, terms.price, terms.quote_quantity) == (Decimal("1.50"), Decimal(100), None)
    assert terms.expires_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert terms.take_profit == LegTerms(stop_price=Decimal(120))
    assert terms.stop_loss == LegTerms(stop_price=Decimal(90), price=Decimal("89.5"))
    assert terms.tags == ("one", "two")


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 1.5},
        {"quantity": 1},
        {"quantity": "1e3"},
        {"quantity": "-1"},
        {"quantity": "NaN"},
        {"quantity": "1_0"},
        {"quantity": "١"},
        {"quantity": ""},
        {"quantity": "9" * 40},
        {"price": True},
        {"side": "BUY"},
        {"type": "iceberg"},
        {"surprise": 1},
        {"client_order_id": ""},
        {"client_order_id": "a b"},
        {"client_order_id": "a\n"},
        {"client_order_id": "x" * 65},
        {"expires_at": "2026-01-31T13:00:00"},
        {"tags": ["t"] * 17},
        {"take_profit": {"stop_price": "1", "size": "2"}},
    ],
)
def test_what_has_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(**changes)


@pytest.mark.parametrize("text", ["1\n", "0." + "1" * 38, "1" * 38 + ".5"])
def test_a_decimal_that_cannot_be_booked_names_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        terms_of(msgspec.structs.replace(read(), price=text))
    assert refusal.value.field == "price"


def test_a_page_leads_to_the_next() -> None:
    key = TimeKey(at=datetime(2026, 1, 1, tzinfo=UTC), position=7)
    page = page_of(["a", "b"], 2, key)
    assert PageRequest(cursor=page.next_cursor).after(TimeKey, first=key) == key
    assert page_of(["a"], 2, key).next_cursor is None


@pytest.mark.parametrize("cursor", ["", "!", "WzFd", "é", "W251bGxd"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        PageRequest(cursor=cursor).after(LineKey, first=LineKey(position=0, line=0))


def test_a_short_list_is_cut_into_pages() -> None:
    assets = ["BTC", "ETH", "SOL", "USDT"]
    first = part_of(assets, str, PageRequest(limit=3))
    assert first.items == ["BTC", "ETH", "SOL"]
    second = part_of(assets, str, PageRequest(limit=3, cursor=first.next_cursor))
    assert (second.items, second.next_cursor) == (["USDT"], None)
    assert part_of(assets, str, PageRequest(limit=4)).next_cursor is None
    assert part_of([], str, PageRequest()).items == []


def test_a_moment_is_a_position_or_a_time() -> None:
    assert parse_moment("17") == 17
    assert parse_moment("2026-01-31T13:00:00+01:00") == datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "-1", "yesterday", "2026-01-31T13:00:00", "9" * 30, "²"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_moment(text)
