"""The futures exchange: what Binance lets accounts ask of the matching, and what it says of the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument, MarketEvent
from tradebook.trading.conditions import has_come
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode, OrderTerms, PositionSide
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.binance.futures import events
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.events import POSITION_SIDES
from tradebook.venues.simulators.binance.futures.orders import FuturesOrder, FuturesRequest
from tradebook.venues.simulators.binance.futures.placing import require_worth, terms_of
from tradebook.venues.simulators.binance.rejections import Rejection
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.contracts.accounts import Funding, OpenPosition
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.contracts.matching import ContractMatching
from tradebook.venues.simulators.contracts.orders import fee_of_value
from tradebook.venues.simulators.spot.orders import Fee, SpotFill
from tradebook.venues.simulators.spot.self_trades import Prevention

Tell = Callable[[FuturesAccount, dict[str, Any]], None]
"""Says something to everybody who listens to an account."""

_REJECTIONS = {
    "post_only_would_trade": (
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected.",
    ),
    "no_price": (-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
}
_FORCED_IDS = {
    Cause.LIQUIDATION: "autoclose-",
    Cause.DELEVERAGING: "adl_autoclose-",
    Cause.SETTLEMENT: "settlement_autoclose-",
}


class FuturesExchange:
    """Every order of every account. Implements ``Outcomes`` and ``ClearingWords``."""

    def __init__(
        self, symbols: Symbols, clock: Clock, accounts: Sequence[FuturesAccount], tell: Tell
    ) -> None:
        self._symbols = symbols
        self._names: dict[str, str] = {each.instrument_id: name for name, each in symbols.instruments.items()}
        self._clock = clock
        self._tell = tell
        self.matching = ContractMatching[FuturesAccount, FuturesOrder](
            symbols.instruments.values(), clock, self
        )
        self.clearing = Clearing[FuturesAccount, FuturesOrder](self.matching, accounts, clock, self)
        self._order_ids: Counter[str] = Counter()

    def on_market(self, event: MarketEvent) -> None:
        """The market lived on."""
        self.matching.on_market(event)
        self.clearing.round()

    # --- requests

    def place(self, account: FuturesAccount, request: FuturesRequest) -> FuturesOrder:
        """Take an order. Raises Rejection."""
        instrument = self._symbols.instruments[request.symbol]
        terms = terms_of(request, instrument)
        self._check(account, request, terms, instrument)
        order = self._order(request, terms, instrument)
        need = self.matching.prepare(account, order)
        if need > ZERO and self.matching.available(account, order.contract.settle_asset) < need:
            raise Rejection(-2019, "Margin is insufficient.")
        refusal = self.matching.place(account, order, Prevention.NONE)
        if refusal:
            raise Rejection(*_REJECTIONS[refusal])
        return order

    def cancel(self, account: FuturesAccount, order: FuturesOrder) -> None:
        """End an order that works or waits."""
        self.matching.cancel(account, order)

    def cancel_all(self, account: FuturesAccount, symbol: str) -> None:
        """End all that work in a symbol; what waits for its price stays."""
        for each in account.open_orders(symbol):
            if each.is_order:
                self.matching.cancel(account, each)

    def change(
        self, account: FuturesAccount, order: FuturesOrder, *, quantity: Decimal, price: Decimal
    ) -> None:
        """Another quantity, filled part included, and another price. Raises Rejection."""
        if (quantity, price) == (order.quantity, order.price):
            raise Rejection(-5027, "No need to modify the order.")
        if quantity <= order.filled:
            self.matching.cancel(account, order)
            return
        more = self.matching.more_for(order, quantity=quantity, price=price, stop_price=None)
        if more > ZERO and self.matching.available(account, order.contract.settle_asset) < more:
            raise Rejection(-2019, "Margin is insufficient.")
        refusal = self.matching.change(account, order, quantity=quantity, price=price)
        if refusal:
            raise Rejection(*_REJECTIONS[refusal])

    def secure(self, account: FuturesAccount, symbol: str, leverage: Leverage) -> None:
        """Have positions of a symbol secured so. Raises Rejection."""
        instrument = self._symbols.require(symbol)
        if not self.matching.set_leverage(account, instrument, leverage):
            raise Rejection(-2019, "Margin is insufficient.")
        self._tell(account, events.leverage_changed(symbol, leverage.leverage, self._clock.now()))

    def _check(
        self,
        account: FuturesAccount,
        request: FuturesRequest,
        terms: OrderTerms,
        instrument: Instrument,
    ) -> None:
        _require_unused(account, request)
        if terms.reduce_only and not request.trigger_price:
            closable = self.matching.reducible(account, terms)
            if not closable or (request.position_side != "BOTH" and request.quantity > closable):
                raise Rejection(-2022, "ReduceOnly Order is rejected.")
        last = self.matching.last_price(instrument.instrument_id)
        if last is not None:
            require_worth(instrument, request.quantity, request.price or last, reduces=terms.reduce_only)
            if request.trigger_price is not None and has_come(terms, request.trigger_price, last):
                raise Rejection(-2021, "Order would immediately trigger.")

    def _order(
        self,
        request: FuturesRequest,
        terms: OrderTerms,
        instrument: Instrument,
        cause: Cause = Cause.ORDER,
    ) -> FuturesOrder:
        self._order_ids[request.symbol] += 1
        order_id = self._order_ids[request.symbol]
        prefix = _FORCED_IDS.get(cause, "sim")
        return FuturesOrder(
            request,
            terms,
            instrument,
            order_id=order_id,
            client_order_id=request.client_order_id or f"{prefix}{order_id:015d}",
            at=self._clock.now(),
            cause=cause,
        )

    # --- what becomes of them

    def fee_of(
        self,
        account: FuturesAccount,  # noqa: ARG002  # it is the same for all
        order: FuturesOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """Of what is traded, in the margin asset."""
        return fee_of_value(order, is_maker=is_maker, quantity=quantity, price=price)

    def taken(self, account: FuturesAccount, order: FuturesOrder) -> None:
        """Told as NEW; the venue's own orders are told by their trades."""
        if order.is_conditional:
            self._tell(account, events.algo_update(order, "NEW", self._clock.now()))
        elif order.cause is Cause.ORDER:
            self._tell(account, events.order_trade_update(order, "NEW", self._clock.now()))

    def filled(self, account: FuturesAccount, order: FuturesOrder, fill: SpotFill) -> None:
        """Told of the order, then of the wallet and the position."""
        now, asset = self._clock.now(), order.contract.settle_asset
        settled = order.settled[fill.trade_id]
        if fill.fee:
            account.earn("COMMISSION", -fill.fee, asset, symbol=order.symbol, at=now)
        if settled.realised:
            account.earn("REALIZED_PNL", settled.realised, asset, symbol=order.symbol, at=now)
        execution = "TRADE" if order.cause is Cause.ORDER else "CALCULATED"
        self._tell(account, events.trade_lite(order, fill, now))
        self._tell(account, events.order_trade_update(order, execution, now, fill))
        side = order.terms.position_side
        held = account.position(order.instrument.instrument_id, side)
        changed = OpenPosition(order.instrument, side, held)
        self._tell_account(account, "ORDER", {asset: ZERO}, [changed])
        if order.is_conditional and not order.is_open:
            self._tell(account, events.algo_update(order, "FINISHED", now))

    def triggered(self, account: FuturesAccount, order: FuturesOrder) -> None:
        """Told by the service where it waited, and as NEW by the engine where it works, if it is paid for."""
        now = self._clock.now()
        self._tell(account, events.algo_update(order, "TRIGGERING", now))
        if order.locked and self.matching.available(account, order.contract.settle_asset) < ZERO:
            order.was_denied = True
            self.matching.cancel(account, order)
            return
        self._tell(account, events.algo_update(order, "TRIGGERED", now))
        self._tell(account, events.order_trade_update(order, "NEW", now))

    def changed(self, account: FuturesAccount, order: FuturesOrder) -> None:
        """Told as AMENDMENT."""
        self._tell(account, events.order_trade_update(order, "AMENDMENT", self._clock.now()))

    def ended(self, account: FuturesAccount, order: FuturesOrder) -> None:
        """Told by its status, by the engine or by the service where it waited."""
        now = self._clock.now()
        if order.is_order:
            self._tell(account, events.order_trade_update(order, order.status, now))
        if order.is_conditional:
            self._tell(account, events.algo_update(order, order.algo_status, now))

    def closing_order(
        self,
        account: FuturesAccount,  # noqa: ARG002  # ids are of the symbol
        position: OpenPosition,
        terms: OrderTerms,
        cause: Cause,
    ) -> FuturesOrder:
        """By its client order id it is known why there is one."""
        request = FuturesRequest(
            symbol=self._names[position.instrument.instrument_id],
            side=terms.side.upper(),
            type="LIMIT",
            time_in_force="IOC",
            position_side=POSITION_SIDES[position.side],
            quantity=terms.quantity,
            reduce_only=position.side is PositionSide.NET,
        )
        return self._order(request, terms, position.instrument, cause)

    def funded(self, account: FuturesAccount, payment: Funding) -> None:
        """Told as a change of the wallet, and among the incomes."""
        contract = payment.instrument.contract
        assert contract is not None
        asset, name = contract.settle_asset, self._names[payment.instrument.instrument_id]
        account.earn("FUNDING_FEE", payment.amount, asset, symbol=name, at=payment.at)
        isolated = account.leverage(payment.instrument.instrument_id).mode is MarginMode.ISOLATED
        held = account.position(payment.instrument.instrument_id, payment.side)
        positions = [OpenPosition(payment.instrument, payment.side, held)] if isolated else []
        self._tell_account(account, "FUNDING_FEE", {asset: payment.amount}, positions)

    def deposit(self, account: FuturesAccount, asset: str, amount: Decimal) -> None:
        """Money comes from another wallet, or with a negative amount goes there."""
        account.balances.move(asset, amount)
        account.earn("TRANSFER", amount, asset, symbol="", at=self._clock.now())
        self._tell_account(account, "DEPOSIT" if amount > ZERO else "WITHDRAW", {asset: amount}, [])

    def _tell_account(
        self,
        account: FuturesAccount,
        reason: str,
        changes: dict[str, Decimal],
        positions: Sequence[OpenPosition],
    ) -> None:
        told = events.account_update(
            account, reason, self._clock.now(), changes=changes, positions=positions, names=self._names
        )
        self._tell(account, told)


def _require_unused(account: FuturesAccount, request: FuturesRequest) -> None:
    name = request.client_order_id
    if name and any(each.client_order_id == name for each in account.open_orders()):
        raise Rejection(-4116, "ClientOrderId is duplicated.")
