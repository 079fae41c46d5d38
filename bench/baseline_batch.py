"""The baseline of batches: the same HTTP stack and a bare INSERT … SELECT unnest of each request's orders.

uvicorn, Starlette and msgspec; the body is decoded and checked, the rows are durable before the answer, which
gives every order back. No account, no hold, no hash chain.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.processes import DATABASE_URL

TABLE = """
drop table if exists bench_batch;
create table bench_batch (
    position bigint generated always as identity primary key,
    account_id text not null,
    client_order_id text not null,
    document text not null
)
"""
INSERT = """
insert into bench_batch (account_id, client_order_id, document)
select * from unnest($1::text[], $2::text[], $3::text[])
"""


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """The fields that the load sends."""

    account_id: str
    client_order_id: str
    instrument: str
    side: str
    type: str
    quantity: str
    price: str


decode = msgspec.json.Decoder(list[Order]).decode
encode = msgspec.json.Encoder().encode


async def place(request: Request) -> Response:
    """Store, then answer."""
    orders = decode(await request.body())
    documents = [encode(order) for order in orders]
    await request.app.state.pool.execute(
        INSERT,
        [order.account_id for order in orders],
        [order.client_order_id for order in orders],
        [document.decode() for document in documents],
    )
    return Response(b"[" + b",".join(documents) + b"]", media_type="application/json")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """With a pool on an empty table."""
    async with asyncpg.create_pool(os.environ[DATABASE_URL], min_size=4, max_size=4) as pool:
        await pool.execute(TABLE)
        app.state.pool = pool
        yield


app = Starlette(routes=[Route("/v1/orders/batch", place, methods=["POST"])], lifespan=lifespan)

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
