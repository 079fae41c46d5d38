"""What Bybit says of balances and positions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.trading.orders import MarginMode
from tradebook.venues.bybit.orders import position_side_of
from tradebook.venues.bybit.symbols import Category, Markets, category_named
from tradebook.venues.bybit.wire.account import Coin, Holding, Wallet
from tradebook.venues.bybit.wire.base import moment_of, told, told_price, word_of
from tradebook.venues.messages.account import Balance, Position

SIGNS = {"Buy": 1, "Sell": -1, "": 0}
"""An empty position has no side."""


def balances_of(wallet: Wallet, at: datetime | None) -> Iterator[Balance]:
    """A balance per coin.

    What is available is told nowhere since ``availableToWithdraw`` ended in January 2025: it is now ``0`` or
    empty, whatever there is (https://bybit-exchange.github.io/docs/v5/account/wallet-balance).
    """
    for coin in wallet.coin:
        borrowed = coin.borrow_amount or coin.spot_borrow
        yield Balance(
            asset=Asset(coin.coin),
            total=coin.wallet_balance,
            available=None,
            locked=_locked(coin),
            borrowed=told(borrowed, "wallet.borrowAmount") or ZERO,
            interest=told(coin.accrued_interest, "wallet.accruedInterest") or ZERO,
            wallet=wallet.account_type,
            at=at,
        )


def _locked(coin: Coin) -> Decimal | None:
    """Held by spot orders, by orders and by positions of derivatives; together it may exceed the balance."""
    parts = [
        told(coin.locked, "wallet.locked"),
        told(coin.order_margin, "wallet.totalOrderIM"),
        told(coin.position_margin, "wallet.totalPositionIM"),
    ]
    known = [part for part in parts if part is not None]
    return sum(known, ZERO) if known else None


def position_of(markets: Markets, holding: Holding, category: Category | None) -> Position:
    """A position. A stream's names its category; a REST answer's is the one asked for.

    Raises UndecodableFrame.
    """
    category = category or category_named(holding.category, "position.category")
    listed = markets.listed(category, holding.symbol, "position.symbol")
    quantity = holding.size * word_of(SIGNS, holding.side, "position.side")
    # Cross is told by the account, not by its positions: 0 has no meaning in a unified account.
    is_isolated = holding.trade_mode == 1
    return Position(
        instrument_id=listed.instrument.instrument_id,
        quantity=quantity,
        position_side=position_side_of(category, holding.position_idx),
        entry_price=told_price(holding.entry_price or holding.avg_price, "position.entryPrice"),
        mark_price=told_price(holding.mark_price, "position.markPrice"),
        liquidation_price=told_price(holding.liq_price, "position.liqPrice"),
        leverage=told_price(holding.leverage, "position.leverage"),
        margin_mode=MarginMode.ISOLATED if is_isolated else None,
        margin=told(holding.position_balance, "position.positionBalance") if is_isolated else None,
        unrealised_pnl=told(holding.unrealised_pnl, "position.unrealisedPnl"),
        realised_pnl=told(holding.cur_realised_pnl, "position.curRealisedPnl"),
        at=moment_of(holding.updated_time, "position.updatedTime") if holding.updated_time else None,
    )
