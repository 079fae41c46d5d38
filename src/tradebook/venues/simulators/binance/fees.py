"""What a trade costs: taken from what is received, or out of BNB where the account wants that and has any.

https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import multiply
from tradebook.market.ports import MarketData
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.orders import SpotOrder
from tradebook.venues.simulators.spot.fees import cut, fee_of_received
from tradebook.venues.simulators.spot.orders import Fee

BNB = Asset("BNB")
BNB_SHARE = Decimal("0.75")
"""Of the fee, where it is paid in BNB."""


def fee_of(
    account: SpotAccount,
    order: SpotOrder,
    market: MarketData,
    *,
    is_maker: bool,
    quantity: Decimal,
    price: Decimal,
) -> Fee:
    """For one trade. In BNB only where there is enough of it and its price is known."""
    instrument = order.instrument
    if account.pays_fees_in_bnb:
        rate = instrument.maker_fee_rate if is_maker else instrument.taker_fee_rate
        worth = market.rate(instrument.quote_asset, BNB)
        if worth is not None:
            in_bnb = cut(multiply(price, quantity) * rate * BNB_SHARE * worth)
            if account.balances.of(BNB).free >= in_bnb:
                return Fee(in_bnb, BNB)
    return fee_of_received(order, is_maker=is_maker, quantity=quantity, price=price)
