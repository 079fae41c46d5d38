from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TradebookError,
    Unauthenticated,
    Unavailable,
)
from tradebook.web import problems


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("price", "negative", "use a positive one"), 422),
        (InvalidInput("body", "not JSON", "send JSON", code="malformed_json"), 400),
        (NotFound("order", "o1"), 404),
        (Conflict("c", "already"), 409),
        (Refused("limit_exceeded", "no"), 422),
        (Unauthenticated("unauthenticated", "who?"), 401),
        (Forbidden("forbidden", "no"), 403),
        (RateLimited("too often", 3), 429),
        (Unavailable("journal_unavailable", "away"), 503),
        (OutcomeUnknown("outcome_unknown", "who knows"), 503),
    ],
)
def test_every_kernel_error_has_a_status(error: TradebookError, status: int) -> None:
    assert problems.problem_of(error)["status"] == problems.status_of(error) == status


def test_figures_stand_beside_the_members_of_the_problem() -> None:
    refused = Refused("insufficient_funds", "Not enough.", {"available": "1", "needed": "2"})
    assert problems.problem_of(refused) == {
        "type": "urn:tradebook:problem:insufficient_funds",
        "title": "Refused",
        "status": 422,
        "detail": "Not enough.",
        "code": "insufficient_funds",
        "available": "1",
        "needed": "2",
    }


@given(st.dictionaries(st.sampled_from(["type", "title", "status", "detail", "code", "price"]), st.text()))
def test_no_figure_hides_a_member(figures: dict[str, str]) -> None:
    body = problems.problem_of(Refused("price_stale", "Old.", figures))
    assert (body["status"], body["code"], body["detail"]) == (422, "price_stale", "Old.")


def test_headers_say_when_to_come_back_and_how_to_sign_in() -> None:
    assert problems.headers_of(RateLimited("too often", 3)) == {"retry-after": "3"}
    assert "www-authenticate" in problems.headers_of(Unauthenticated("unauthenticated", "who?"))


def test_a_lost_connection_means_unavailable() -> None:
    error = problems.as_kernel_error(ConnectionResetError())
    assert isinstance(error, Unavailable)


def test_a_defect_means_nothing_to_the_caller() -> None:
    response = problems.respond_to(KeyError("secret"), "req-1")
    assert response.status_code == 500
    assert b"secret" not in response.body
    assert msgspec.json.decode(response.body)["correlation_id"] == "req-1"


def test_a_typed_decoding_names_the_field() -> None:
    class Body(msgspec.Struct):
        price: str

    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.json.decode(b'{"price": 1}', type=Body)
    error = problems.as_kernel_error(raised.value)
    assert isinstance(error, InvalidInput)
    assert error.field == "price"
    assert "Expected `str`, got `int`" in error.detail
