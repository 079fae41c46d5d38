"""The journal and its proofs over HTTP, for auditors: ``/v1/journal`` and the checkpoint key."""

from __future__ import annotations

import base64
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator

from tradebook.audit import schemas
from tradebook.audit.reading import Direction, JournalFilter, read_event, read_page
from tradebook.identity.guard import caller
from tradebook.identity.principal import Scope
from tradebook.journal.checkpointer import newest_checkpoint
from tradebook.journal.ports import Journal
from tradebook.journal.proofs import prove
from tradebook.journal.signing import VerifyingKey
from tradebook.kernel.errors import NotFound

POSITION_MAX = (1 << 63) - 1
AFTER_MAX = 1 << 62
TYPES = r"^[A-Za-z.]+(,[A-Za-z.]+)*$"
TYPES_LENGTH_MAX = 2_000


async def pool_of(request: Request) -> asyncpg.Pool:
    """The pool that queries read through."""
    pool: asyncpg.Pool = request.app.state.system.pool
    return pool


async def journal_of(request: Request) -> Journal:
    """The journal."""
    journal: Journal = request.app.state.system.journal
    return journal


async def key_of(request: Request) -> VerifyingKey:
    """The public half of the key that signs checkpoints."""
    key: VerifyingKey = request.app.state.system.checkpointer.public_key
    return key


Pool = Annotated[asyncpg.Pool, Depends(pool_of)]
Position = Annotated[int, Path(ge=1, le=POSITION_MAX)]
Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]+$")]


def _written_out(time: object) -> object:
    """Pydantic would take a bare number for seconds since 1970."""
    if isinstance(time, str) and "-" not in time[1:]:
        raise ValueError("write a time like 2026-01-31T12:00:00Z")
    return time


Time = Annotated[AwareDatetime | None, BeforeValidator(_written_out)]
Cursor = Annotated[str | None, Query(pattern=r"^\d{1,18}$")]

journal = APIRouter(prefix="/v1/journal", tags=["journal"], dependencies=[Depends(caller(Scope.AUDIT))])
well_known = APIRouter(tags=["journal"])

ROUTERS = (journal, well_known)


@journal.get("", response_model=schemas.JournalEvents)
async def list_events(
    pool: Pool,
    *,
    stream: Text = None,
    type_: Annotated[str | None, Query(alias="type", max_length=TYPES_LENGTH_MAX, pattern=TYPES)] = None,
    actor: Text = None,
    correlation: Text = None,
    order_id: Text = None,
    since: Time = None,
    until: Time = None,
    after: Annotated[int, Query(ge=0, le=AFTER_MAX)] = 0,
    before: Annotated[int | None, Query(ge=1, le=AFTER_MAX)] = None,
    order: Direction = Direction.ASC,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> Response:
    """Events in the order in which they were recorded, or with `order=desc` the newest first.

    `type` is one or several, separated by commas. `order_id` finds the events of an order and of its bracket
    legs. `since` and `until` are times of recording, `after` and `before` positions; all but `since` are left
    out themselves. `cursor` goes on where a page of the same order ended.
    """
    wanted = JournalFilter(
        stream=stream,
        types=None if type_ is None else type_.split(","),
        actor=actor,
        correlation=correlation,
        order_id=order_id,
        since=since,
        until=until,
    )
    if cursor:
        after, before = (after, int(cursor)) if order is Direction.DESC else (int(cursor), before)
    page = await read_page(pool, wanted, after=after, before=before, order=order, limit=limit)
    next_cursor = None if page.next_from is None else str(page.next_from)
    events = [schemas.JournalEvent.of(row) for row in page.rows]
    return _written(schemas.JournalEvents.model_construct(items=events, next_cursor=next_cursor))


@journal.get("/head")
async def head(pool: Pool, store: Annotated[Journal, Depends(journal_of)]) -> schemas.JournalHead:
    """Where the journal stands, and the newest signed checkpoint."""
    newest, signed = await store.head(), await newest_checkpoint(pool)
    return schemas.JournalHead(
        position=str(newest.position),
        hash=newest.hash.hex(),
        recorded_at=newest.recorded_at,
        checkpoint=signed and schemas.Checkpoint(text=signed.text, signature=signed.signature),
    )


@journal.get("/{position}", response_model=schemas.JournalEvent)
async def show_event(pool: Pool, position: Position) -> Response:
    """One event."""
    row = await read_event(pool, position)
    if row is None:
        raise NotFound("event", str(position))
    return _written(schemas.JournalEvent.of(row))


def _written(document: schemas.Document) -> Response:
    """As JSON at once: what the store holds need not be checked against the schema once more."""
    return Response(document.model_dump_json(by_alias=True), media_type="application/json")


@journal.get("/{position}/proof")
async def show_proof(pool: Pool, position: Position) -> schemas.Proof:
    """That the event stands in the journal, to be checked offline with `docs/reference/verify_proof.py`."""
    return schemas.Proof.model_validate(await prove(pool, position))


@well_known.get("/.well-known/tradebook-checkpoint-key")
async def checkpoint_key(key: Annotated[VerifyingKey, Depends(key_of)]) -> schemas.CheckpointKey:
    """The key that checks the signatures of checkpoints. Keep a copy elsewhere, and compare."""
    return schemas.CheckpointKey(
        algorithm="Ed25519",
        key_id=key.key_id,
        public_key=base64.b64encode(key.raw).decode(),
        pem=key.pem.decode(),
    )
