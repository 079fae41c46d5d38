"""The baseline of order entry: a FastAPI endpoint that validates the same body and answers it."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Literal

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

app = FastAPI()


class OrderBody(BaseModel):
    """The fields of an order, validated and nothing more."""

    model_config = ConfigDict(extra="forbid")
    account_id: str
    client_order_id: str
    instrument: str
    side: Literal["buy", "sell"]
    type: Literal["market", "limit", "stop", "stop_limit", "take_profit", "trailing_stop"]
    quantity: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None
    time_in_force: Literal["gtc", "ioc", "fok", "gtd", "day"] = "gtc"
    post_only: bool = False
    reduce_only: bool = False


@app.post("/v1/orders", status_code=201)
async def echo(body: OrderBody) -> OrderBody:
    """Answer what was asked."""
    return body


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        loop="uvloop",
        http="httptools",
    )
