"""What is asked of Bybit in an account's name, of all categories that its key may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TypeVar

import msgspec
import structlog

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import MarginMode
from tradebook.venues.bybit import requests
from tradebook.venues.bybit.account_data import (
    Began,
    decode_beginnings,
    decode_executions,
    decode_margin_mode,
    decode_orders,
    decode_positions,
    decode_wallet,
)
from tradebook.venues.bybit.late_listings import LateListings
from tradebook.venues.bybit.pages import Paged, all_pages
from tradebook.venues.bybit.permissions import decode_permissions, decode_sees_contracts
from tradebook.venues.bybit.position_modes import PositionModes
from tradebook.venues.bybit.requests import Span
from tradebook.venues.bybit.rest import SignedRest
from tradebook.venues.bybit.symbols import Category, Markets, category_of
from tradebook.venues.bybit.transactions import decode_gains
from tradebook.venues.bybit.wire.base import VENUE
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    Execution,
    ExecutionReport,
    FundingPayment,
    KeyPermissions,
    Position,
    VenueProblem,
)
from tradebook.venues.messages.instruments import ListedInstrument

log = structlog.get_logger("tradebook.venues")

CONTRACTS = (Category.LINEAR, Category.INVERSE)
_FUNDING = "Funding"
_A_MOMENT = timedelta(milliseconds=1)
_WINDOW = timedelta(days=7) - _A_MOMENT
"""Executions, and what they gained, are told of so long a time at once."""
_TOLD_OF = timedelta(days=729)
"""Bybit keeps two years."""
_CLOCKS_DIFFER = timedelta(minutes=1)
"""Ours, and what is known of Bybit's, at most by so much."""
REMEMBERED_MAX = 10_000
"""Orders that were asked for."""


T = TypeVar("T")


