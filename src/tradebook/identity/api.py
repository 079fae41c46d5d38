"""Routes of identity: ``/v1/auth``, ``/v1/members``, ``/v1/parties`` and the public signing keys."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from tradebook.identity import schemas
from tradebook.identity.api_keys import KeyTerms, require_person
from tradebook.identity.guard import bearer_token, caller
from tradebook.identity.principal import Principal, Scope
from tradebook.identity.service import IdentityService
from tradebook.kernel.ids import UserId

USER_AGENT_LENGTH_MAX = 300


async def identity_of(request: Request) -> IdentityService:
    """The room's service, as ``bootstrap`` wired it."""
    return cast(IdentityService, request.app.state.system.identity)


async def command_id_of(request: Request) -> str:
    """Under which id to record what the request asks for, if it carries an Idempotency-Key; else empty."""
    return getattr(request.state, "command_id", "")


async def user_agent_of(request: Request) -> str:
    """What the caller says that it is, as far as it can be shown."""
    told = request.headers.get("user-agent", "")[:USER_AGENT_LENGTH_MAX]
    return told if told.isprintable() else ""


async def _keep_out_of_caches(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


Identity = Annotated[IdentityService, Depends(identity_of)]
CommandId = Annotated[str, Depends(command_id_of)]
UserAgent = Annotated[str, Depends(user_agent_of)]
Reader = Annotated[Principal, Depends(caller(Scope.READ))]


async def signed_in_person(principal: Reader) -> Principal:
    """The caller, if it is no API key. Raises Forbidden."""
    require_person(principal)
    return principal


Person = Annotated[Principal, Depends(signed_in_person)]
Administrator = Annotated[Principal, Depends(caller(Scope.ADMIN))]


async def administrator_in_person(principal: Administrator) -> Principal:
    """The caller, if it is a person who manages members. Raises Forbidden.

    Who decides about members can become any of them by a link. A key that was made for less must not: neither
    its accounts, nor its expiry, nor its scopes would bind whoever signs in through that link.
    """
    require_person(principal)
    return principal


AdministratorInPerson = Annotated[Principal, Depends(administrator_in_person)]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=64)]

auth = APIRouter(prefix="/v1/auth", tags=["auth"], dependencies=[Depends(_keep_out_of_caches)])
members = APIRouter(prefix="/v1/members", tags=["members"], dependencies=[Depends(_keep_out_of_caches)])
parties = APIRouter(prefix="/v1/parties", tags=["parties"])
well_known = APIRouter(tags=["auth"])

ROUTERS = (auth, members, parties, well_known)


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────────


@auth.post("/setup", status_code=201)
async def set_up_owner(
    body: schemas.Setup, identity: Identity, user_agent: UserAgent, command_id: CommandId
) -> schemas.Tokens:
    """Become the owner of a new book with the one-time link that the server printed."""
    owner = await identity.owner_setup.register_with_link(
        body.token, email=body.email, password=body.password, name=body.name
    )
    return schemas.Tokens.of(
        await identity.sessions.start(owner, user_agent=user_agent, command_id=command_id)
    )


@auth.post("/join", status_code=201)
async def join(
    body: schemas.Join, identity: Identity, user_agent: UserAgent, command_id: CommandId
) -> schemas.Tokens:
    """Accept an invitation."""
    member = await identity.members.join(body.token, password=body.password, name=body.name)
    return schemas.Tokens.of(
        await identity.sessions.start(member, user_agent=user_agent, command_id=command_id)
    )


@auth.post("/login")
async def sign_in(
    body: schemas.Login, request: Request, identity: Identity, user_agent: UserAgent, command_id: CommandId
) -> schemas.Tokens:
    """Sign in with email address and password."""
    address = request.client.host if request.client else "unknown"
    return schemas.Tokens.of(
        await identity.sessions.sign_in(
            body.email, body.password, address=address, user_agent=user_agent, command_id=command_id
        )
    )


@auth.post("/refresh")
async def refresh(body: schemas.Refresh, identity: Identity) -> schemas.Tokens:
    """The next pair of tokens. A refresh token works once; using it again ends the session.

    Only the token just before the present one is good for 30 seconds more, should the answer have been
    lost on its way; the pair that was lost is void then.
    """
    return schemas.Tokens.of(await identity.sessions.refresh(body.refresh_token))


@auth.post("/logout", status_code=204)
async def sign_out(request: Request, _: Person, identity: Identity) -> None:
    """End this session: its access tokens and its refresh token stop working at once."""
    await identity.sessions.sign_out(bearer_token(request.headers.get("authorization")))


@auth.get("/me")
async def who_am_i(principal: Reader, identity: Identity) -> schemas.Me:
    """Who the token stands for, and what it may do."""
    return schemas.Me.of(principal, await identity.members.get(principal.user_id))


@auth.post("/password")
async def change_password(
    body: schemas.PasswordChange,
    principal: Person,
    identity: Identity,
    user_agent: UserAgent,
    command_id: CommandId,
) -> schemas.Tokens:
    """Replace the own password. All sessions end; the answer begins a new one."""
    member = await identity.password_reset.change(
        principal, current=body.current_password, new=body.new_password
    )
    return schemas.Tokens.of(
        await identity.sessions.start(member, user_agent=user_agent, command_id=command_id)
    )


