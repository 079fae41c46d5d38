"""The messages of ``/v1/trade``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.trading.services.requests import Amount, Identifier, OrderRequest
from tradebook.web import problems

BATCH_MAX = 500

RequestId = int | Annotated[str, Meta(max_length=64)]


class _Request(msgspec.Struct, tag_field="op", forbid_unknown_fields=True, kw_only=True):
    id: RequestId


class Place(_Request, tag="place", kw_only=True):
    """One order."""

    order: OrderRequest


class Batch(_Request, tag="batch", kw_only=True):
    """Many orders, each accepted or refused by itself."""

    orders: Annotated[list[OrderRequest], Meta(min_length=1, max_length=BATCH_MAX)]


class Replace(_Request, tag="replace", kw_only=True):
    """New terms for an order."""

    order_id: Identifier
    quantity: Amount | None = None
    price: Amount | None = None
    stop_price: Amount | None = None


class Cancel(_Request, tag="cancel", kw_only=True):
    """No more of an order."""

    order_id: Identifier


class CancelAll(_Request, tag="cancel_all", kw_only=True):
    """No more of any order."""

    account_id: Identifier | None = None
    instrument: Identifier | None = None


class Auth(_Request, tag="auth", kw_only=True):
    """Who trades."""

    token: str


Wish = Batch | Replace | Cancel | CancelAll | Auth
"""What is answered by itself."""
Request = Place | Wish


class _Id(msgspec.Struct):
    id: RequestId | None = None


class Answer(msgspec.Struct):
    """What came of a request."""

    id: RequestId
    result: object


class ProblemAnswer(msgspec.Struct):
    """Why nothing came of it; without an id where that could not be read either."""

    id: RequestId | None
    problem: problems.Problem


decode_request = msgspec.json.Decoder(Request).decode
_decode_id = msgspec.json.Decoder(_Id).decode


def id_of(message: bytes) -> RequestId | None:
    """The id of a message that is otherwise unfit, so that its sender can tell which it was."""
    try:
        return _decode_id(message).id
    except problems.UNREADABLE:
        return None