class AccountQuestions:
    """Each raises what ``SignedRest.ask`` raises, and UndecodableFrame."""

    def __init__(self, rest: SignedRest, markets: Markets, modes: PositionModes, late: LateListings) -> None:
        """``modes`` learn from the answers; ``late`` finds what is in them and on no list."""
        self._rest = rest
        self._markets = markets
        self._modes = modes
        self._late = late
        self._asked_for: dict[str, Began] = {}
        """By Bybit's id of the order."""
        self.contracts: Sequence[Category] = ()
        """Categories of contracts that the key may see, once it is known."""

    @property
    def categories(self) -> Sequence[Category]:
        """All that the key may see."""
        return (Category.SPOT, *self.contracts)

    # --- orders and fills

    async def order(
        self, listed: ListedInstrument, name: str, *, placed_at: datetime | None
    ) -> ExecutionReport | None:
        """The order of a client order id, looked for as far back as it was placed, or a week where that is
        not known; None where Bybit does not have it.
        """
        category, symbol = category_of(listed), listed.venue_symbol
        past = partial(requests.past_order_by_client_id, category, symbol, name)
        for request in (
            requests.order_by_client_id(category, symbol, name),
            *(past(within=each) for each in self._spans_back_to(placed_at)),
        ):
            page = await self._rest.ask(request)
            found = await self._orders(category, page)
            if found:
                self._remember(decode_beginnings(page))
                return found[0]
        return None

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works, of all symbols."""
        await self._late.find_heard()
        works: list[ExecutionReport] = []
        for category, asset in self._parts(self.categories):
            pages = await self._pages(partial(requests.open_orders, category, settle_asset=asset))
            works += [order for page in pages for order in await self._orders(category, page)]
        return [each for each in works if each.status not in TERMINAL]

    async def fills_of(self, listed: ListedInstrument, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order that was asked for, and of another what it filled within the last seven days;
        oldest first. What is newest is asked for first, until all of it is found.
        """
        category, order = category_of(listed), self._asked_for.get(venue_order_id)
        of_order = partial(requests.executions_of, category, listed.venue_symbol, venue_order_id)
        fills: list[Execution] = []
        for within in self._spans_back_to(None if order is None else order.at):
            fills = _once([*await self._fills(category, partial(of_order, within=within)), *fills])
            if order is not None and sum((each.quantity for each in fills), ZERO) >= order.filled:
                break
        return fills

    async def fills_since(self, since: datetime) -> Sequence[Execution]:
        """All fills, whoever traded."""
        found: list[Execution] = []
        for category in self.categories:
            for start, end in self._windows(since):
                request_of = partial(requests.executions, category, start=start, end=end)
                found += await self._fills(category, request_of)
        return _once(found)

    # --- contracts

    async def positions(self) -> Sequence[Position]:
        """All in contracts that are told without being named: at least those that are open."""
        found: list[Position] = []
        for category, asset in self._parts(self.contracts):
            pages = await self._pages(partial(requests.positions, category, settle_asset=asset))
            found += [each for page in pages for each in await self._positions(category, page)]
        return found

    async def learn_mode(self, listed: ListedInstrument) -> None:
        """Which positions there are in a contract."""
        category, symbol = category_of(listed), listed.venue_symbol
        await self._positions(category, await self._rest.ask(requests.positions(category, symbol=symbol)))

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        found: list[FundingPayment] = []
        for category in self.contracts:
            for start, end in self._windows(since):
                request_of = partial(requests.executions, category, start=start, end=end, only=_FUNDING)
                pages = await self._pages(request_of)
                told = [each for page in pages for each in await self._executions(category, page)]
                found += [each for each in told if isinstance(each, FundingPayment)]
        return sorted(found, key=lambda each: each.at)

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its unified wallet."""
        body = await self._rest.ask(requests.wallet())
        return [each for each in decode_wallet(body) if isinstance(each, Balance)]

    async def margin_mode(self) -> MarginMode:
        """What secures all of its positions."""
        return _said(decode_margin_mode(await self._rest.ask(requests.margin_mode())))

    async def permissions(self) -> KeyPermissions:
        """What the key may do."""
        return _said(decode_permissions(await self._rest.ask(requests.permissions())))

    async def learn_what_may_be_seen(self) -> None:
        """A key that is made for spot is refused whatever it asks of contracts."""
        sees = _said(decode_sees_contracts(await self._rest.ask(requests.permissions())))
        self.contracts = CONTRACTS if sees else ()

    # --- reading

    def _remember(self, began: Mapping[str, Began]) -> None:
        self._asked_for |= began
        while len(self._asked_for) > REMEMBERED_MAX:
            del self._asked_for[next(iter(self._asked_for))]

    def _parts(self, categories: Sequence[Category]) -> Iterator[tuple[Category, Asset]]:
        """What is asked for by itself: linear contracts want the asset that they are settled in."""
        for category in categories:
            if category is Category.LINEAR:
                for asset in sorted(
                    {each.settle_asset for each in self._markets.of(category) if _is_booked(each)}
                ):
                    yield category, asset
            else:
                yield category, Asset("")

    def _spans_back_to(self, since: datetime | None) -> Iterator[Span | None]:
        """The last seven days, as Bybit reckons them by itself, and what was before them back to a moment,
        the newest first.
        """
        yield None
        if since is not None:
            now = self._rest.venue_clock.now()
            begin = max(since - _CLOCKS_DIFFER, now - _TOLD_OF)
            yield from reversed([*_spans(begin, now - _WINDOW + _CLOCKS_DIFFER)])

    def _windows(self, since: datetime) -> Iterator[Span]:
        """Until now, whatever Bybit's clock says: what has just happened there is not to be left out."""
        return _spans(since, self._rest.venue_clock.now() + _CLOCKS_DIFFER)

    async def _fills(self, category: Category, request_of: Paged) -> Sequence[Execution]:
        """Oldest first. Of which positions they are may have to be asked for; where Bybit does not tell that
        any more, they are told without.
        """
        pages = await self._pages(request_of)
        told = [each for page in pages for each in await self._executions(category, page)]
        unknown = {
            each.instrument_id for each in told if isinstance(each, Execution) and not each.position_side
        }
        for instrument_id in unknown:
            listed = self._markets.of(category).listed(instrument_id)
            try:
                await self.learn_mode(listed)
            except VenueRefusal as error:
                log.warning("position_mode_not_told", symbol=listed.venue_symbol, problem=error.detail)
        if unknown:
            told = [each for page in pages for each in await self._executions(category, page)]
        fills = [each for each in reversed(told) if isinstance(each, Execution)]
        return fills if category is Category.SPOT else await self._with_gains(category, fills)

    async def _with_gains(self, category: Category, fills: Sequence[Execution]) -> Sequence[Execution]:
        """What they gained is in another list; where it is not there yet, it is not told."""
        times = [each.at for each in fills if each.realised_pnl is None]
        if not times:
            return fills
        start = min(times)
        end = min(max(times), start + _WINDOW) + _A_MOMENT
        gains: defaultdict[str, Decimal] = defaultdict(Decimal)
        request_of = partial(requests.transactions, start=start, end=end, category=category)
        for page in await self._pages(request_of):
            for fill_id, gain in _said(decode_gains(page)).items():
                gains[fill_id] += gain
        return [
            each
            if each.realised_pnl is not None
            else msgspec.structs.replace(each, realised_pnl=gains.get(each.fill_id))
            for each in fills
        ]

    async def _orders(self, category: Category, page: bytes) -> list[ExecutionReport]:
        read = await self._late.read(partial(decode_orders, self._markets, category, page))
        told = [each for each in read if isinstance(each, ExecutionReport)]
        if category is not Category.SPOT:
            for each in told:
                if each.status not in TERMINAL:  # one that is over may be from before a switch
                    self._modes.take(each)
        return [each for each in told if self.is_booked(each.instrument_id)]

    async def _positions(self, category: Category, page: bytes) -> list[Position]:
        read = await self._late.read(partial(decode_positions, self._markets, category, page))
        told = [each for each in read if isinstance(each, Position)]
        for each in told:
            self._modes.take(each)
        return [each for each in told if self.is_booked(each.instrument_id)]

    async def _executions(self, category: Category, page: bytes) -> list[AccountMessage]:
        told = await self._late.read(
            partial(decode_executions, self._markets, category, page, self._modes.of_fill)
        )
        return [
            each
            for each in told
            if isinstance(each, Execution | FundingPayment) and self.is_booked(each.instrument_id)
        ]

    def is_booked(self, instrument_id: InstrumentId) -> bool:
        """Whether what happens in it is booked: not in contracts that only the venue can settle."""
        return _is_booked(self._markets.listed_as(instrument_id))

    async def _pages(self, request_of: Paged) -> Sequence[bytes]:
        """Newest first."""
        return await all_pages(self._rest.ask, request_of)


def _spans(since: datetime, until: datetime) -> Iterator[Span]:
    """As long ones as Bybit tells of at once, the oldest first."""
    while since < until:
        end = min(since + _WINDOW, until)
        yield since, end
        since = end


def _once(fills: Iterable[Execution]) -> list[Execution]:
    """Windows touch each other: what was told by two of them counts once."""
    return list({(each.instrument_id, each.fill_id): each for each in fills}.values())


def _is_booked(listed: ListedInstrument) -> bool:
    return category_of(listed) is Category.SPOT or listed.instrument.contract is not None


def _said(answer: T | VenueProblem) -> T:
    if isinstance(answer, VenueProblem):
        raise VenueRefusal(VENUE, answer.code, answer.message)
    return answer
