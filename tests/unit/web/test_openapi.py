from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from tests.support.web import System, Tokens, asgi_client

from tradebook.web import openapi
from tradebook.web.app import api, create_app

router = APIRouter(prefix="/v1/things", tags=["things"])


class Thing(BaseModel):
    """What <b>it</b> is."""

    name: str
    size: int | None = None


@router.post("", status_code=201)
async def make(body: Thing) -> Thing:
    """Make a thing."""
    return body


FRAGMENT = {
    "paths": {
        "/v1/orders": {
            "post": {
                "summary": "Place an order",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OrderRequest"}}}
                },
                "responses": {"201": {"description": "Placed."}},
            }
        }
    },
    "components": {
        "schemas": {"OrderRequest": {"type": "object", "properties": {"side": {"enum": ["buy"]}}}}
    },
}


def test_hot_routes_are_described_beside_the_others() -> None:
    document = openapi.describe(api([router]), [FRAGMENT])
    assert set(document["paths"]) == {"/v1/things", "/v1/orders"}
    assert "OrderRequest" in document["components"]["schemas"]
    assert document["paths"]["/v1/orders"]["post"]["security"] == [{"HTTPBearer": []}]


def test_every_operation_can_answer_with_a_problem() -> None:
    document = openapi.describe(api([router]), [FRAGMENT])
    for method, operation in openapi.operations(document):
        content = operation["responses"]["default"]["content"]
        assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert "422" not in operation["responses"]
        assert method != "post" or any(p["name"] == "Idempotency-Key" for p in operation["parameters"])
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_the_reference_is_plain_html_with_everything_escaped() -> None:
    app = create_app(System(Tokens()), routers=[router], fragments=[FRAGMENT])
    async with asgi_client(app) as client:
        page, document = await client.get("/docs"), await client.get("/openapi.json")
        assert (await client.get("/redoc")).text == page.text
    assert "/v1/orders" in page.text
    assert "What &lt;b&gt;it&lt;/b&gt; is." in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text and "https://" not in page.text  # noqa: PT018  # one thought
    assert document.json()["info"]["title"] == "Tradebook"
