"""An account that trades perpetuals at the simulated Hyperliquid, behind the whole core, in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tests.support.desk import begin, settle
from tests.support.hyperliquid_account import HERE as PAIR
from tests.support.hyperliquid_account import Desk
from tests.support.simulated_hyperliquid import TOKEN, Exchange
from tests.support.virtual_time import VirtualClock, run
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Contract
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.hyperliquid.accounts import PerpetualWallet
from tradebook.venues.simulators.hyperliquid.orders import PerpetualOrder
from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal

USDC = "USDC"
PERP = msgspec.structs.replace(
    PAIR,
    instrument_id=InstrumentId("BTC-USDC-PERP.HYPERLIQUID"),
    symbol="BTC/USDC",
    base_asset=Asset("BTC"),
    tick_size=Decimal("0.001"),
    lot_size=Decimal("0.001"),
    min_notional=Decimal(10),
    maker_fee_rate=Decimal("0.00015"),
    taker_fee_rate=Decimal("0.00045"),
    base_fee_step=None,
    is_derivative=True,
    contract=Contract(
        settle_asset=Asset(USDC),
        settle_step=Decimal("0.000001"),
        max_leverage=Decimal(40),
        maintenance_rate=Decimal("0.0125"),
    ),
)
"""As it is listed."""


class PerpetualsDesk(ContractDesk, Desk):
    """Balances are collateral; ``spot`` is what lies on spot beside."""

    here = PERP
    symbol = "BTC"
    assets = (USDC,)
    asset_number = 0
    spot: Mapping[str, str] = {}
    customer: PerpetualWallet

    def new_exchange(self, clock: VirtualClock, balances: Mapping[str, str]) -> Exchange:
        return Exchange(clock, self.spot, collateral=balances[USDC])

    def wallet(self) -> PerpetualWallet:
        return self.person.perpetuals

    @property
    def clearing(self) -> Clearing[PerpetualWallet, PerpetualOrder]:
        return self.exchange.exchanges.perpetuals.clearing

    def lever_by_hand(self, leverage: str, *, is_cross: bool = True) -> None:
        action = {"type": "updateLeverage", "asset": 0, "isCross": is_cross, "leverage": int(leverage)}
        assert self.act(action)["status"] == "ok"

    def deposit(self, asset: str, amount: Decimal) -> None:
        assert asset == USDC
        self.exchange.deposit_collateral(self.person, amount)

    def theirs(self) -> dict[str, Decimal]:
        """In both wallets."""
        wallets = (self.person.spot, self.person.perpetuals)
        had = [(asset, each.free + each.locked) for wallet in wallets for asset, each in wallet.balances]
        assets = {asset for asset, _ in had}
        sums = {each: sum((amount for asset, amount in had if asset == each), Decimal(0)) for each in assets}
        return {asset: total for asset, total in sums.items() if total}


class TwoWalletsDesk(PerpetualsDesk):
    """Something lies on spot as well, and goes to and fro."""

    spot: Mapping[str, str] = {USDC: "500", TOKEN: "1"}

    def rearrange(self, random: Random) -> None:
        amount, to_perp = Decimal(random.randint(1, 200)), random.random() < 0.5
        with suppress(ActionRefusal):
            self.exchange.exchanges.perpetuals.move(self.person, amount, to_perp=to_perp)


def tell(
    story: Callable[[Any], Awaitable[None]],
    desk: Callable[..., PerpetualsDesk] = PerpetualsDesk,
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
