"""Routes of accounts: what they own, what they did, what they may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId, PartyId
from tradebook.kernel.money import parse_decimal
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.paging import PageQuery, page_request
from tradebook.trading.limits import CAREFUL_LIMITS, DEFAULT_LIMITS, AccountState, LimitChanges
from tradebook.trading.orders import Side
from tradebook.trading.services.accounts import Booking
from tradebook.trading.services.previews import LimitUsageDocument
from tradebook.trading.services.requests import Amount, Identifier
from tradebook.trading.views.accounts import (
    AccountDocument,
    AccountsProjection,
    LimitsDocument,
    limits_document,
)
from tradebook.trading.views.contracts import ContractsProjection
from tradebook.trading.views.earlier_fills import EarlierFillDocument, EarlierFillsProjection
from tradebook.trading.views.fills import FillDocument, FillsProjection
from tradebook.trading.views.ledger import BalanceDocument, LedgerProjection, PostingDocument
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.pages import LIMIT_MAX, POSITION_MAX, Page, part_of
from tradebook.trading.views.positions import PositionDocument, PositionsProjection
from tradebook.trading.views.queries import FillFilter

PRESETS = {"default": DEFAULT_LIMITS, "careful": CAREFUL_LIMITS}

AssetName = Annotated[
    str, Meta(pattern=r"^[A-Z0-9]{1,16}(?!\n)$", description="As the market names it: USDT.")
]
Words = Annotated[str, Meta(max_length=200)]


class OpenAccountRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    venue: Identifier = "paper"
    base_asset: AssetName = "USDT"
    """What its equity is counted in."""
    party_id: Identifier | None = None
    """Whose it is; else the caller's own."""
    preset: Annotated[str, Meta(pattern=r"^(default|careful)(?!\n)$")] = "default"
    """Risk limits to begin with."""


class OpenedAccountDocument(AccountDocument, frozen=True, kw_only=True):
    """A new account and where it stands in the journal."""

    journal_position: str


class BookingRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paper money in or out."""

    asset: AssetName
    amount: Amount
    reference: Annotated[str, Meta(max_length=64)] = ""
    """The same reference books once."""


Fraction = Annotated[Amount, Meta(description="A fraction below 1: 0.05 for 5 %.")]


class LimitsRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits to change; what is left out stays, null switches a limit off."""

    max_order_notional: Amount | msgspec.UnsetType | None = msgspec.UNSET
    max_position_notional: Amount | msgspec.UnsetType | None = msgspec.UNSET
    price_collar: Fraction | msgspec.UnsetType | None = msgspec.UNSET
    daily_loss: Fraction | msgspec.UnsetType | None = msgspec.UNSET
    drawdown: Fraction | msgspec.UnsetType | None = msgspec.UNSET
    max_leverage: Amount | msgspec.UnsetType | None = msgspec.UNSET
    orders_per_minute: Annotated[int, Meta(ge=1, le=1000000)] | msgspec.UnsetType | None = msgspec.UNSET
    max_open_orders: Annotated[int, Meta(ge=1, le=1000000)] | msgspec.UnsetType | None = msgspec.UNSET
    price_age_s_max: Annotated[int, Meta(ge=1, le=86_400)] | msgspec.UnsetType = msgspec.UNSET
    allowed_instruments: Annotated[list[Identifier], Meta(max_length=1000)] | msgspec.UnsetType = (
        msgspec.UNSET
    )


class StateRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the account may do from now on."""

    state: AccountState
    reason: Words = ""


class StateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The state in force, and the journal position that put it there (0: it was)."""

    state: AccountState
    journal_position: str


class StateOfAllAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many accounts were switched, and which could not be."""

    state: AccountState
    accounts: int
    failures: dict[str, str]


class MomentQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As of when, and which page: without a limit all there is."""

    as_of: Annotated[str, Meta(max_length=64)] | None = None
    """A journal position or a time; else now."""
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = LIMIT_MAX


class LedgerQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which postings."""

    position: Annotated[int, Meta(ge=0, lt=POSITION_MAX)] = 0
    """Of the event that brought them about; 0 for all."""


class FillQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which fills."""

    order_id: str | None = None
    instrument: str | None = None
    side: Side | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    as_of: Annotated[str, Meta(max_length=64)] | None = None
    """A journal position or a time: those that the book had by then; else now."""


