"""When what an account has no longer secures its contracts.

It is secured by all that it has of their settle asset (cross margin): its total there, and what all contracts
that settle in it have gained. It is liquidated where that is less than the maintenance margin of all of them.
Venues ask a higher rate of large positions, and liquidate these earlier.
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ONE, ZERO, divide
from tradebook.market.values import Contract


def maintenance_margin(contract: Contract, quantity: Decimal, price: Decimal) -> Decimal:
    """What must be left to secure a position at ``price``, in the settle asset."""
    return contract.value(abs(quantity), price) * contract.maintenance_rate


def liquidation_price(
    contract: Contract, quantity: Decimal, cost: Decimal, *, backing: Decimal
) -> Decimal | None:
    """The price at which a position takes the account down, to 28 digits; None where no price does.

    ``backing``: what secures it besides its own gain, that is the total of the settle asset and what all
    other contracts have gained in it, less their maintenance margin.
    """
    rate = contract.maintenance_rate
    if (quantity > 0) == (contract.inverse_size is None):
        # backing + value - cost = value × rate: it gains as its value grows.
        value = divide(cost - backing, ONE - rate)
    else:
        # backing + cost - value = value × rate.
        value = divide(cost + backing, ONE + rate)
    return contract.price_of(abs(quantity), value) if quantity and value > ZERO else None
