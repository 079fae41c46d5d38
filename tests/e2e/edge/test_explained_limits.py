"""What stands against a limit, and what accounts are worth together, explain themselves over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.e2e.edge.conftest import BTC, Book
from tests.support.explained import Behind, recomputed

from tradebook.bootstrap.catalogue import catalogue
from tradebook.trading.views.explain import ExplanationDocument


@pytest.fixture(scope="module")
def limited(book: Book) -> str:
    """An account with every limit, a position, a measured equity and an order that buys more."""
    account_id = book.client.open_account(deposits={"USDT": "5000"})
    book.client.call("PUT", f"/v1/accounts/{account_id}/risk", {"orders_per_minute": 100})
    terms = {"account_id": account_id, "type": "market", "price": None, "quantity": "0.02"}
    book.order("first", **terms)
    book.order("resting", account_id=account_id)
    path = f"/v1/accounts/{account_id}/state"
    book.client.wait_until(path, lambda state: state["equity"] is not None)
    book.client.wait_for_views()
    return account_id


def explained(book: Book, of: str) -> ExplanationDocument:
    return msgspec.convert(
        book.client.get("/v1/explain", params={"of": of, "limit": 500}), ExplanationDocument
    )


def behind(book: Book, explanation: ExplanationDocument) -> list[Behind]:
    read = []
    for source in explanation.events:
        event = book.client.get(f"/v1/journal/{source.position}")
        data = msgspec.json.encode(event["data"])
        read.append((source.position, catalogue().decode(event["type"], event["schema"], data)))
    return read


@pytest.mark.parametrize("name", ["daily_loss", "drawdown", "max_open_orders", "orders_per_minute"])
def test_what_is_used_of_a_limit_follows_from_its_explanation(book: Book, limited: str, name: str) -> None:
    def is_told(page: dict[str, Any]) -> bool:
        """Whether it agrees with what is shown; equity is measured anew while both are looked at."""
        told = explained(book, f"limit:{limited}:{name}")
        assert told.formula
        assert recomputed(told, behind(book, told)) == told.value
        [shown] = [each for each in page["items"] if each["name"] == name]
        assert [each.value for each in told.inputs if each.name == "limit"] == [shown["limit"]]
        return bool(told.value == shown["used"])

    book.client.wait_until(f"/v1/accounts/{limited}/risk/usage?limit=500", is_told)


def test_a_position_is_measured_with_what_may_come(book: Book, limited: str) -> None:
    told = explained(book, f"limit:{limited}:max_position_notional:{BTC}")
    assert recomputed(told, behind(book, told)) == told.value
    inputs = {each.name: each for each in told.inputs}
    assert inputs["buying"].value == "0.001"
    assert inputs["owned"].of == f"balance:{limited}:BTC:total"
    assert told.unit == "USDT"


def test_limits_are_explained_now_and_where_they_are_in_force(book: Book, limited: str) -> None:
    head = book.head()
    then: dict[str, Any] = {"of": f"limit:{limited}:daily_loss", "as_of": str(head)}
    assert book.client.get("/v1/explain", params=then, expect=422)["field"] == "as_of"
    book.client.call("PUT", f"/v1/accounts/{limited}/risk", {"drawdown": None})
    off = {"of": f"limit:{limited}:drawdown"}
    assert book.client.get("/v1/explain", params=off, expect=404)["code"] == "not_found"
    book.client.call("PUT", f"/v1/accounts/{limited}/risk", {"drawdown": "0.2"})


def test_a_total_counts_what_the_caller_sees(book: Book, limited: str) -> None:
    whole = explained(book, "total:USDT:equity")
    assert recomputed(whole) == whole.value
    accounts = {each["account_id"] for each in book.client.all_items("/v1/accounts")}
    assert {each.name for each in whole.inputs} == {f"equity:{each}" for each in accounts}
    assert f"equity:{limited}" in {each.name for each in whole.inputs}
    stranger = book.member("viewer", "stranger")
    [] = stranger.get("/v1/explain", params={"of": "total:USDT:equity"})["inputs"]
