"""Every endpoint under whatever its description allows, and much that it does not, answers true to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.e2e.edge.conftest import BTC, Book

from tradebook.bootstrap import api_document

CONTRACT = Path(__file__).parents[3] / "contracts/openapi.json"
EXAMPLES_MAX = 10

schema = schemathesis.openapi.from_path(CONTRACT)


def test_the_contract_is_that_of_the_code() -> None:
    of_the_code = msgspec.json.decode(msgspec.json.encode(api_document()))
    assert msgspec.json.decode(CONTRACT.read_bytes()) == of_the_code, "run `make openapi`"


@schema.parametrize()
@settings(
    max_examples=EXAMPLES_MAX,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: schemathesis.Case[Any], book: Book) -> None:
    introduce(case, book)
    response = case.call(base_url=book.server.url, headers={"Authorization": f"Bearer {book.client.token}"})
    # What the words allow, the book may still refuse: it has rules that no description of a shape can have.
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
    if response.status_code >= 400:
        assert_is_a_problem(response)


def introduce(case: schemathesis.Case[Any], book: Book) -> None:
    """Let about half of the well-formed requests speak of things that are there."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    there = {
        "account_id": book.account_id,
        "order_id": book.order_id,
        "instrument": BTC,
        "position": "1",
        "of": f"balance:{book.account_id}:USDT:total",
    }
    for fields in (case.path_parameters, case.query, case.body):
        if not isinstance(fields, dict):
            continue
        for name, known in there.items():
            generated = fields.get(name)
            if isinstance(generated, str) and len(generated) % 2 == 0:
                fields[name] = known


def assert_is_a_problem(response: Any) -> None:
    problem = response.json()
    assert response.headers["content-type"][0] == "application/problem+json"
    assert problem["status"] == response.status_code
    assert problem["type"] == f"urn:tradebook:problem:{problem['code']}"
    assert problem["detail"]
    if problem["code"] in ("invalid_input", "malformed_json"):
        assert problem["field"]
