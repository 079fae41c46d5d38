"""The exchange of contracts, linear and inverse: what Bybit lets accounts ask of the matching and of the
clearing house, and what it says of the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ONE
from tradebook.market.values import Instrument, MarketEvent
from tradebook.trading.model.state import ContractPosition, Leverage
from tradebook.trading.orders import MarginMode, OrderStatus, OrderTerms, OrderType, PositionSide
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.bybit import contract_documents, contract_placing, documents
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.amending import read_amendment
from tradebook.venues.simulators.bybit.exchange import Tell
from tradebook.venues.simulators.bybit.orders import (
    PREVENTIONS,
    BybitContractOrder,
    OrderRequest,
    book_name,
)
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.rejections import Rejection
from tradebook.venues.simulators.bybit.symbols import INVERSE, LINEAR, Symbols
from tradebook.venues.simulators.contracts.accounts import Funding, OpenPosition
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.contracts.matching import ContractMatching
from tradebook.venues.simulators.contracts.orders import fee_of_value
from tradebook.venues.simulators.spot.orders import Fee, SpotFill

FILLED_MORE = "The modified contract quantity cannot be less than or equal to the filled quantity."
FIRST_ORDER_ID = 2_900_000_000_000_000_000
SIDES = {True: (PositionSide.LONG, PositionSide.SHORT), False: (PositionSide.NET,)}
"""Of positions, by whether an account is hedged."""
_ENDS_AT_ONCE = frozenset({"post_only_would_trade", "no_price"})
"""Such an order is taken, and has ended."""


class ContractExchange:
    """Every order and position of every account. Implements ``Outcomes`` and ``ClearingWords``."""

    def __init__(
        self, symbols: Mapping[str, Symbols], accounts: Sequence[BybitAccount], clock: Clock, tell: Tell
    ) -> None:
        """``symbols`` are by category."""
        self._symbols = symbols
        self._clock = clock
        self._tell = tell
        instruments = [each for listed in symbols.values() for each in listed.instruments.values()]
        self.matching = ContractMatching[BybitAccount, BybitContractOrder](instruments, clock, self)
        self.clearing = Clearing[BybitAccount, BybitContractOrder](self.matching, accounts, clock, self)
        # A client order id that is not given is the number after the order's.
        self._order_ids = count(FIRST_ORDER_ID, 2)

    def on_market(self, events: Sequence[MarketEvent]) -> None:
        """The market lived on."""
        for listed in self._symbols.values():
            for event in listed.seen(events):
                self.matching.on_market(event)
        self.clearing.round()

    # --- requests

    def place(self, account: BybitAccount, params: Params) -> BybitContractOrder:
        """Take an order. Raises Rejection."""
        category, request = params.text("category"), contract_placing.read_request(params)
        instrument = self._symbols[category].require(request.symbol)
        last = self.matching.last_price(instrument.instrument_id)
        terms = contract_placing.terms_of(params, request, instrument, last)
        self._require_position(account, terms)
        name = request.client_order_id
        if name and account.find(book_name(category, request.symbol), client_order_id=name):
            raise Rejection(110072, "OrderLinkedID is duplicate")
        order = BybitContractOrder(
            request,
            terms,
            instrument,
            order_id=next(self._order_ids),
            at=self._clock.now(),
            last_price=last,
        )
        self._require_margin(account, order, self.matching.prepare(account, order))
        refusal = self.matching.place(account, order, PREVENTIONS[request.smp_type])
        if refusal:
            self._end_at_once(account, order, refusal)
        return order

    def cancel(self, account: BybitAccount, order: BybitContractOrder) -> None:
        """End an order that works."""
        self.matching.cancel(account, order)

    def amend(self, account: BybitAccount, order: BybitContractOrder, params: Params) -> None:
        """Change an order where it stands, in all that is told. Raises Rejection."""
        new = read_amendment(params, order, too_small=Rejection(110064, FILLED_MORE))
        contract_placing.require_rules(new.terms, order.instrument)
        more = self.matching.more_for(
            order, quantity=new.quantity, price=new.price, stop_price=new.stop_price
        )
        self._require_margin(account, order, more)
        refusal = self.matching.change(
            account, order, quantity=new.quantity, price=new.price, stop_price=new.stop_price
        )
        if refusal:
            raise Rejection(10001, f"params error: {refusal}")

    def set_leverage(self, account: BybitAccount, instrument: Instrument, leverage: Decimal) -> None:
        """Of all positions in it. Raises Rejection."""
        assert instrument.contract is not None
        if not ONE <= leverage <= instrument.contract.max_leverage:
            raise Rejection(110013, "Cannot set leverage due to risk limit level.")
        before = account.leverage(instrument.instrument_id)
        if before.leverage == leverage:
            raise Rejection(110043, "Set leverage has not been modified.")
        if not self.matching.set_leverage(account, instrument, Leverage(leverage, account.margin_mode)):
            raise Rejection(110044, "Available margin is insufficient.")
        self._say_positions(account, instrument)

    def secure_by(self, account: BybitAccount, mode: MarginMode) -> None:
        """What secures positions, all of the account's."""
        account.margin_mode = mode
        for listed in self._symbols.values():
            for each in listed.instruments.values():
                leverage = account.leverage(each.instrument_id).leverage
                self.matching.set_leverage(account, each, Leverage(leverage, mode))

    def switch_mode(self, account: BybitAccount, instrument: Instrument, *, is_hedged: bool) -> None:
        """One position, or a long and a short one. Raises Rejection."""
        instrument_id = instrument.instrument_id
        if is_hedged is (instrument_id in account.hedged):
            raise Rejection(110025, "Position mode has not been modified.")
        if any(each.instrument == instrument for each in account.positions()):
            raise Rejection(110024, "You have an existing position, so the position mode cannot be switched.")
        if any(each.instrument == instrument for each in account.open_orders()):
            raise Rejection(110028, "You have existing open orders, so the position mode cannot be switched.")
        if is_hedged:
            account.hedged.add(instrument_id)
        else:
            account.hedged.remove(instrument_id)

    def positions(self, account: BybitAccount, instrument: Instrument) -> list[dict[str, Any]]:
        """Of an instrument, open or not."""
        return [
            self._position(account, instrument, side)
            for side in SIDES[instrument.instrument_id in account.hedged]
        ]

    # --- what becomes of orders

    def fee_of(
        self,
        account: BybitAccount,  # noqa: ARG002  # of the protocol: everybody pays the same
        order: BybitContractOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        """In what the contract is settled in."""
        return fee_of_value(order, is_maker=is_maker, quantity=quantity, price=price)

    def taken(self, account: BybitAccount, order: BybitContractOrder) -> None:
        """Of one at the market only the end is told."""
        if order.terms.type is not OrderType.MARKET:
            self._say(account, order)

    def filled(self, account: BybitAccount, order: BybitContractOrder, fill: SpotFill) -> None:
        """The trade, then the order, then position and money."""
        told = documents.execution(order, fill)
        # What it gained is told on the stream and in the log.
        account.executions.append({name: each for name, each in told.items() if name != "execPnl"})
        left = order.settled[fill.trade_id].quantity
        account.transactions.append(contract_documents.transaction(told, order.gives, left))
        self._tell(account, "execution", told)
        self._say(account, order)
        self._say_position(account, order.instrument, order.terms.position_side)
        self._say_wallet(account, order.instrument)

    def triggered(self, account: BybitAccount, order: BybitContractOrder) -> None:
        """For an instant it is Triggered, then it works."""
        told = documents.order(order)
        self._tell(account, "order", {"category": order.category, **told, "orderStatus": "Triggered"})
        self._say(account, order)

    def changed(self, account: BybitAccount, order: BybitContractOrder) -> None:
        """Told by its new terms; nothing else says that they are new."""
        self._say(account, order)

    def ended(self, account: BybitAccount, order: BybitContractOrder) -> None:
        """Told by its status."""
        self._say(account, order)

    # --- what the clearing house does

    def closing_order(
        self, account: BybitAccount, position: OpenPosition, terms: OrderTerms, cause: Cause
    ) -> BybitContractOrder:
        """One at the market, without a name of anybody's."""
        del account
        instrument = position.instrument
        order = BybitContractOrder(
            OrderRequest(
                symbol=self._name(instrument),
                order_type="Market",
                position_idx=contract_documents.INDICES[position.side],
            ),
            terms,
            instrument,
            order_id=next(self._order_ids),
            at=self._clock.now(),
            last_price=None,
            cause=cause,
        )
        order.client_order_id = ""
        return order

    def funded(self, account: BybitAccount, payment: Funding) -> None:
        """Told among the executions; of linear contracts on the stream as well."""
        category = _category(payment.instrument)
        told = contract_documents.funding(self._name(payment.instrument), category, payment)
        account.executions.append(told)
        assert payment.instrument.contract is not None
        asset = payment.instrument.contract.settle_asset
        account.transactions.append(contract_documents.transaction(told, asset, payment.quantity))
        if category == LINEAR:
            self._tell(account, "execution", told)
        self._say_wallet(account, payment.instrument)

    # --- words

    def _require_position(self, account: BybitAccount, terms: OrderTerms) -> None:
        if terms.position_side not in SIDES[terms.instrument_id in account.hedged]:
            raise Rejection(10001, "position idx not match position mode")
        is_waiting = terms.stop_price is not None
        if terms.reduce_only and not is_waiting and not self.matching.reducible(account, terms):
            raise Rejection(110017, "current position is zero, cannot fix reduce-only order qty")

    def _require_margin(self, account: BybitAccount, order: BybitContractOrder, needed: Decimal) -> None:
        if needed > self.matching.available(account, order.contract.settle_asset):
            raise Rejection(110007, "Available balance is insufficient.")

    def _end_at_once(self, account: BybitAccount, order: BybitContractOrder, refusal: str) -> None:
        if refusal not in _ENDS_AT_ONCE:
            raise Rejection(10001, "params error: The number of contracts exceeds minimum limit allowed")
        order.phase, order.reason = OrderStatus.EXPIRED, refusal
        account.add_order(order)
        account.end_order(order)
        self._say(account, order)

    def _say(self, account: BybitAccount, order: BybitContractOrder) -> None:
        self._tell(account, "order", {"category": order.category, **documents.order(order)})

    def _say_wallet(self, account: BybitAccount, instrument: Instrument) -> None:
        assert instrument.contract is not None
        self._tell(account, "wallet", documents.wallet(account, [instrument.contract.settle_asset]))

    def _say_positions(self, account: BybitAccount, instrument: Instrument) -> None:
        for side in SIDES[instrument.instrument_id in account.hedged]:
            self._say_position(account, instrument, side)

    def _say_position(self, account: BybitAccount, instrument: Instrument, side: PositionSide) -> None:
        told = self._position(account, instrument, side)
        self._tell(account, "position", {"category": _category(instrument), **told})

    def _position(self, account: BybitAccount, instrument: Instrument, side: PositionSide) -> dict[str, Any]:
        held = account.position(instrument.instrument_id, side)
        position = OpenPosition(instrument, side, held)
        return contract_documents.position(
            self._name(instrument),
            position,
            leverage=account.leverage(instrument.instrument_id).leverage,
            mark=self.matching.mark(instrument),
            gained=self.matching.gained(position),
            liquidated_at=self.clearing.liquidation_price(account, position) if _is_open(held) else None,
            at=self._clock.now(),
        )

    def _name(self, instrument: Instrument) -> str:
        return self._symbols[_category(instrument)].name(instrument.instrument_id)


def _category(instrument: Instrument) -> str:
    assert instrument.contract is not None
    return LINEAR if instrument.contract.inverse_size is None else INVERSE


def _is_open(held: ContractPosition) -> bool:
    return held.quantity != 0
