"""The transaction log of a unified account: funding, interest, transfers, all that moved a balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.trading.orders import Side
from tradebook.venues.bybit.fills import fill_id_of
from tradebook.venues.bybit.orders import SIDES
from tradebook.venues.bybit.symbols import Markets, category_named
from tradebook.venues.bybit.wire.account import Movement
from tradebook.venues.bybit.wire.base import Listing, amount, answered, moment_of, told, word_of
from tradebook.venues.messages.account import BalanceChange, BalanceReason, FundingPayment, VenueProblem

TOLD_BY_FILLS = frozenset({"TRADE", "DELIVERY", "LIQUIDATION", "ADL"})
"""Lines of executions, which tell more: nothing is made of them here."""

FUNDING = "SETTLEMENT"
"""Funding of a perpetual; of a USDC contract the profit of the session is settled in the same line."""

_WORDS: dict[BalanceReason, str] = {
    BalanceReason.TRANSFER: """
        TRANSFER_IN TRANSFER_OUT BONUS_TRANSFER_IN BONUS_TRANSFER_OUT PEF_TRANSFER_IN PEF_TRANSFER_OUT
        PREMARKET_TRANSFER_OUT CUSTODY_LOCK CUSTODY_UNLOCK CUSTODY_UNLOCK_REFUND
        TOKENS_SUBSCRIPTION TOKENS_REDEMPTION
        FLEXIBLE_STAKING_SUBSCRIPTION FLEXIBLE_STAKING_REDEMPTION FLEXIBLE_STAKING_REFUND
        FIXED_STAKING_SUBSCRIPTION FIXED_STAKING_REFUND
        ONCHAINEARN_SUBSCRIPTION ONCHAINEARN_REDEMPTION ONCHAINEARN_REFUND
        STRUCTURE_PRODUCT_SUBSCRIPTION STRUCTURE_PRODUCT_REFUND
        CLASSIC_WEALTH_MANAGEMENT_SUBSCRIPTION
        PREMIMUM_WEALTH_MANAGEMENT_SUBSCRIPTION PREMIMUM_WEALTH_MANAGEMENT_REFUND
        LIQUIDITY_MINING_SUBSCRIPTION LIQUIDITY_MINING_REFUND PWM_SUBSCRIPTION PWM_REFUND
        DEFI_INVESTMENT_SUBSCRIPTION DEFI_INVESTMENT_REFUND DEFI_INVESTMENT_REDEMPTION
        TRANSFER_IN_INS_LOAN TRANSFER_OUT_INS_LOAN INSTITUTION_LOAN_TRANSFER_IN INSTITUTION_LOAN_TRANSFER_OUT
        INSTITUTION_LOAN_WITHOUT_WITHDRAW INSTITUTION_LOAN_RESERVE_IN INSTITUTION_LOAN_RESERVE_OUT
        DBS_CASH_OUT DBS_CASH_IN DBS_CASH_OUT_TR DBS_CASH_IN_TR CUSTODY_CASH_RECOVER_TR
        """,
    BalanceReason.LOAN: """
        BORROWED_AMOUNT_INS_LOAN PRINCIPLE_REPAYMENT_INS_LOAN AUTO_PRINCIPLE_REPAYMENT_INS_LOAN
        LOANS_BORROW_FUNDS LOANS_PLEDGE_ASSET BORROW REPAY FLOATING_TO_FIXED_BORROW FLOATING_TO_FIXED_REPAY
        INSTITUTION_LOAN_IN INSTITUTION_PAYBACK_PRINCIPAL_OUT
        """,
    BalanceReason.INTEREST: """
        INTEREST INTEREST_REPAYMENT_INS_LOAN AUTO_INTEREST_REPAYMENT_INS_LOAN
        INSTITUTION_PAYBACK_INTEREST_OUT
        """,
    BalanceReason.LIQUIDATION: """
        AUTO_SOLD_COLLATERAL_INS_LOAN AUTO_BUY_LIABILITY_INS_LOAN
        INSTITUTION_EXCHANGE_SELL INSTITUTION_EXCHANGE_BUY
        INSTITUTION_LIQ_PRINCIPAL_OUT INSTITUTION_LIQ_INTEREST_OUT
        """,
    BalanceReason.CONVERSION: """
        CURRENCY_BUY CURRENCY_SELL SPOT_REPAYMENT_SELL SPOT_REPAYMENT_BUY CONVERT
        EARNING_REDEMPTION_SELL EARNING_REDEMPTION_BUY IDN_CONVERT_IN IDN_CONVERT_OUT
        """,
    BalanceReason.REWARD: """
        AIRDROP BONUS BONUS_RECOLLECT TWAP_BUDGET_AIRDROP TWAP_BUDGET_RECALL
        """,
    BalanceReason.FEE: """
        FEE_REFUND CUSTODY_NETWORK_FEE CUSTODY_SETTLE_FEE SPREAD_FEE_OUT BROKER_ABACCOUNT_FEE PEF_PROFIT_SHARE
        """,
    BalanceReason.SETTLEMENT: """
        PREMARKET_DELIVERY_SELL_NEW_COIN PREMARKET_DELIVERY_BUY_NEW_COIN PREMARKET_DELIVERY_PLEDGE_PAY_SELLER
        PREMARKET_DELIVERY_PLEDGE_BACK PREMARKET_ROLLBACK_PLEDGE_BACK
        PREMARKET_ROLLBACK_PLEDGE_PENALTY_TO_BUYER
        """,
    BalanceReason.ADJUSTMENT: """
        AUTO_DEDUCTION PLATFORM_TOKEN_MNT_LIQRECALLEDMMNT PLATFORM_TOKEN_MNT_LIQRETURNEDMNT
        ALPHA_SMALL_TOKEN_REFUND
        """,
}
REASONS = {word: reason for reason, words in _WORDS.items() for word in words.split()}
"""https://bybit-exchange.github.io/docs/v5/enum#typeuta-translog"""

