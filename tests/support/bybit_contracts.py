"""An account that trades contracts at the simulated Bybit, behind the whole core and in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import msgspec

from tests.support.bybit_account import HERE, Desk
from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tests.support.desk import SYMBOL, begin, settle
from tests.support.virtual_time import run
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Contract
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.symbols import (
    MAINTENANCE_RATE,
    MAKER_FEE_RATE,
    MAX_LEVERAGE,
    TAKER_FEE_RATE,
)
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.spot.orders import SpotOrder

LINEAR = msgspec.structs.replace(
    HERE,
    instrument_id=InstrumentId("BTC-USDT-PERP.BYBIT"),
    symbol="BTC/USDT PERP",
    maker_fee_rate=MAKER_FEE_RATE,
    taker_fee_rate=TAKER_FEE_RATE,
    base_fee_step=None,
    is_derivative=True,
    contract=Contract(
        settle_asset=Asset("USDT"), max_leverage=MAX_LEVERAGE, maintenance_rate=MAINTENANCE_RATE
    ),
)
INVERSE = msgspec.structs.replace(
    LINEAR,
    instrument_id=InstrumentId("BTC-USD-PERP.BYBIT"),
    symbol="BTC/USD PERP",
    quote_asset=Asset("USD"),
    lot_size=Decimal(1),
    min_notional=Decimal(1),
    contract=Contract(
        settle_asset=Asset("BTC"),
        inverse_size=Decimal(1),
        max_leverage=MAX_LEVERAGE,
        maintenance_rate=MAINTENANCE_RATE,
    ),
)
"""As they are listed."""


class ContractsDesk(ContractDesk, Desk):
    """Linear contracts."""

    here = LINEAR
    category = "linear"
    wire_symbol = SYMBOL
    symbol = f"linear/{SYMBOL}"
    exchange: BybitVenue
    customer: BybitAccount

    def __init__(self, *, is_hedged: bool = False, **balances: str) -> None:
        super().__init__(**balances)
        self.is_hedged = is_hedged
        if is_hedged:
            self.by_hand("POST", "/v5/position/switch-mode", symbol=self.wire_symbol, mode="3")

    @property
    def clearing(self) -> Clearing[BybitAccount, Any]:
        return self.exchange.contracts.clearing

    def lever_by_hand(self, leverage: str) -> None:
        words = {"buyLeverage": leverage, "sellLeverage": leverage}
        self.by_hand("POST", "/v5/position/set-leverage", symbol=self.wire_symbol, **words)

    def place_by_hand(self, side: str, quantity: str, price: str | None = None, **words: str) -> Any:
        terms = {"orderType": "Market"} if price is None else {"orderType": "Limit", "price": price}
        if self.is_hedged:
            words.setdefault("positionIdx", "1" if side == "buy" else "2")
        terms |= {"symbol": self.wire_symbol, "side": side.capitalize(), "qty": quantity, **words}
        return self.ask_by_hand(*self.placing, **terms)

    def cancel_by_hand(self, order: SpotOrder) -> Any:
        which = {"symbol": self.wire_symbol, "orderId": str(order.order_id)}
        return self.by_hand("POST", "/v5/order/cancel", **which)


class InverseDesk(ContractsDesk):
    """Inverse contracts."""

    here = INVERSE
    category = "inverse"
    wire_symbol = "BTCUSD"
    symbol = "inverse/BTCUSD"
    unit = Decimal(1)


def tell(
    story: Callable[[Any], Awaitable[None]],
    desk: Callable[..., ContractsDesk] = ContractsDesk,
    **balances: str,
) -> None:
    """Live a story in virtual time; at its end venue and book agree of money and positions, or it was said
    by how much not.
    """

    async def main() -> None:
        it = desk(**balances)
        await begin(it)
        await story(it)
        await settle(it)
        theirs = it.their_positions()
        said = await it.core.writer.read(ALICE, lambda account: dict(account.position_differences))
        for key, difference in said.items():
            theirs[key] = theirs.get(key, Decimal(0)) - difference
        assert await it.positions() == {key: quantity for key, quantity in theirs.items() if quantity}
        await it.core.stop()

    run(main())
