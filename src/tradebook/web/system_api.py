"""Routes of the server itself: what a first visitor has to know, how it is, and rebuilding its views."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request

from tradebook.identity.guard import caller
from tradebook.identity.principal import Principal, Scope
from tradebook.web.ports import ServerStatus
from tradebook.web.system_schemas import FirstRun, RebuildAccepted, SystemReport

router = APIRouter(prefix="/v1", tags=["system"])
ROUTERS = (router,)


async def status_of(request: Request) -> ServerStatus:
    """As ``bootstrap`` wired it."""
    return cast(ServerStatus, request.app.state.system.status)


Status = Annotated[ServerStatus, Depends(status_of)]
Reader = Annotated[Principal, Depends(caller(Scope.READ))]
Administrator = Annotated[Principal, Depends(caller(Scope.ADMIN))]


@router.get("/first-run")
async def first_run(status: Status) -> FirstRun:
    """What to show somebody who is not signed in."""
    return status.first_run()


@router.get("/system")
async def system_report(status: Status, principal: Reader) -> SystemReport:
    """What the server is and how its parts are; versions and views for administrators only."""
    return await status.report(is_whole=Scope.ADMIN in principal.scopes)


@router.post("/system/projections/{name}/rebuild", status_code=202)
async def rebuild_projection(
    name: Annotated[str, Path(max_length=100)], status: Status, principal: Administrator
) -> RebuildAccepted:
    """Empty a view and replay the journal into it, while everything else runs.

    Until it has caught up, lists that rest on the view are short and a second rebuild answers 409.
    """
    await status.rebuild(name, actor=principal.actor)
    return RebuildAccepted(projection=name)
