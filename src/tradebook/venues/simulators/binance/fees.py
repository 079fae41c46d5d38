"""What a trade costs: taken from what is received, or out of BNB where the account wants that and has any.

https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import multiply
from tradebook.market.ports import MarketData
from tradebook.market.values import Instrument
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.numbers import cut

BNB = Asset("BNB")
BNB_SHARE = Decimal("0.75")
"""Of the fee, where it is paid in BNB."""


class Fee(NamedTuple):
    """An amount of an asset."""

    amount: Decimal
    asset: Asset


def fee_of(
    account: SpotAccount,
    instrument: Instrument,
    market: MarketData,
    *,
    is_buy: bool,
    is_maker: bool,
    quantity: Decimal,
    price: Decimal,
) -> Fee:
    """For one trade. In BNB only where there is enough of it and its price is known."""
    rate = instrument.maker_fee_rate if is_maker else instrument.taker_fee_rate
    received = quantity if is_buy else multiply(price, quantity)
    asset = instrument.base_asset if is_buy else instrument.quote_asset
    if account.pays_fees_in_bnb:
        worth = market.rate(instrument.quote_asset, BNB)
        if worth is not None:
            in_bnb = cut(multiply(price, quantity) * rate * BNB_SHARE * worth)
            if account.balances.of(BNB).free >= in_bnb:
                return Fee(in_bnb, BNB)
    return Fee(cut(multiply(received, rate)), asset)
