"""Routes of venue credentials: ``/v1/accounts/{account_id}/venue-credential``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, SecretStr, ValidationError

from tradebook.identity.api import AdministratorInPerson, CommandId, Reader
from tradebook.identity.schemas import IdInPath, RequestBody
from tradebook.identity.venue_credentials.model import VenueCredential
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import FIELDS_MAX, LENGTH_MAX, SecretFields
from tradebook.identity.venue_credentials.service import (
    STATEMENT_LENGTH_MAX,
    STATEMENT_LENGTH_MIN,
    VenueCredentials,
)
from tradebook.kernel.ids import AccountId, UserId

PATH = "/{account_id}/venue-credential"


class VenueCredentialRequest(RequestBody):
    """What the venue gave out."""

    secrets: Annotated[
        dict[str, Annotated[SecretStr, Field(min_length=1, max_length=LENGTH_MAX)]],
        Field(
            min_length=1,
            max_length=FIELDS_MAX,
            description="By name: api_key, secret, passphrase, wallet_address, agent_key, and the like.",
        ),
    ]
    confirmed_by_owner: Annotated[
        str | None,
        Field(
            min_length=STATEMENT_LENGTH_MIN,
            max_length=STATEMENT_LENGTH_MAX,
            description="Where the venue does not tell whether the key can withdraw: an owner's own sentence "
            "that it cannot. It is recorded.",
        ),
    ] = None


class KeyPermissionsDocument(BaseModel):
    """What the key may do, as the venue told it; null: the venue does not tell."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    expires_at: datetime | None
    is_bound_to_addresses: bool | None

    @classmethod
    def of(cls, permissions: KeyPermissions) -> KeyPermissionsDocument:
        return cls(
            can_read=permissions.can_read,
            can_trade=permissions.can_trade,
            can_withdraw=permissions.can_withdraw,
            expires_at=permissions.expires_at,
            is_bound_to_addresses=permissions.is_bound_to_addresses,
        )


class VenueCredentialDocument(BaseModel):
    """A connected account's credential; never its secret."""

    id: str
    account_id: AccountId
    venue: str
    hint: str
    """Beginning and end of its public part."""
    permissions: KeyPermissionsDocument
    confirmation: str
    """What an owner confirmed where the venue does not tell; else empty."""
    note: str
    """What one should know of it: that it cannot trade, for one; else empty."""
    since: datetime
    connected_by: UserId

    @classmethod
    def of(cls, credential: VenueCredential) -> VenueCredentialDocument:
        return cls(
            id=credential.credential_id,
            account_id=credential.account_id,
            venue=credential.venue,
            hint=credential.hint,
            permissions=KeyPermissionsDocument.of(credential.permissions),
            confirmation=credential.confirmation,
            note=credential.note,
            since=credential.since,
            connected_by=credential.user_id,
        )


async def credentials_of(request: Request) -> VenueCredentials:
    """The service, as ``bootstrap`` wired it."""
    return cast(VenueCredentials, request.app.state.system.venue_credentials)


async def _keep_out_of_caches(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


Credentials = Annotated[VenueCredentials, Depends(credentials_of)]

routes = APIRouter(prefix="/v1/accounts", tags=["accounts"], dependencies=[Depends(_keep_out_of_caches)])

ROUTERS = (routes,)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": VenueCredentialRequest.model_json_schema()}},
    }
}
"""Said by ourselves, because the body is read by ourselves."""


@routes.post(PATH, status_code=201, openapi_extra=_BODY)
async def connect_venue(
    account_id: IdInPath,
    request: Request,
    principal: AdministratorInPerson,
    credentials: Credentials,
    command_id: CommandId,
) -> VenueCredentialDocument:
    """Connect an account to its venue, or replace its credential, after asking the venue what the key may do.

    A key that can withdraw is refused. What was sent is never shown again.
    """
    account = AccountId(account_id)
    venue = await credentials.venue_of(principal, account)
    secrets, confirmation = read_secrets(await request.body())
    connected = await credentials.connect(
        principal, account, venue, secrets, confirmed_by_owner=confirmation, command_id=command_id
    )
    return VenueCredentialDocument.of(connected)


@routes.get(PATH)
async def get_venue_credential(
    account_id: IdInPath, principal: Reader, credentials: Credentials
) -> VenueCredentialDocument:
    """Which credential the account has, since when, and what it may do; never its secret."""
    await credentials.venue_of(principal, AccountId(account_id))
    return VenueCredentialDocument.of(await credentials.register.get(AccountId(account_id)))


@routes.delete(PATH, status_code=204)
async def disconnect_venue(
    account_id: IdInPath, principal: AdministratorInPerson, credentials: Credentials
) -> None:
    """Destroy the account's credential here; at the venue it stays valid until it is deleted there."""
    await credentials.venue_of(principal, AccountId(account_id))
    await credentials.disconnect(principal, AccountId(account_id))


def read_secrets(body: bytes) -> tuple[SecretFields, str | None]:
    """What a request asks to be kept, and what an owner confirms. Raises what a body of another form becomes.

    Read here and not by the framework, which would hold the parsed body, in the clear, in its own frames for
    as long as the request is served: a crash dump has those.
    """
    try:
        wanted = VenueCredentialRequest.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in problems]) from None
    secrets = SecretFields({name: value.get_secret_value() for name, value in wanted.secrets.items()})
    return secrets, wanted.confirmed_by_owner
