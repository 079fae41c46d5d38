"""The spot exchange: customers' orders meet the market, their money moves, and they are told.

Matching is the paper exchange's: what it reports becomes Hyperliquid's words and a customer's balances here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import ClientOrderId, OrderId
from tradebook.kernel.money import ZERO, multiply, plain
from tradebook.market.data import LiveMarketData
from tradebook.market.values import BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.trading.commands import OrderReport, RecordCancellation, RecordFill, RecordRejection
from tradebook.trading.orders import Liquidity, OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.paper.exchange import PaperExchange
from tradebook.venues.simulators.hyperliquid import documents
from tradebook.venues.simulators.hyperliquid.accounts import Customer, Transfer
from tradebook.venues.simulators.hyperliquid.orders import (
    CANCELLED,
    FILLED,
    OrderRequest,
    SpotFill,
    SpotOrder,
)
from tradebook.venues.simulators.hyperliquid.rejections import (
    BALANCE,
    NO_MATCH,
    WOULD_MATCH,
    OrderRefusal,
    refuse,
)
from tradebook.venues.simulators.hyperliquid.symbols import SPOT_FROM, Coin, Pair, Symbols, milliseconds

Tell = Callable[[Customer, str, Any], None]
"""Says something on one of a customer's streams to everybody who listens to it."""

CENT = Decimal("0.00000001")
"""The smallest part of a token that a fee is cut to."""


