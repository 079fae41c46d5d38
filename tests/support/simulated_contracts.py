"""A simulated market of contracts without any venue's words: a market moved by hand, and what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from tests.support.simulated_binance import HandClock
from tradebook.kernel.ids import Asset, ClientOrderId, InstrumentId
from tradebook.market.values import Aggressor, Contract, Instrument, Quote, Trade
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode, OrderTerms, OrderType, PositionSide, Side
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.accounts import ContractAccount, Funding, OpenPosition
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.contracts.matching import ContractMatching
from tradebook.venues.simulators.contracts.orders import ContractOrder, fee_of_value
from tradebook.venues.simulators.spot.orders import Fee, SpotFill
from tradebook.venues.simulators.spot.self_trades import Prevention

LINEAR = Instrument(
    instrument_id=InstrumentId("BTC-USDT-PERP.SIM"),
    symbol="BTC/USDT perpetual",
    venue="sim",
    base_asset=Asset("BTC"),
    quote_asset=Asset("USDT"),
    tick_size=Decimal("0.1"),
    lot_size=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
    is_derivative=True,
    contract=Contract(settle_asset=Asset("USDT"), max_leverage=Decimal(20), maintenance_rate=Decimal("0.01")),
)
INVERSE = msgspec.structs.replace(
    LINEAR,
    instrument_id=InstrumentId("BTC-USD-PERP.SIM"),
    symbol="BTC/USD perpetual",
    quote_asset=Asset("USD"),
    lot_size=Decimal(1),
    contract=Contract(
        settle_asset=Asset("BTC"),
        inverse_size=Decimal(1),
        max_leverage=Decimal(20),
        maintenance_rate=Decimal("0.01"),
    ),
)

Account = ContractAccount[ContractOrder]


class Floor:
    """Implements ``Outcomes`` and ``ClearingWords``; what happens to orders is kept as short words."""

    def __init__(self, instrument: Instrument, **wallets: str) -> None:
        self.instrument = instrument
        self.clock = HandClock()
        self.account = Account(
            1, keys=[], balances={asset: Decimal(amount) for asset, amount in wallets.items()}
        )
        self.matching = ContractMatching[Account, ContractOrder]([instrument], self.clock, self)
        self.clearing = Clearing[Account, ContractOrder](self.matching, [self.account], self.clock, self)
        self.told: list[str] = []
        self._orders = self._sequence = 0

    # --- the market

    def price(self, bid: str, ask: str) -> None:
        """A quote of a hundred on either side."""
        self._sequence += 1
        size = Decimal(100_000)
        self.matching.on_market(
            Quote(
                instrument_id=self.instrument.instrument_id,
                bid=Decimal(bid),
                bid_size=size,
                ask=Decimal(ask),
                ask_size=size,
                at=self.clock.now(),
                sequence=self._sequence,
            )
        )

    def print(self, price: str, quantity: str = "100000") -> None:
        """Somebody traded."""
        self._sequence += 1
        self.matching.on_market(
            Trade(
                instrument_id=self.instrument.instrument_id,
                trade_id=str(self._sequence),
                price=Decimal(price),
                quantity=Decimal(quantity),
                aggressor=Aggressor.BUY,
                at=self.clock.now(),
                sequence=self._sequence,
            )
        )

    # --- the account

    def place(self, side: str, quantity: str, price: str | None = None, **terms: Any) -> ContractOrder:
        """At the market, or at a price."""
        terms.setdefault("type", OrderType.MARKET if price is None else OrderType.LIMIT)
        order = self._order(
            OrderTerms(
                client_order_id=ClientOrderId(""),
                instrument_id=self.instrument.instrument_id,
                side=Side(side),
                quantity=Decimal(quantity),
                price=None if price is None else Decimal(price),
                **terms,
            )
        )
        refusal = self.matching.place(self.account, order, Prevention.NONE)
        if refusal:
            self.told.append(f"refused {refusal}")
        return order

    def leverage(self, times: str, mode: MarginMode = MarginMode.CROSS) -> bool:
        """Secure the account's positions so."""
        return self.matching.set_leverage(self.account, self.instrument, Leverage(Decimal(times), mode))

    def position(self, side: PositionSide = PositionSide.NET) -> tuple[Decimal, Decimal, Decimal]:
        """Quantity, cost and margin."""
        held = self.account.position(self.instrument.instrument_id, side)
        return held.quantity, held.cost, held.margin

    def free(self) -> Decimal:
        """Of the settle asset."""
        return self.account.balances.of(self._asset).free

    def total(self) -> Decimal:
        """Of the settle asset."""
        return self.account.balances.total(self._asset)

    @property
    def _asset(self) -> Asset:
        assert self.instrument.contract is not None
        return self.instrument.contract.settle_asset

    def _order(self, terms: OrderTerms, cause: Cause = Cause.ORDER) -> ContractOrder:
        self._orders += 1
        return ContractOrder(
            terms,
            self.instrument,
            symbol="BTC",
            order_id=self._orders,
            client_order_id=f"order {self._orders}",
            at=self.clock.now(),
            cause=cause,
        )

    # --- what comes of it

    def fee_of(
        self,
        account: Account,
        order: ContractOrder,
        *,
        is_maker: bool,
        quantity: Decimal,
        price: Decimal,
    ) -> Fee:
        return fee_of_value(order, is_maker=is_maker, quantity=quantity, price=price)

    def taken(self, account: Account, order: ContractOrder) -> None:
        self.told.append(f"taken {order.order_id}")

    def filled(self, account: Account, order: ContractOrder, fill: SpotFill) -> None:
        self.told.append(f"filled {order.order_id} {fill.quantity} at {fill.price}")

    def triggered(self, account: Account, order: ContractOrder) -> None:
        self.told.append(f"triggered {order.order_id}")

    def changed(self, account: Account, order: ContractOrder) -> None:
        self.told.append(f"changed {order.order_id}")

    def ended(self, account: Account, order: ContractOrder) -> None:
        self.told.append(f"ended {order.order_id} {order.phase.value} {order.reason}".rstrip())

    def closing_order(
        self,
        account: Account,
        position: OpenPosition,
        terms: OrderTerms,
        cause: Cause,
    ) -> ContractOrder:
        return self._order(terms, cause)

    def funded(self, account: Account, payment: Funding) -> None:
        self.told.append(f"funded {payment.amount}")
