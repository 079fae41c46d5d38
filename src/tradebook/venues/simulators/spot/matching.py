"""Orders of accounts meet the market, and their money moves; whose words it is told in is the venue's matter.

Matching is the paper exchange's. What has happened to an order is told to ``Outcomes`` once its account has
paid and received, and what it locked beyond its need is free again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId, OrderId
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.data import LiveMarketData
from tradebook.market.values import Instrument, MarketEvent, Trade
from tradebook.trading.commands import (
    OrderReport,
    RecordAcceptance,
    RecordCancellation,
    RecordFill,
    RecordRejection,
    RecordReplacement,
    RecordReplaceRejection,
    RecordTrigger,
)
from tradebook.trading.orders import Liquidity, OrderStatus, OrderTerms
from tradebook.trading.ports import VenueOrder
from tradebook.venues.paper.clearing import Positions
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.exchange import PaperExchange
from tradebook.venues.simulators.spot.accounts import SpotAccount
from tradebook.venues.simulators.spot.needs import Needs
from tradebook.venues.simulators.spot.orders import Fee, SpotFill, SpotOrder, worst_price_of
from tradebook.venues.simulators.spot.self_trades import Prevention, own_orders_met

ASKED_FOR = "requested"
"""Why the matching ended an order, where its owner wanted that."""

OrderT = TypeVar("OrderT", bound=SpotOrder)
AccountT = TypeVar("AccountT", bound=SpotAccount[Any])
AccountIn_contra = TypeVar("AccountIn_contra", bound=SpotAccount[Any], contravariant=True)
OrderIn_contra = TypeVar("OrderIn_contra", bound=SpotOrder, contravariant=True)


class Outcomes(Protocol[AccountIn_contra, OrderIn_contra]):
    """What a venue makes of that which happens to an order."""

    def fee_of(
        self,
        account: AccountIn_contra,
        order: OrderIn_contra,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """What a trade costs the account, out of what it has then."""
        ...

    def taken(self, account: AccountIn_contra, order: OrderIn_contra) -> None:
        """It works now, or waits for its price."""
        ...

    def filled(self, account: AccountIn_contra, order: OrderIn_contra, fill: SpotFill) -> None:
        """It has traded."""
        ...

    def triggered(self, account: AccountIn_contra, order: OrderIn_contra) -> None:
        """Its price has come."""
        ...

    def changed(self, account: AccountIn_contra, order: OrderIn_contra) -> None:
        """It works on new terms."""
        ...

    def ended(self, account: AccountIn_contra, order: OrderIn_contra) -> None:
        """It works no more; ``reason`` and ``prevented`` say why."""
        ...


class SpotMatching(Generic[AccountT, OrderT]):
    """Every order of every account."""

    def __init__(
        self, instruments: Iterable[Instrument], clock: Clock, outcomes: Outcomes[AccountT, OrderT]
    ) -> None:
        self._clock = clock
        self._outcomes = outcomes
        self.market = LiveMarketData(clock)
        self.market.add_instruments(instruments)
        self._displayed = DisplayedMarket(self.market)
        self._needs = Needs(self._displayed)
        self._matching = PaperExchange(
            self.market,
            self._take_report,
            positions=Positions(dict),
            run_id="simulator",
            rests_conditionals=True,
        )
        self._open: dict[OrderId, tuple[AccountT, OrderT]] = {}
        self._trade_ids: Counter[str] = Counter()
        self._refusal = ""

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self.market.apply(event)
        if isinstance(event, Trade):
            self._matching.on_trade(event)

    def last_price(self, instrument_id: InstrumentId) -> Decimal | None:
        """Of the last trade."""
        return self._displayed.last_price(instrument_id)

    # --- requests

    def need_of(self, terms: OrderTerms, instrument: Instrument) -> Decimal:
        """What is to be locked for an order before it is taken."""
        return self._needs.of(terms, instrument)

    def place(self, account: AccountT, order: OrderT, prevention: Prevention) -> str:
        """Take an order that its account can pay for; why not, where the matching does not take it."""
        order.locked = self._need_of_order(account, order)
        account.balances.lock(order.gives, order.locked)
        self._open[order.exchange_id] = account, order
        met = self._own_orders_met(account, order, prevention)
        if met and prevention.ends_maker:
            for each in met:
                each.prevented = each.remaining
                self.cancel(account, each)
        if met and prevention.ends_taker:
            self._end_taker(account, order)
        else:
            self._matching.accept(_as_venue_order(account, order))
        refusal, self._refusal = self._refusal, ""
        return refusal

    def cancel(self, account: AccountT, order: OrderT) -> None:
        """End an order that works."""
        self._matching.cancel(_as_venue_order(account, order))

    def change(
        self,
        account: AccountT,
        order: OrderT,
        *,
        quantity: Decimal,
        price: Decimal | None = None,
        stop_price: Decimal | None = None,
    ) -> str:
        """New terms, for which the account can pay; why not, where the matching keeps the old ones."""
        surplus = self.more_for(order, quantity=quantity, price=price, stop_price=stop_price)
        if surplus > ZERO:
            account.balances.lock(order.gives, surplus)
            order.locked += surplus
        self._matching.replace(
            _as_venue_order(account, order), quantity=quantity, price=price, stop_price=stop_price
        )
        refusal, self._refusal = self._refusal, ""
        return refusal

    def more_for(
        self, order: OrderT, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Decimal:
        """What has to be locked beside what is, before an order is changed."""
        worst = worst_price_of(order.terms, stop_price or order.stop_price)
        return order.cost_of(quantity - order.filled, price, order.price, worst) - order.locked

    def _need_of_order(self, account: AccountT, order: OrderT) -> Decimal:  # noqa: ARG002  # contracts' hook
        return self.need_of(order.terms, order.instrument)

    def _own_orders_met(self, account: AccountT, order: OrderT, prevention: Prevention) -> list[OrderT]:
        if prevention is Prevention.NONE:
            return []
        instrument = order.instrument
        displayed = self._displayed.offered_to(order.terms.side, instrument.instrument_id)
        return own_orders_met(
            order.terms, account.open_orders(order.symbol), displayed, lot=instrument.lot_size
        )

    def _end_taker(self, account: AccountT, order: OrderT) -> None:
        """It would trade with its own side: it is taken, and then it is over."""
        self._taken(account, order)
        order.prevented = order.remaining
        self._end(account, order, OrderStatus.EXPIRED, "")

    # --- what the matching says

    def _take_report(self, report: OrderReport) -> None:
        entry = self._open.get(report.order_id) if report.order_id is not None else None
        if entry is None:
            return
        account, order = entry
        match report:
            case RecordAcceptance():
                self._taken(account, order)
            case RecordFill():
                self._fill(account, order, report)
            case RecordTrigger():
                order.working_at = self._clock.now()
                self._touch(account, order)
                self._outcomes.triggered(account, order)
            case RecordReplacement():
                self._change(account, order, report)
            case RecordReplaceRejection():
                self._refusal = report.reason
                self._release(account, order)
            case RecordRejection():
                self._refusal = report.reason
                order.phase = OrderStatus.REJECTED
                self._release(account, order)
                del self._open[order.exchange_id]
            case RecordCancellation():
                is_asked_for = report.reason == ASKED_FOR and not order.prevented
                phase = OrderStatus.CANCELLED if is_asked_for else OrderStatus.EXPIRED
                self._end(account, order, phase, report.reason)
            case _:
                pass

    def _taken(self, account: AccountT, order: OrderT) -> None:
        account.add_order(order)
        self._touch(account, order)
        self._outcomes.taken(account, order)

    def _change(self, account: AccountT, order: OrderT, report: RecordReplacement) -> None:
        order.quantity = report.quantity
        order.price = order.price if report.price is None else report.price
        order.stop_price = order.stop_price if report.stop_price is None else report.stop_price
        self._touch(account, order)
        self._outcomes.changed(account, order)

    def _end(self, account: AccountT, order: OrderT, phase: OrderStatus, reason: str) -> None:
        order.phase, order.reason = phase, reason
        self._touch(account, order)
        self._forget(account, order)
        self._outcomes.ended(account, order)

    def _forget(self, account: AccountT, order: OrderT) -> None:
        del self._open[order.exchange_id]
        account.end_order(order)

    def _fill(self, account: AccountT, order: OrderT, report: RecordFill) -> None:
        held = self._matching.find(order.exchange_id)
        assert held is not None
        order.quantity = held.quantity  # one that is sized by an amount of money learns it here
        self._trade_ids[order.symbol] += 1
        trade_id = self._trade_ids[order.symbol]
        self._exchange(account, order, trade_id, quantity=report.quantity, price=report.price)
        is_maker = report.liquidity is Liquidity.MAKER
        fee = self._outcomes.fee_of(
            account, order, is_maker=is_maker, quantity=report.quantity, price=report.price
        )
        account.balances.move(fee.asset, -fee.amount)
        fill = SpotFill(
            trade_id=trade_id,
            order_id=order.order_id,
            price=report.price,
            quantity=report.quantity,
            fee=fee.amount,
            fee_asset=fee.asset,
            is_buyer=order.is_buy,
            is_maker=is_maker,
            leaves=order.remaining - report.quantity,
            at=self._clock.now(),
        )
        order.take(fill)
        account.fills.setdefault(order.symbol, []).append(fill)
        self._touch(account, order)
        if not order.is_open:
            self._forget(account, order)
        self._outcomes.filled(account, order, fill)

    def _exchange(
        self,
        account: AccountT,
        order: OrderT,
        trade_id: int,  # noqa: ARG002  # contracts' hook
        *,
        quantity: Decimal,
        price: Decimal,
    ) -> None:
        """What changes hands by a trade, before its fee."""
        worth = multiply(price, quantity)
        spent, received = (worth, quantity) if order.is_buy else (quantity, worth)
        account.balances.spend(order.gives, spent)
        order.locked -= spent
        account.balances.move(order.receives, received)

    def _touch(self, account: AccountT, order: OrderT) -> None:
        order.updated_at = self._clock.now()
        self._release(account, order)

    def _release(self, account: AccountT, order: OrderT) -> None:
        """What the order locks beyond what the rest of it may cost is free again."""
        surplus = order.locked - order.to_lock()
        if surplus > ZERO:
            account.balances.unlock(order.gives, surplus)
            order.locked -= surplus


def _as_venue_order(account: SpotAccount[Any], order: SpotOrder) -> VenueOrder:
    """As the matching takes it. Fees are not its matter: an amount of money is spent without any."""
    without_fees = msgspec.structs.replace(order.instrument, maker_fee_rate=ZERO, taker_fee_rate=ZERO)
    return VenueOrder(
        account_id=account.account_id,
        order_id=order.exchange_id,
        instrument=without_fees,
        terms=order.terms,
        quantity=order.terms.quantity,
        attempt=1,
        protection_price=order.worst_price,
    )
