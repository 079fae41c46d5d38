"""The paper venue's clearing house: who has which contracts, what they pay each other, and who is liquidated.

* A position is known from what the book had when the venue began, and from every trade since.
* Every eight hours, at 00:00, 08:00 and 16:00 UTC, longs pay shorts 0.01 % of the value of their position:
  what a perpetual costs where its price is that of what it is a bet on.
* Once a second of the market's time every account with open contracts is measured at the middle of the
  market. Where all that it has of a settle asset, with what its contracts have gained, is below their
  maintenance margin, its orders of these contracts are cancelled and its positions closed against the
  displayed book.

An account is secured by all that it has (cross margin), whatever mode its leverage was set with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import AccountId, Asset, InstrumentId, derive_id
from tradebook.kernel.money import ZERO, round_half_even
from tradebook.market.ports import MarketData
from tradebook.market.values import Contract, Instrument
from tradebook.trading.commands import RecordClosing, RecordFunding
from tradebook.trading.model.contracts import gain, parse_position_key, position_key
from tradebook.trading.model.liquidation import maintenance_margin
from tradebook.trading.orders import Liquidity, OrderTerms, PositionSide, Side
from tradebook.trading.processes.holdings import Held, OpenContract
from tradebook.trading.worth import mark_price
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.rules import Match, fee_of, walk

FUNDING_RATE = Decimal("0.0001")
FUNDING_EVERY = timedelta(hours=8)
ROUND_S = 1

Books = Callable[[], Mapping[AccountId, Held]]
"""What every account has, as recorded."""


class Secured(NamedTuple):
    """An open contract at the middle of the market."""

    held: OpenContract
    key: str
    instrument: Instrument
    contract: Contract
    price: Decimal

    @property
    def gained(self) -> Decimal:
        """In the settle asset; negative for a loss."""
        return gain(self.contract, self.held.quantity, self.held.cost, self.price)

    @property
    def maintenance(self) -> Decimal:
        """What must be left to secure it."""
        return maintenance_margin(self.contract, self.held.quantity, self.price)


class Positions:
    """How many contracts each account has open: what is recorded lags behind what was told."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._open: dict[tuple[AccountId, str], Decimal] = {}

    def reducible(self, account_id: AccountId, terms: OrderTerms) -> Decimal:
        """How much an order on its side could close."""
        quantity = self._quantity(account_id, position_key(terms.instrument_id, terms.position_side))
        return abs(quantity) if quantity and (quantity > 0) != (terms.side is Side.BUY) else ZERO

    def trade(self, account_id: AccountId, key: str, side: Side, quantity: Decimal) -> None:
        """Something was bought or sold."""
        change = quantity if side is Side.BUY else -quantity
        self._open[account_id, key] = self._quantity(account_id, key) + change

    def _quantity(self, account_id: AccountId, key: str) -> Decimal:
        known = self._open.get((account_id, key))
        if known is not None:
            return known
        held = self._books().get(account_id)
        contract = None if held is None else held.contracts.get(key)
        return ZERO if contract is None else contract.quantity