_log = msgspec.json.Decoder(Listing[Movement])


def decode_transactions(
    markets: Markets, data: bytes
) -> Sequence[FundingPayment | BalanceChange | VenueProblem]:
    """One page of ``/v5/account/transaction-log``, newest first, without what executions tell.

    Raises UndecodableFrame for a type that is not in the table: it moved money.
    """
    opened = answered(data, _log, "transaction-log")
    if isinstance(opened, VenueProblem):
        return [opened]
    messages: list[FundingPayment | BalanceChange | VenueProblem] = []
    for line in opened[0].list:
        if line.type not in TOLD_BY_FILLS:
            messages += _settled(markets, line) if line.type == FUNDING else [_changed(line)]
    return messages


def decode_gains(data: bytes) -> Mapping[str, Decimal] | VenueProblem:
    """One page: what trades of contracts gained before fees, by our id of the fill: an account that trades
    with itself gains by one side of a trade what it does not by the other.

    A list of executions does not tell it. Raises UndecodableFrame.
    """
    opened = answered(data, _log, "transaction-log")
    if isinstance(opened, VenueProblem):
        return opened
    gains: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in opened[0].list:
        if line.type in TOLD_BY_FILLS and line.trade_id:
            gain = told(line.cash_flow, "transaction-log.cashFlow") or ZERO
            # Where no side is told, as of a delivery, nobody was on the other one.
            for side in [SIDES[line.side]] if line.side in SIDES else Side:
                gains[fill_id_of(line.trade_id, side)] += gain
    return gains


def _changed(line: Movement) -> BalanceChange:
    return BalanceChange(
        asset=Asset(line.currency),
        amount=amount(line.change, "transaction-log.change"),
        reason=word_of(REASONS, line.type, "transaction-log.type"),
        reference=line.id,
        at=moment_of(line.transaction_time, "transaction-log.transactionTime"),
    )


def _settled(markets: Markets, line: Movement) -> list[FundingPayment | BalanceChange]:
    at = moment_of(line.transaction_time, "transaction-log.transactionTime")
    category = category_named(line.category, "transaction-log.category")
    listed = markets.listed(category, line.symbol, "transaction-log.symbol")
    change = amount(line.change, "transaction-log.change")
    funding = told(line.funding, "transaction-log.funding")
    messages: list[FundingPayment | BalanceChange] = []
    if funding is not None:
        messages.append(
            FundingPayment(
                instrument_id=listed.instrument.instrument_id,
                asset=Asset(line.currency),
                amount=funding,
                rate=told(line.fee_rate, "transaction-log.feeRate"),
                quantity=told(line.size, "transaction-log.size"),
                reference=line.trade_id or line.id,
                at=at,
            )
        )
        change -= funding
    if change:
        settled = BalanceReason.SETTLEMENT
        messages.append(
            BalanceChange(asset=Asset(line.currency), amount=change, reason=settled, reference=line.id, at=at)
        )
    return messages