class SpotExchange:
    """Every order of every customer."""

    def __init__(self, symbols: Symbols, clock: Clock, tell: Tell) -> None:
        self._symbols = symbols
        self._clock = clock
        self._tell = tell
        self._market = LiveMarketData(clock)
        self._market.add_instruments(pair.instrument for pair in symbols.traded)
        self._matching = PaperExchange(
            self._market, self._take_report, run_id="simulator", rests_conditionals=False
        )
        self._open: dict[OrderId, tuple[Customer, SpotOrder]] = {}
        self._oids, self._tids, self._hashes = count(1), count(1), count(1)
        self._refusal: OrderRefusal | None = None

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        seen = _on_grid(event, self._symbols.coins(event.instrument_id)[1])
        self._market.apply(seen)
        if isinstance(seen, Trade):
            self._matching.on_trade(seen)

    # --- requests

    def place(self, customer: Customer, request: OrderRequest) -> SpotOrder:
        """Take an order. Raises OrderRefusal."""
        pair = self._symbols.pair(request.coin)
        order = SpotOrder(request, next(self._oids), self._now())
        gives = pair.gives(is_buy=request.is_buy)
        if customer.balances.of(gives).free < order.to_lock:
            self._refuse(customer, order, refuse(BALANCE, asset=SPOT_FROM + pair.number))
        customer.balances.lock(gives, order.to_lock)
        order.locked = order.to_lock
        self._open[order.exchange_id] = customer, order
        self._matching.accept(_for_matching(customer, order, pair))
        refusal, self._refusal = self._refusal, None
        if refusal is not None:
            raise refusal
        return order

    def refuse(self, customer: Customer, request: OrderRequest, refusal: OrderRefusal) -> None:
        """An order that is not even looked at by the matching has a number all the same."""
        self._refuse(customer, SpotOrder(request, next(self._oids), self._now()), refusal)

    def cancel(self, customer: Customer, order: SpotOrder, *, status: str = CANCELLED) -> None:
        """End an order that works."""
        order.ends_as = status
        pair = self._symbols.pair(order.request.coin)
        self._matching.cancel(_for_matching(customer, order, pair))

    def deposit(self, customer: Customer, token: str, amount: Decimal, *, other: str) -> Transfer:
        """Money comes from somebody, or with a negative amount goes to him."""
        customer.balances.move(token, amount)
        transfer = Transfer(
            token=token,
            amount=amount,
            other=other,
            time=self._now(),
            hash=f"0x{next(self._hashes):064x}",
        )
        customer.transfers.append(transfer)
        self._tell(customer, "userNonFundingLedgerUpdates", [documents.transfer(customer, transfer)])
        return transfer

    def best_of(self, pair: Pair) -> str:
        """Best bid and offer, as a refusal tells them."""
        quote = self._market.quote(pair.instrument.instrument_id)
        return "0@0" if quote is None else f"{plain(quote.bid)}@{plain(quote.ask)}"

    # --- what the matching says

    def _take_report(self, report: OrderReport) -> None:
        entry = self._open.get(report.order_id) if report.order_id is not None else None
        if entry is None:
            return
        customer, order = entry
        match report:
            case RecordFill():
                self._fill(customer, order, report)
            case RecordRejection():
                self._end(customer, order, WOULD_MATCH)
            case RecordCancellation(reason="immediate_or_cancel") if not order.filled:
                self._end(customer, order, NO_MATCH)
            case RecordCancellation():
                order.becomes(order.ends_as, self._now())
                self._close(customer, order)
            case _:  # it was taken
                customer.add_order(order)
                if order.request.tif != "Ioc":
                    self._say(customer, order)

    def _fill(self, customer: Customer, order: SpotOrder, report: RecordFill) -> None:
        request, pair = order.request, self._symbols.pair(order.request.coin)
        balances, worth = customer.balances, multiply(report.price, report.quantity)
        base = pair.instrument.base_asset
        start = balances.of(base).free + balances.of(base).locked
        spent, received = (worth, report.quantity) if request.is_buy else (report.quantity, worth)
        gets = pair.gives(is_buy=not request.is_buy)
        is_taker = report.liquidity is Liquidity.TAKER
        instrument = pair.instrument
        rate = instrument.taker_fee_rate if is_taker else instrument.maker_fee_rate
        fee = multiply(received, rate).quantize(CENT)
        balances.spend(pair.gives(is_buy=request.is_buy), spent)
        balances.move(gets, received - fee)
        order.locked -= spent
        order.left -= report.quantity
        order.spent += worth
        customer.traded += worth
        fill = SpotFill(
            tid=next(self._tids),
            oid=order.oid,
            coin=request.coin,
            cloid=request.cloid,
            is_buy=request.is_buy,
            price=report.price,
            size=report.quantity,
            fee=fee,
            fee_token=gets,
            start=start,
            is_taker=is_taker,
            time=self._now(),
        )
        customer.fills.append(fill)
        if not order.left:
            order.becomes(FILLED, self._now())
            self._close(customer, order)
        self._release(customer, order)
        self._tell(customer, "userFills", [documents.fill(fill)])

    def _end(self, customer: Customer, order: SpotOrder, reason: tuple[str, str]) -> None:
        pair = self._symbols.pair(order.request.coin)
        self._refusal = refuse(reason, asset=SPOT_FROM + pair.number, bbo=self.best_of(pair))
        order.becomes(self._refusal.status, self._now())
        customer.add_order(order)
        self._close(customer, order)

    def _refuse(self, customer: Customer, order: SpotOrder, refusal: OrderRefusal) -> None:
        order.becomes(refusal.status or "rejected", self._now())
        customer.add_order(order)
        self._say(customer, order)
        raise refusal

    def _close(self, customer: Customer, order: SpotOrder) -> None:
        del self._open[order.exchange_id]
        customer.end_order(order)
        self._release(customer, order)
        self._say(customer, order)

    def _release(self, customer: Customer, order: SpotOrder) -> None:
        """What the order locks beyond what the rest of it may cost is free again."""
        surplus = order.locked - order.to_lock
        if surplus > ZERO:
            gives = self._symbols.pair(order.request.coin).gives(is_buy=order.request.is_buy)
            customer.balances.unlock(gives, surplus)
            order.locked -= surplus

    def _say(self, customer: Customer, order: SpotOrder) -> None:
        self._tell(customer, "orderUpdates", [documents.order_update(order)])

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _for_matching(customer: Customer, order: SpotOrder, pair: Pair) -> VenueOrder:
    """Fees are not the matching's."""
    request = order.request
    without_fees = msgspec.structs.replace(pair.instrument, maker_fee_rate=ZERO, taker_fee_rate=ZERO)
    return VenueOrder(
        account_id=customer.account_id,
        order_id=order.exchange_id,
        instrument=without_fees,
        terms=OrderTerms(
            client_order_id=ClientOrderId(""),
            instrument_id=pair.instrument.instrument_id,
            side=Side.BUY if request.is_buy else Side.SELL,
            type=OrderType.LIMIT,
            quantity=request.size,
            price=request.price,
            time_in_force=TimeInForce.IOC if request.tif == "Ioc" else TimeInForce.GTC,
            post_only=request.tif == "Alo",
        ),
        quantity=request.size,
        attempt=1,
    )


def _on_grid(event: MarketEvent, coin: Coin) -> MarketEvent:
    """The same at prices that the coin has."""
    replace = msgspec.structs.replace
    match event:
        case Quote():
            return replace(event, bid=coin.bid(event.bid), ask=coin.ask(event.ask))
        case Trade():
            return replace(event, price=coin.nearest(event.price))
        case BookUpdate():
            return replace(event, bids=_levels(event.bids, coin.bid), asks=_levels(event.asks, coin.ask))


def _levels(levels: Sequence[Level], on_grid: Callable[[Decimal], Decimal]) -> tuple[Level, ...]:
    return tuple(Level(price=on_grid(each.price), size=each.size) for each in levels)