async def open_account(call: Call) -> object:
    """Open an account on a venue."""
    body: OpenAccountRequest = call.body
    opened = await call.system.accounts.open(
        call.principal,
        name=body.name,
        venue=body.venue,
        base_asset=Asset(body.base_asset),
        party_id=PartyId(body.party_id) if body.party_id else None,
        limits=PRESETS[body.preset],
        correlation_id=call.correlation_id,
        command_id=call.command_id,
    )
    fields = {name: getattr(opened.account, name) for name in AccountDocument.__struct_fields__}
    return OpenedAccountDocument(**fields, journal_position=opened.journal_position)


async def list_accounts(call: Call) -> object:
    """Accounts that the caller sees, the newest first."""
    await _reach(call, AccountsProjection.name)
    page = page_request(call.query)
    return await call.system.trading_queries.accounts(call.principal, page)


async def get_account(call: Call) -> object:
    """One account."""
    await _reach(call, AccountsProjection.name)
    return await call.system.trading_queries.account(call.principal, _account_id(call))


async def deposit(call: Call) -> object:
    """Put money into a paper account."""
    return await call.system.accounts.deposit(call.principal, _account_id(call), **_booking(call))


async def withdraw(call: Call) -> object:
    """Take money out of a paper account."""
    return await call.system.accounts.withdraw(call.principal, _account_id(call), **_booking(call))


async def list_balances(call: Call) -> object:
    """What the account owns of each asset."""
    account_id = await _readable(call, LedgerProjection.name)
    query: MomentQuery = call.query
    every: Page[BalanceDocument] = (
        await call.system.trading_queries.balances(account_id)
        if query.as_of is None
        else await call.system.trading_history.balances(account_id, parse_moment(query.as_of))
    )
    return part_of(every.items, lambda balance: balance.asset, page_request(query))


async def list_positions(call: Call) -> object:
    """What the account has traded into, with average price and realised profit by average cost."""
    account_id = await _readable(call, PositionsProjection.name, ContractsProjection.name)
    query: MomentQuery = call.query
    every: Page[PositionDocument] = (
        await call.system.trading_queries.positions(account_id)
        if query.as_of is None
        else await call.system.trading_history.positions(account_id, parse_moment(query.as_of))
    )
    return part_of(sorted(every.items, key=_position_key), _position_key, page_request(query))


async def list_fills(call: Call) -> object:
    """Fills, the newest first."""
    account_id = await _readable(call, FillsProjection.name)
    query: FillQuery = call.query
    wanted = FillFilter(
        account_id=account_id,
        order_id=OrderId(query.order_id) if query.order_id else None,
        instrument=query.instrument,
        side=query.side,
        since=query.since,
        until=query.until,
    )
    if query.as_of is not None:
        position = await call.system.trading_history.position(parse_moment(query.as_of), FillsProjection.name)
        wanted = msgspec.structs.replace(wanted, position_max=position)
    page = page_request(query)
    return await call.system.trading_queries.fills(call.principal, wanted, page)


async def list_earlier_fills(call: Call) -> object:
    """What was traded on the account at its venue before it was connected, the newest first."""
    account_id = await _readable(call, EarlierFillsProjection.name)
    return await call.system.trading_queries.earlier_fills(account_id, page_request(call.query))


async def list_ledger(call: Call) -> object:
    """Postings, the newest first; `position` those of one event."""
    account_id = await _readable(call, LedgerProjection.name)
    query: LedgerQuery = call.query
    page = page_request(query)
    return await call.system.trading_queries.ledger(account_id, page, of_position=query.position)


async def get_limits(call: Call) -> object:
    """Risk limits in force."""
    return limits_document(await call.system.accounts.limits(call.principal, _account_id(call)))


async def list_risk_usage(call: Call) -> object:
    """How much of each risk limit in force is used, as an order placed now would find it."""
    every: Sequence[LimitUsageDocument] = await call.system.previews.usage(call.principal, _account_id(call))
    return part_of(sorted(every, key=_usage_key), _usage_key, page_request(call.query))


async def set_limits(call: Call) -> object:
    """Change risk limits; what is left out stays."""
    limits = await call.system.accounts.set_limits(
        call.principal, _account_id(call), _changes(call.body), correlation_id=call.correlation_id
    )
    return limits_document(limits)


