"""What would be decided, and how much of each limit is used: looked up on the account, never recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Literal

import msgspec

from tradebook.identity.principal import Principal
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import RateLimited, Refused
from tradebook.kernel.ids import AccountId, Asset, InstrumentId
from tradebook.kernel.money import plain, round_half_even
from tradebook.kernel.rates import Rates
from tradebook.market.ports import MarketData, Prices
from tradebook.trading.commands import PlaceOrder
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.model import Account
from tradebook.trading.model.exposure import exposure
from tradebook.trading.model.inputs import FRACTION
from tradebook.trading.model.measures import SHOWN_TO, Priced, Usage, usage_now
from tradebook.trading.model.preview import Preview, preview
from tradebook.trading.model.risk import Refusal
from tradebook.trading.model.workings import Working
from tradebook.trading.services.known_accounts import AccountFacts, KnownAccounts
from tradebook.trading.services.order_commands import OrderCommands
from tradebook.trading.services.requests import PreviewRequest
from tradebook.trading.views.explain.limits import Measured, shown
from tradebook.trading.writer import AccountWriter

PREVIEWS_PER_MINUTE = 600
"""Of one caller: a ticket that asks while somebody types stays below."""


class PreviewHoldDocument(msgspec.Struct, frozen=True, kw_only=True):
    """So much of an asset."""

    asset: Asset
    amount: str


class PreviewFeeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What trading all of the order costs at worst, at the price used."""

    asset: Asset
    amount: str
    rate: str


class PreviewBalanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What can be spent of an asset."""

    asset: Asset
    available: str


class PreviewAfterDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How the account stands once the order is placed; as now where it would not be."""

    available: list[PreviewBalanceDocument]


class LimitUsageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A limit in force and what stands against it."""

    name: str
    instrument: str | None
    """Of limits that hold for each instrument."""
    used: str | None
    """None for limits on each order by itself, and where there is no price to measure by."""
    limit: str
    unit: str
    """`orders`, `fraction`, `seconds`, `times`, or the asset that it is counted in."""
    share: str | None
    """How much of the limit is used: 1 is all of it."""
    detail: str


class WorkingInputDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the formula speaks of."""

    name: str
    value: str | None
    """Null for a price that is not known."""
    unit: str
    """An asset, `orders`, `seconds`, or nothing for a fraction."""


class WorkingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a preview with how it is computed; the inputs give the value, to the last digit."""

    name: str
    """`notional`, `hold`, `fee`, `available:<asset>`, or `limit:<name>` for the share of it."""
    value: str
    unit: str
    formula: str
    inputs: list[WorkingInputDocument]


class OrderPreviewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The answer that placing the order now would get, and the figures behind it."""

    verdict: Literal["ok", "denied"]
    code: str | None
    """Why it would be denied."""
    detail: str
    figures: dict[str, str]
    notional: str | None
    """Its size in the quote asset, at the price used."""
    hold: PreviewHoldDocument | None
    """What placing it sets aside, or would need to."""
    fee: PreviewFeeDocument | None
    price_used: str | None
    """The order's own price, or what a buy would pay and a sell would get at the market."""
    price_at: datetime | None
    """When the market showed the price used; null for the order's own."""
    after: PreviewAfterDocument
    limits: list[LimitUsageDocument]
    """What it would make of the limits that it is measured by."""
    workings: list[WorkingDocument]
    """How these figures are computed; prices move, so no later question could tell."""


