"""Every endpoint under whatever its description allows, and much that it does not, answers true to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.support.server import Server, open_directory

from tradebook.bootstrap import api_document

CONTRACT = Path(__file__).parents[2] / "contracts/openapi.json"
EXAMPLES_MAX = 10
BTC = "BTC-USDT.SIM"

schema = schemathesis.openapi.from_path(CONTRACT)


class Book:
    """A running server, who calls it, and things in it that a generated request may meet."""

    def __init__(self, server: Server) -> None:
        self.server = server
        owner = server.login()
        scopes = ["read", "trade", "manage", "admin", "audit"]
        rates = {"requests_per_minute": 10_000_000, "orders_per_minute": 10_000_000}
        key = owner.post("/v1/auth/keys", {"name": "schema", "scopes": scopes, **rates})
        self.client = server.client(key["api_key"])
        account_id = self.client.open_account(deposits={"USDT": "1000000"})
        order = {"account_id": account_id, "instrument": BTC, "side": "buy", "quantity": "0.001"}
        placed = [
            self.client.post("/v1/orders", {**order, "client_order_id": name, **terms})
            for name, terms in (("m", {"type": "market"}), ("l", {"type": "limit", "price": "50000"}))
        ]
        self.client.wait_for_views()
        self.known = {
            "account_id": account_id,
            "order_id": placed[1]["order"]["order_id"],
            "instrument": BTC,
            "position": "1",
            "of": f"balance:{account_id}:USDT:total",
        }

    def introduce(self, case: schemathesis.Case[Any]) -> None:
        """Let about half of the well-formed requests speak of things that are there."""
        if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
            return
        for fields in (case.path_parameters, case.query, case.body):
            if not isinstance(fields, dict):
                continue
            for name, known in self.known.items():
                generated = fields.get(name)
                if isinstance(generated, str) and len(generated) % 2 == 0:
                    fields[name] = known


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "simulated").start()
        yield Book(server)
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
        assert server.stop() == 0


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
    book.introduce(case)
    response = case.call(base_url=book.server.url, headers={"Authorization": f"Bearer {book.client.token}"})
    # What the words allow, the book may still refuse: it has rules that no description of a shape can have.
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
    if response.status_code >= 400:
        assert_is_a_problem(response)


def assert_is_a_problem(response: Any) -> None:
    problem = response.json()
    assert response.headers["content-type"][0] == "application/problem+json"
    assert problem["status"] == response.status_code
    assert problem["type"] == f"urn:tradebook:problem:{problem['code']}"
    assert problem["detail"]
    if problem["code"] in ("invalid_input", "malformed_json"):
        assert problem["field"]