async def set_state(call: Call) -> object:
    """Switch an account to reducing or halted; back to active takes the scope manage."""
    body: StateRequest = call.body
    if body.state is AccountState.ACTIVE:
        call.principal.require(Scope.MANAGE)
    position = await call.system.accounts.set_state(
        call.principal, _account_id(call), body.state, reason=body.reason, correlation_id=call.correlation_id
    )
    return StateAnswer(state=body.state, journal_position=str(position))


async def set_state_of_all(call: Call) -> object:
    """The red button: switch every account."""
    body: StateRequest = call.body
    outcomes = await call.system.accounts.set_state_of_all(
        call.principal, body.state, reason=body.reason, correlation_id=call.correlation_id
    )
    failures = {each: error.detail for each, error in outcomes.items() if isinstance(error, TradebookError)}
    return StateOfAllAnswer(state=body.state, accounts=len(outcomes) - len(failures), failures=failures)


def _position_key(position: PositionDocument) -> str:
    return f"{position.instrument}:{position.position_side.value}"


def _usage_key(usage: LimitUsageDocument) -> str:
    return f"{usage.name}:{usage.instrument or ''}"


def _account_id(call: Call) -> AccountId:
    return AccountId(call.path["account_id"])


async def _readable(call: Call, *views: str) -> AccountId:
    account_id = _account_id(call)
    await _reach(call, *views)
    await call.system.trading_queries.require_account(call.principal, account_id)
    return account_id


async def _reach(call: Call, *views: str) -> None:
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, views)


def _booking(call: Call) -> dict[str, object]:
    body: BookingRequest = call.body
    return {
        "asset": Asset(body.asset),
        "amount": parse_decimal(body.amount, field="amount"),
        "reference": body.reference,
        "correlation_id": call.correlation_id,
        "command_id": call.command_id,
    }


def _changes(request: LimitsRequest) -> LimitChanges:
    changes: dict[str, object] = {}
    for name in request.__struct_fields__:
        value = getattr(request, name)
        if value is msgspec.UNSET:
            continue
        if name == "allowed_instruments":
            value = tuple(map(InstrumentId, value))
        changes[name] = parse_decimal(value, field=name) if isinstance(value, str) else value
    return msgspec.convert(changes, LimitChanges)


_ONE = "/v1/accounts/{account_id}"

ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/accounts",
        Scope.MANAGE,
        open_account,
        OpenedAccountDocument,
        OpenAccountRequest,
        status=201,
    ),
    Endpoint("GET", "/v1/accounts", Scope.READ, list_accounts, Page[AccountDocument], query=PageQuery),
    Endpoint("GET", _ONE, Scope.READ, get_account, AccountDocument),
    Endpoint("POST", f"{_ONE}/deposits", Scope.MANAGE, deposit, Booking, BookingRequest, status=201),
    Endpoint("POST", f"{_ONE}/withdrawals", Scope.MANAGE, withdraw, Booking, BookingRequest, status=201),
    Endpoint("GET", f"{_ONE}/balances", Scope.READ, list_balances, Page[BalanceDocument], query=MomentQuery),
    Endpoint(
        "GET", f"{_ONE}/positions", Scope.READ, list_positions, Page[PositionDocument], query=MomentQuery
    ),
    Endpoint("GET", f"{_ONE}/fills", Scope.READ, list_fills, Page[FillDocument], query=FillQuery),
    Endpoint(
        "GET",
        f"{_ONE}/earlier-fills",
        Scope.READ,
        list_earlier_fills,
        Page[EarlierFillDocument],
        query=PageQuery,
    ),
    Endpoint("GET", f"{_ONE}/ledger", Scope.READ, list_ledger, Page[PostingDocument], query=LedgerQuery),
    Endpoint("GET", f"{_ONE}/risk", Scope.READ, get_limits, LimitsDocument),
    Endpoint(
        "GET", f"{_ONE}/risk/usage", Scope.READ, list_risk_usage, Page[LimitUsageDocument], query=PageQuery
    ),
    Endpoint("PUT", f"{_ONE}/risk", Scope.MANAGE, set_limits, LimitsDocument, LimitsRequest),
    Endpoint("PUT", f"{_ONE}/state", Scope.TRADE, set_state, StateAnswer, StateRequest),
    Endpoint("PUT", "/v1/risk/state", Scope.ADMIN, set_state_of_all, StateOfAllAnswer, StateRequest),
)