@auth.post("/password-reset")
async def reset_password(
    body: schemas.PasswordResetCompletion, identity: Identity, user_agent: UserAgent, command_id: CommandId
) -> schemas.Tokens:
    """Set a new password with a one-time link. All sessions end; the answer begins a new one."""
    member = await identity.password_reset.reset(body.token, password=body.password)
    return schemas.Tokens.of(
        await identity.sessions.start(member, user_agent=user_agent, command_id=command_id)
    )


@auth.get("/sessions")
async def list_sessions(
    request: Request, _: Person, identity: Identity, limit: Limit = 100, cursor: Cursor = None
) -> schemas.Page[schemas.Session]:
    """Where you are signed in, newest first."""
    listed = await identity.sessions.list(bearer_token(request.headers.get("authorization")))
    return schemas.page([schemas.Session.of(each) for each in listed], limit=limit, cursor=cursor)


@auth.delete("/sessions/{session_id}", status_code=204)
async def end_session(session_id: schemas.IdInPath, principal: Person, identity: Identity) -> None:
    """End one of your sessions: its access tokens and its refresh token stop working at once."""
    await identity.sessions.end(principal.user_id, session_id)


# ── API keys ─────────────────────────────────────────────────────────────────────────────────────────────


@auth.get("/keys")
async def list_keys(
    principal: Reader, identity: Identity, limit: Limit = 100, cursor: Cursor = None
) -> schemas.Page[schemas.Key]:
    """Your live API keys, newest first; everybody's if you manage members."""
    keys = [schemas.Key.of(key) for key in await identity.api_keys.list(principal)]
    return schemas.page(keys, limit=limit, cursor=cursor)


@auth.post("/keys", status_code=201)
async def create_key(
    body: schemas.KeyRequest, principal: Person, identity: Identity, command_id: CommandId
) -> schemas.CreatedKey:
    """Make an API key. It is shown in this answer and never again."""
    terms = KeyTerms(**body.model_dump())
    created = await identity.api_keys.create(principal, terms, command_id=command_id)
    return schemas.CreatedKey(key_id=created.key_id, api_key=created.api_key)


@auth.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: schemas.IdInPath, principal: Person, identity: Identity) -> None:
    """End an API key at once."""
    await identity.api_keys.revoke(principal, key_id)


# ── members and parties ──────────────────────────────────────────────────────────────────────────────────


@members.get("")
async def list_members(
    _: Administrator, identity: Identity, limit: Limit = 100, cursor: Cursor = None
) -> schemas.Page[schemas.Member]:
    """Everybody who is invited or active."""
    listed = [schemas.Member.of(member) for member in await identity.members.list()]
    return schemas.page(listed, limit=limit, cursor=cursor)


@members.post("", status_code=201)
async def invite(
    body: schemas.Invitation, principal: AdministratorInPerson, identity: Identity, command_id: CommandId
) -> schemas.Link:
    """Invite somebody. The answer holds the one-time link to hand over; it is shown only here."""
    link = await identity.members.invite(
        principal, email=body.email, role=body.role, parties=body.parties, command_id=command_id
    )
    return schemas.Link.of(link)


@members.patch("/{user_id}")
async def change_member(
    user_id: schemas.IdInPath,
    body: schemas.MemberChange,
    principal: AdministratorInPerson,
    identity: Identity,
) -> schemas.Member:
    """Give another role, other parties, or both; it counts from the next request on."""
    changed = await identity.members.change(principal, UserId(user_id), role=body.role, parties=body.parties)
    return schemas.Member.of(changed)


@members.delete("/{user_id}", status_code=204)
async def remove_member(
    user_id: schemas.IdInPath, principal: AdministratorInPerson, identity: Identity
) -> None:
    """End a membership, with its sessions and keys, at once."""
    await identity.members.remove(principal, UserId(user_id))


@members.delete("/{user_id}/personal-data", status_code=204)
async def erase_personal_data(
    user_id: schemas.IdInPath, principal: AdministratorInPerson, identity: Identity
) -> None:
    """Make name and address of somebody who was removed unreadable for ever; the hashes still hold."""
    await identity.members.erase(principal, UserId(user_id))


@members.post("/{user_id}/password-reset", status_code=201)
async def create_reset_link(
    user_id: schemas.IdInPath, principal: AdministratorInPerson, identity: Identity, command_id: CommandId
) -> schemas.Link:
    """A one-time link for a member who lost their password; it is shown only here."""
    link = await identity.password_reset.create_link(principal, UserId(user_id), command_id=command_id)
    return schemas.Link.of(link)


@parties.get("")
async def list_parties(
    principal: Reader, identity: Identity, limit: Limit = 100, cursor: Cursor = None
) -> schemas.Page[schemas.Party]:
    """The parties you see."""
    listed = [schemas.Party.of(party) for party in await identity.parties.list(principal)]
    return schemas.page(listed, limit=limit, cursor=cursor)


@parties.post("", status_code=201)
async def create_party(
    body: schemas.NewParty, principal: Administrator, identity: Identity, command_id: CommandId
) -> schemas.Party:
    """A household, company or fund, or a person who is no member."""
    party = await identity.parties.create(principal, kind=body.kind, name=body.name, command_id=command_id)
    return schemas.Party.of(party)


@well_known.get("/.well-known/jwks.json")
async def signing_keys(identity: Identity) -> dict[str, list[dict[str, Any]]]:
    """The public keys that verify our access tokens (RFC 7517)."""
    return {"keys": [dict(key) for key in identity.signing_keys.jwks()]}
