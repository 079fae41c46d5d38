"""The spot exchange: accounts' orders meet the market, their money moves, and they are told.

Matching is the paper exchange's: what it reports becomes Binance's words and an account's balances here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import OrderId
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
    RecordTrigger,
)
from tradebook.trading.conditions import has_come
from tradebook.trading.orders import Liquidity
from tradebook.venues.paper.displayed import DisplayedMarket
from tradebook.venues.paper.exchange import PaperExchange
from tradebook.venues.simulators.binance import events
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.fees import fee_of
from tradebook.venues.simulators.binance.needs import Needs
from tradebook.venues.simulators.binance.numbers import milliseconds
from tradebook.venues.simulators.binance.orders import OrderRequest, SpotFill, SpotOrder
from tradebook.venues.simulators.binance.placing import require_worth
from tradebook.venues.simulators.binance.rejections import Rejection, insufficient, rejected
from tradebook.venues.simulators.binance.self_trades import EXPIRES_MAKER, EXPIRES_TAKER, own_orders_met
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.binance.translation import side_of, terms_of, venue_order_of

Tell = Callable[[SpotAccount, dict[str, Any]], None]
"""Says something to everybody who listens to an account."""

_EXPIRY = {
    "immediate_or_cancel": "UNFILLED_IOC_QUANTITY_EXPIRED",
    "fill_or_kill": "UNFILLED_FOK_ORDER_EXPIRED",
    "protection_price": "EXECUTION_RULE_PRICE_RANGE_EXCEEDED",
}
"""Why the matching ended an order; what is not here was asked for."""
_REJECTIONS = {
    "post_only_would_trade": (-2010, "Order would immediately match and take."),
    "no_price": (-2010, "Order book liquidity is less than symbol minimum quantity."),
    "less_than_one_lot": (-1013, "Filter failure: LOT_SIZE"),
}


class SpotExchange:
    """Every order of every account."""

    def __init__(self, symbols: Symbols, clock: Clock, tell: Tell) -> None:
        self._symbols = symbols
        self._clock = clock
        self._tell = tell
        self._market = LiveMarketData(clock)
        self._market.add_instruments(symbols.instruments.values())
        self._displayed = DisplayedMarket(self._market)
        self._needs = Needs(self._displayed)
        self._matching = PaperExchange(
            self._market, self._take_report, run_id="simulator", rests_conditionals=True
        )
        self._open: dict[OrderId, tuple[SpotAccount, SpotOrder]] = {}
        self._order_ids: Counter[str] = Counter()
        self._trade_ids: Counter[str] = Counter()
        self._prevented_matches: Counter[str] = Counter()
        self._rejection: Rejection | None = None
        self.executions = 0
        """How many there have been: the last one's id."""

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self._market.apply(event)
        if isinstance(event, Trade):
            self._matching.on_trade(event)

    # --- requests

    def check(self, account: SpotAccount, request: OrderRequest) -> Decimal:
        """Whether an order would be taken, and what is to be locked for it. Raises Rejection."""
        instrument = self._symbols.instruments[request.symbol]
        last = self._market.last_trade(instrument.instrument_id)
        _require_unused(account, request.symbol, request.client_order_id)
        if last is not None:
            if request.type == "MARKET" and request.quantity:
                require_worth(multiply(last.price, request.quantity), instrument)
            terms = terms_of(request, instrument)
            if request.stop_price is not None and has_come(terms, request.stop_price, last.price):
                raise rejected("Stop price would trigger immediately.")
        need = self._needs.of(request, instrument)
        if account.balances.of(_gives(request, instrument)).free < need:
            raise insufficient()
        return need

    def place(self, account: SpotAccount, request: OrderRequest) -> SpotOrder:
        """Take an order. Raises Rejection."""
        need = self.check(account, request)
        instrument = self._symbols.instruments[request.symbol]
        self._order_ids[request.symbol] += 1
        order_id = self._order_ids[request.symbol]
        client_order_id = request.client_order_id or f"sim{order_id:019d}"
        order = SpotOrder(request, order_id, client_order_id, self._clock.now())
        account.balances.lock(_gives(request, instrument), need)
        order.locked = need
        self._open[order.exchange_id] = account, order
        met = self._own_orders_met(account, request, instrument)
        if met and request.self_trade_prevention in EXPIRES_MAKER:
            for each in met:
                self._expire_maker(account, each)
        if met and request.self_trade_prevention in EXPIRES_TAKER:
            self._expire_taker(account, order)
        else:
            self._matching.accept(venue_order_of(account, order, instrument))
        rejection, self._rejection = self._rejection, None
        if rejection is not None:
            raise rejection
        return order

    def _own_orders_met(
        self, account: SpotAccount, request: OrderRequest, instrument: Instrument
    ) -> Sequence[SpotOrder]:
        if request.self_trade_prevention == "NONE":
            return ()
        displayed = self._displayed.offered_to(side_of(request), instrument.instrument_id)
        own = account.open_orders(request.symbol)
        return own_orders_met(request, own, displayed, lot=instrument.lot_size)

    def _expire_taker(self, account: SpotAccount, order: SpotOrder) -> None:
        """It would trade with its own side: it is taken, and then it is over."""
        account.add_order(order)
        self._say(account, order, "NEW")
        order.prevented = order.remaining
        self._say_prevented(account, order)
        self._forget(account, order)

    def _expire_maker(self, account: SpotAccount, order: SpotOrder) -> None:
        order.prevented = order.remaining
        self._matching.cancel(venue_order_of(account, order, self._symbols.instruments[order.symbol]))

    def _say_prevented(self, account: SpotAccount, order: SpotOrder) -> None:
        order.status = "EXPIRED_IN_MATCH"
        self._prevented_matches[order.symbol] += 1
        order.prevented_match_id = self._prevented_matches[order.symbol]
        self._say(account, order, "TRADE_PREVENTION")

    def _forget(self, account: SpotAccount, order: SpotOrder) -> None:
        del self._open[order.exchange_id]
        account.end_order(order)

    def cancel(self, account: SpotAccount, order: SpotOrder, *, client_order_id: str | None) -> None:
        """End an order that works; the cancellation has an id of its own, beside the order's."""
        order.cancellation_id = client_order_id or f"cancel{order.exchange_id}"
        self._matching.cancel(venue_order_of(account, order, self._symbols.instruments[order.symbol]))

    def amend(
        self, account: SpotAccount, order: SpotOrder, *, quantity: Decimal, client_order_id: str | None
    ) -> None:
        """Make an order smaller where it stands. Raises Rejection."""
        if quantity >= order.quantity:
            raise Rejection(-2038, "Order amend (quantity increase) not supported.")
        if quantity <= order.filled:
            raise Rejection(-2038, "The requested action would change no state; rejecting.")
        if client_order_id != order.client_order_id:
            _require_unused(account, order.symbol, client_order_id)
        order.former_client_order_id = order.client_order_id
        order.client_order_id = client_order_id or f"amend{order.exchange_id}-{self.executions}"
        account.name_order(order)
        self._matching.replace(
            venue_order_of(account, order, self._symbols.instruments[order.symbol]),
            quantity=quantity,
            price=None,
            stop_price=None,
        )

    # --- what the matching says

    def _take_report(self, report: OrderReport) -> None:
        entry = self._open.get(report.order_id) if report.order_id is not None else None
        if entry is None:
            return
        account, order = entry
        match report:
            case RecordAcceptance():
                account.add_order(order)
                self._say(account, order, "NEW")
            case RecordFill():
                self._fill(account, order, report)
            case RecordTrigger():
                order.working_at = order.updated_at = self._clock.now()
                self._say(account, order, "NEW")
            case RecordReplacement():
                order.quantity = report.quantity
                self._say(account, order, "REPLACED")
            case RecordRejection():
                order.status = "REJECTED"
                self._release(account, order)
                self._rejection = Rejection(*_REJECTIONS[report.reason])
            case RecordCancellation() if order.prevented:
                self._say_prevented(account, order)
            case RecordCancellation():
                order.expiry_reason = _EXPIRY.get(report.reason, "")
                order.status = "EXPIRED" if order.expiry_reason else "CANCELED"
                self._say(account, order, order.status)
            case _:
                return
        if not order.is_open:
            self._forget(account, order)

    def _fill(self, account: SpotAccount, order: SpotOrder, report: RecordFill) -> None:
        request, instrument = order.request, self._symbols.instruments[order.symbol]
        balances, worth = account.balances, multiply(report.price, report.quantity)
        if request.is_buy:
            spent, received, asset = worth, report.quantity, instrument.base_asset
        else:
            spent, received, asset = report.quantity, worth, instrument.quote_asset
        balances.spend(_gives(request, instrument), spent)
        balances.move(asset, received)
        is_maker = report.liquidity is Liquidity.MAKER
        fee = fee_of(
            account,
            instrument,
            self._market,
            is_buy=request.is_buy,
            is_maker=is_maker,
            quantity=report.quantity,
            price=report.price,
        )
        balances.move(fee.asset, -fee.amount)
        self._trade_ids[order.symbol] += 1
        fill = SpotFill(
            trade_id=self._trade_ids[order.symbol],
            order_id=order.order_id,
            price=report.price,
            quantity=report.quantity,
            fee=fee.amount,
            fee_asset=fee.asset,
            is_buyer=request.is_buy,
            is_maker=is_maker,
            at=self._clock.now(),
        )
        order.locked -= spent
        held = self._matching.find(order.exchange_id)
        assert held is not None
        order.quantity = held.quantity  # one that is sized by an amount of money learns it here
        order.take(fill)
        account.fills.setdefault(order.symbol, []).append(fill)
        self._say(account, order, "TRADE", fill)

    def _say(
        self, account: SpotAccount, order: SpotOrder, execution: str, fill: SpotFill | None = None
    ) -> None:
        """Tell of the order, then of the balances that it may have changed."""
        now = self._clock.now()
        order.updated_at = now
        self._release(account, order)
        self.executions += 1
        report = events.execution_report(order, execution, now, execution_id=self.executions, fill=fill)
        self._tell(account, report)
        instrument = self._symbols.instruments[order.symbol]
        assets: dict[str, None] = {instrument.base_asset: None, instrument.quote_asset: None}
        if fill is not None:
            assets[fill.fee_asset] = None
        account.updated_at = milliseconds(now)
        self._tell(account, events.account_position(account.balances, assets, now))

    def _release(self, account: SpotAccount, order: SpotOrder) -> None:
        """What the order locks beyond what the rest of it may cost is free again."""
        surplus = order.locked - order.to_lock()
        if surplus > ZERO:
            asset = _gives(order.request, self._symbols.instruments[order.symbol])
            account.balances.unlock(asset, surplus)
            order.locked -= surplus


def _gives(request: OrderRequest, instrument: Instrument) -> str:
    return instrument.quote_asset if request.is_buy else instrument.base_asset


def _require_unused(account: SpotAccount, symbol: str, client_order_id: str | None) -> None:
    known = None if client_order_id is None else account.find(symbol, client_order_id=client_order_id)
    if known is not None and known.is_open:
        raise rejected("Duplicate order sent.")