class Previews:
    """Every method checks that the account is the caller's to see; the scope is checked at the door."""

    def __init__(
        self,
        *,
        writer: AccountWriter,
        market: MarketData,
        prices: Prices,
        commands: OrderCommands,
        accounts: KnownAccounts,
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._market = market
        self._prices = prices
        self._commands = commands
        self._accounts = accounts
        self._clock = clock
        self._rates = Rates()

    async def preview(self, principal: Principal, request: PreviewRequest) -> OrderPreviewDocument:
        """What placing the order would answer now. It takes no name, and nothing of the caller's order rate.

        Raises NotFound, RateLimited, InvalidInput as placing does, Unavailable where its venue is not there.
        """
        self._admit(principal)
        facts = await self._accounts.require(principal, AccountId(request.account_id))
        instrument_id = InstrumentId(request.instrument)
        if not self._prices.are_at_hand(instrument_id, facts.base_asset):
            await self._prices.bring(instrument_id, facts.base_asset)
        try:
            command = self._commands.place(request.named(), facts)
        except Refused as error:
            return _denied(error)
        recorded = None if request.client_order_id is None else await self._recorded(command)
        decide = partial(preview, command, recorded=recorded)
        return _document(await self._writer.read(command.account_id, decide))

    async def usage(self, principal: Principal, account_id: AccountId) -> Sequence[LimitUsageDocument]:
        """How much of each limit in force is used, as an order placed now would find it. Raises NotFound."""
        return list(map(_usage, (await self.measured(principal, account_id)).usage))

    async def measured(self, principal: Principal, account_id: AccountId) -> Measured:
        """The same, exact and with what it is computed from. Raises NotFound."""
        facts = await self._accounts.require(principal, account_id)
        at = self._market.now()

        def measure(account: Account) -> list[Usage]:
            return usage_now(account, at, self._priced(facts, account))

        return Measured(at, await self._writer.read(account_id, measure))

    def _admit(self, principal: Principal) -> None:
        now_s = self._clock.now().timestamp()
        wait_s = self._rates.take(principal.actor, 1, per_minute=PREVIEWS_PER_MINUTE, now_s=now_s)
        if wait_s:
            raise RateLimited(f"More than {PREVIEWS_PER_MINUTE} previews a minute.", ceil(wait_s))

    async def _recorded(self, command: PlaceOrder) -> OrderPlaced | OrderDenied | None:
        """What became of an order of the same name, if it was placed before."""
        first = next(iter(await self._writer.recorded(command)), None)
        return first if isinstance(first, OrderPlaced | OrderDenied) else None

    def _priced(self, facts: AccountFacts, account: Account) -> Iterable[Priced]:
        """The instruments that the account has something of, with the prices of now."""
        for instrument in self._market.instruments():
            if exposure(account, instrument).quantity:
                seen = self._commands.seen(instrument)
                rate = self._commands.quote_rate(instrument, facts.base_asset)
                yield Priced(instrument, None if seen is None else seen.ask, rate)


def _document(found: Preview) -> OrderPreviewDocument:
    detail = "It is placed already; placing it again changes nothing." if found.is_repetition else ""
    refusal = found.refusal
    return OrderPreviewDocument(
        verdict="ok" if refusal is None else "denied",
        code=None if refusal is None else refusal.code,
        detail=detail if refusal is None else refusal.detail,
        figures={} if refusal is None else refusal.figures,
        notional=_text(found.notional),
        hold=None
        if found.hold is None
        else PreviewHoldDocument(asset=found.hold.asset, amount=plain(found.hold.amount)),
        fee=None
        if found.fee is None
        else PreviewFeeDocument(
            asset=found.fee.asset, amount=plain(found.fee.amount), rate=plain(found.fee.rate)
        ),
        price_used=_text(found.price_used),
        price_at=found.price_at,
        after=PreviewAfterDocument(
            available=[
                PreviewBalanceDocument(asset=asset, available=plain(amount))
                for asset, amount in found.available.items()
            ]
        ),
        limits=list(map(_usage, found.limits)),
        workings=list(map(_working, found.workings)),
    )


def _denied(error: Refused) -> OrderPreviewDocument:
    """Before the account was asked: its venue does not know such orders."""
    return _document(Preview(Refusal.of(error)))


def _usage(usage: Usage) -> LimitUsageDocument:
    share = usage.share
    return LimitUsageDocument(
        name=usage.name,
        instrument=usage.instrument_id,
        used=shown(usage),
        limit=plain(usage.limit),
        unit=usage.unit,
        share=None if share is None else plain(round_half_even(share, SHOWN_TO)),
        detail=usage.detail,
    )


def _working(working: Working) -> WorkingDocument:
    return WorkingDocument(
        name=working.name,
        value=plain(working.value),
        unit=_unit(working.unit),
        formula=working.formula,
        inputs=[
            WorkingInputDocument(name=each.name, value=_text(each.value), unit=_unit(each.unit))
            for each in working.inputs
        ],
    )


def _unit(unit: str) -> str:
    return "" if unit == FRACTION else unit


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
