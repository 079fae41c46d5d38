"""The private stream, and the private REST answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.trading.orders import MarginMode
from tradebook.venues.bybit.fills import execution_of
from tradebook.venues.bybit.holdings import balances_of, position_of
from tradebook.venues.bybit.market_data import decode_control
from tradebook.venues.bybit.orders import report_of
from tradebook.venues.bybit.position_modes import OfFill, one_way
from tradebook.venues.bybit.symbols import Category, Markets, known
from tradebook.venues.bybit.wire.account import (
    AccountInfo,
    Fill,
    Holding,
    News,
    Order,
    SymbolFee,
    Transferable,
    Wallet,
)
from tradebook.venues.bybit.wire.base import VENUE, Listing, answered, moment, moment_of, told, word_of
from tradebook.venues.bybit.wire.market import Envelope
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import AccountMessage, FeeRates, VenueProblem

QUIET = frozenset({"dcp", "greeks"})
"""Topics that tell nothing of orders, fills, balances or positions: ``dcp`` only keeps the dead man's switch
armed."""

MARGIN_MODES = {
    "REGULAR_MARGIN": MarginMode.CROSS,
    "ISOLATED_MARGIN": MarginMode.ISOLATED,
    # All that the account has secures it, reckoned in another way.
    "PORTFOLIO_MARGIN": MarginMode.CROSS,
}
"""https://bybit-exchange.github.io/docs/v5/account/account-info"""

LineT = TypeVar("LineT", Order, Fill, Holding)

_envelope = msgspec.json.Decoder(Envelope)
_order_news = msgspec.json.Decoder(News[Order])
_fill_news = msgspec.json.Decoder(News[Fill])
_position_news = msgspec.json.Decoder(News[Holding])
_wallet_news = msgspec.json.Decoder(News[Wallet])
_orders = msgspec.json.Decoder(Listing[Order])
_fills = msgspec.json.Decoder(Listing[Fill])
_positions = msgspec.json.Decoder(Listing[Holding])
_wallets = msgspec.json.Decoder(Listing[Wallet])
_info = msgspec.json.Decoder(AccountInfo)
_transferable = msgspec.json.Decoder(Transferable)
_fees = msgspec.json.Decoder(Listing[SymbolFee])


def decode_private(markets: Markets, frame: bytes, of_fill: OfFill = one_way) -> Sequence[AccountMessage]:
    """What a frame of the private stream says; nothing for control that succeeded.

    An order is told by topic ``order``, its fills by ``execution`` (with fees) and ``execution.fast``
    (earlier, without): the same fill has the same id in both. Raises UndecodableFrame.
    """
    topic = ""

    def known_of(lines: tuple[LineT, ...]) -> list[LineT]:
        return _of_listed(markets, lines, None)

    try:
        envelope = _envelope.decode(frame)
        topic = envelope.topic.partition(".")[0]
        if topic == "order":
            orders = known_of(_order_news.decode(frame).data)
            return [report_of(markets, each, None, is_news=True) for each in orders]
        if topic == "execution":
            fills = known_of(_fill_news.decode(frame).data)
            return [execution_of(markets, each, None, of_fill) for each in fills]
        if topic == "position":
            return [position_of(markets, each, None) for each in known_of(_position_news.decode(frame).data)]
        if topic == "wallet":
            news = _wallet_news.decode(frame)
            at = moment(news.creation_time)
            return [balance for wallet in news.data for balance in balances_of(wallet, at)]
    except msgspec.DecodeError as problem:
        raise UndecodableFrame(VENUE, topic[:40] or "frame", str(problem)) from None
    return () if topic in QUIET else decode_control(envelope)


def decode_orders(markets: Markets, category: Category, data: bytes) -> Sequence[AccountMessage]:
    """One page of ``/v5/order/realtime`` or ``/v5/order/history`` of a category. Raises UndecodableFrame."""
    opened = answered(data, _orders, "order list")
    if isinstance(opened, VenueProblem):
        return [opened]
    lines = _of_listed(markets, opened[0].list, category)
    return [report_of(markets, each, category, is_news=False) for each in lines]


class Began(NamedTuple):
    """When an order began, and how much of it was filled."""

    at: datetime
    filled: Decimal


def decode_beginnings(data: bytes) -> Mapping[str, Began]:
    """The same page: of each order when it came, by its id. Raises UndecodableFrame."""
    opened = answered(data, _orders, "order list")
    if isinstance(opened, VenueProblem):
        return {}
    return {
        each.order_id: Began(
            moment_of(each.created_time, "order.createdTime"),
            told(each.cum_exec_qty, "order.cumExecQty") or ZERO,
        )
        for each in opened[0].list
        if each.created_time
    }


def decode_executions(
    markets: Markets, category: Category, data: bytes, of_fill: OfFill = one_way
) -> Sequence[AccountMessage]:
    """One page of ``/v5/execution/list`` of a category, newest first. Raises UndecodableFrame."""
    opened = answered(data, _fills, "execution list")
    if isinstance(opened, VenueProblem):
        return [opened]
    lines = _of_listed(markets, opened[0].list, category)
    return [execution_of(markets, each, category, of_fill) for each in lines]


def decode_positions(markets: Markets, category: Category, data: bytes) -> Sequence[AccountMessage]:
    """One page of ``/v5/position/list`` of a category. Raises UndecodableFrame."""
    opened = answered(data, _positions, "position list")
    if isinstance(opened, VenueProblem):
        return [opened]
    lines = _of_listed(markets, opened[0].list, category)
    return [position_of(markets, each, category) for each in lines]


def decode_wallet(data: bytes) -> Sequence[AccountMessage]:
    """``/v5/account/wallet-balance``. Raises UndecodableFrame."""
    opened = answered(data, _wallets, "wallet-balance")
    if isinstance(opened, VenueProblem):
        return [opened]
    wallets, at = opened
    return [balance for wallet in wallets.list for balance in balances_of(wallet, at)]


def decode_margin_mode(data: bytes) -> MarginMode | VenueProblem:
    """``/v5/account/info``: what secures all of the account's positions. Raises UndecodableFrame."""
    opened = answered(data, _info, "account info")
    if isinstance(opened, VenueProblem):
        return opened
    return word_of(MARGIN_MODES, opened[0].margin_mode, "account.marginMode")


def decode_transferable(data: bytes) -> Decimal | VenueProblem:
    """``/v5/account/withdrawal`` of one coin: what of it is free, which the wallet does not tell.

    Raises UndecodableFrame.
    """
    opened = answered(data, _transferable, "withdrawal")
    return opened if isinstance(opened, VenueProblem) else opened[0].available_withdrawal


def decode_fee_rates(markets: Markets, category: Category, data: bytes) -> Sequence[AccountMessage]:
    """``/v5/account/fee-rate`` of a category, of the symbols that are listed: it has old ones too.

    Raises UndecodableFrame.
    """
    opened = answered(data, _fees, "fee-rate")
    if isinstance(opened, VenueProblem):
        return [opened]
    symbols = markets.of(category)
    return [
        FeeRates(
            instrument_id=symbols.instrument_of(line.symbol),
            maker=line.maker_fee_rate,
            taker=line.taker_fee_rate,
        )
        for line in opened[0].list
        if known(symbols, line.symbol)
    ]


def _of_listed(markets: Markets, lines: Iterable[LineT], category: Category | None) -> list[LineT]:
    """Without those of symbols that nobody knows."""
    return [each for each in lines if not markets.leaves_out(category or each.category, each.symbol)]