class ClearingHouse:
    """Looks after the accounts of the venue called ``name``; what it does is told to ``emit``."""

    def __init__(
        self,
        name: str,
        market: MarketData,
        books: Books,
        *,
        positions: Positions,
        run_id: str,
        cancel: Callable[[AccountId, InstrumentId], None],
        emit: Callable[[RecordClosing | RecordFunding], None],
    ) -> None:
        """``cancel`` ends every order of an account in an instrument."""
        self._name = name
        self._market = market
        self._displayed = DisplayedMarket(market)
        self._books = books
        self._positions = positions
        self._run_id = run_id
        self._cancel = cancel
        self._emit = emit
        self._closed: dict[tuple[AccountId, str], OpenContract] = {}
        """Positions as they were when they were closed here, until the book knows."""
        self._funded_until: datetime | None = None

    @property
    def has_work(self) -> bool:
        """Whether anybody has contracts open."""
        return any(held.contracts for _, held in self._ours())

    def begin(self) -> None:
        """What was due before is not made up for."""
        if self._funded_until is None:
            self._funded_until = _last_funding(self._market.now())

    def round(self) -> None:
        """Fund and measure everybody, as of the market's time."""
        self.begin()
        funding_at = _last_funding(self._market.now())
        is_funding = funding_at != self._funded_until
        self._funded_until = funding_at
        for account_id, held in self._ours():
            secured = self._secured(account_id, held)
            if is_funding:
                self._fund(account_id, secured, funding_at)
            for asset in {each.held.settle_asset for each in secured}:
                self._measure(account_id, held, [each for each in secured if each.held.settle_asset == asset])

    def _ours(self) -> Iterable[tuple[AccountId, Held]]:
        return [
            (account_id, held)
            for account_id, held in self._books().items()
            if held.contracts and held.venue == self._name
        ]

    def _secured(self, account_id: AccountId, held: Held) -> Sequence[Secured]:
        found = []
        for key, each in held.contracts.items():
            if self._closed.get((account_id, key)) == each:
                continue
            instrument = self._market.instrument(each.instrument_id)
            price = mark_price(self._market, each.instrument_id)
            if instrument is not None and instrument.contract is not None and price:
                found.append(Secured(each, key, instrument, instrument.contract, price))
        return found

    def _fund(self, account_id: AccountId, secured: Sequence[Secured], at: datetime) -> None:
        for each in secured:
            value = each.contract.value(abs(each.held.quantity), each.price)
            paid = round_half_even(value * FUNDING_RATE, each.contract.settle_step)
            self._emit(
                RecordFunding(
                    account_id=account_id,
                    at=at,
                    funding_id=f"{at:%Y%m%dT%H}:{parse_position_key(each.key)[1].value}",
                    instrument_id=each.held.instrument_id,
                    asset=each.held.settle_asset,
                    amount=-paid if each.held.quantity > 0 else paid,
                    rate=FUNDING_RATE,
                )
            )

    def _measure(self, account_id: AccountId, held: Held, secured: Sequence[Secured]) -> None:
        asset: Asset = secured[0].held.settle_asset
        left = held.totals.get(asset, ZERO) + sum((each.gained for each in secured), ZERO)
        if left >= sum((each.maintenance for each in secured), ZERO):
            return
        for each in secured:
            self._cancel(account_id, each.held.instrument_id)
            self._liquidate(account_id, each)

    def _liquidate(self, account_id: AccountId, each: Secured) -> None:
        side = Side.SELL if each.held.quantity > 0 else Side.BUY
        levels = self._displayed.offered_to(side, each.held.instrument_id)
        if not levels:
            return
        self._closed[account_id, each.key] = each.held
        sequence = str(self._displayed.sequence(each.held.instrument_id))
        matches = walk(levels, abs(each.held.quantity), lot=each.instrument.lot_size)
        for number, match in enumerate(matches):
            fill_id = derive_id(self._run_id, "liquidation", account_id, each.key, sequence, str(number))
            self._positions.trade(account_id, each.key, side, match.quantity)
            self._emit(self._closing(account_id, each, side, match, fill_id))

    def _closing(
        self, account_id: AccountId, each: Secured, side: Side, match: Match, fill_id: str
    ) -> RecordClosing:
        fee = fee_of(each.instrument, side, match, Liquidity.TAKER)
        position_side: PositionSide = parse_position_key(each.key)[1]
        return RecordClosing(
            account_id=account_id,
            at=self._market.now(),
            reason="liquidation",
            fill_id=fill_id,
            instrument_id=each.held.instrument_id,
            side=side,
            quantity=match.quantity,
            price=match.price,
            base_asset=each.instrument.base_asset,
            quote_asset=each.instrument.quote_asset,
            fee=fee.amount,
            fee_asset=fee.asset,
            position_side=position_side,
            contract=each.contract,
        )


def _last_funding(now: datetime) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + FUNDING_EVERY * ((now - midnight) // FUNDING_EVERY)
