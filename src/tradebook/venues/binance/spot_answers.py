"""Answers about the spot account → our words.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md; fees and permissions of keys:
https://developers.binance.com/docs/wallet
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance import spot_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.orders import average_price, cause_of, fill_id_of, liquidity_of
from tradebook.venues.binance.spot_account import WALLET, is_done, list_id, order_type_of
from tradebook.venues.binance.wire import instrument, moment, moment_or_none, one_or_many, reader, told, word
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
    KeyPermissions,
    ListedOrder,
    OrderListReport,
)
from tradebook.venues.symbols import Symbols

_BASIS_POINTS = Decimal(10_000)

_read_orders = one_or_many(wire.OrderAnswer, "order")
_read_placed = reader(wire.OrderAnswer, "placed order")
_read_ack = reader(wire.PlacementAck, "placed order")
_read_lines = one_or_many(msgspec.Raw, "cancelled orders")
_read_which = reader(wire.WhichAnswer, "cancelled orders")
_read_order = reader(wire.OrderAnswer, "order")
_read_amendment = reader(wire.AmendmentAnswer, "amended order")
_read_order_list = reader(wire.OrderListAnswer, "order list")
_read_fills = one_or_many(wire.TradeOfAccount, "myTrades")
_read_account = reader(wire.AccountAnswer, "account")
_read_trade_fees = one_or_many(wire.TradeFeeAnswer, "tradeFee")
_read_restrictions = reader(wire.RestrictionsAnswer, "apiRestrictions")


def decode_spot_orders(body: bytes, symbols: Symbols, received_at: datetime) -> Sequence[ExecutionReport]:
    """One order that was asked for, all that work, or all there were. Raises UndecodableFrame, as all do."""
    return [_report(each, symbols, received_at, ExecType.STATUS) for each in _read_orders(body)]


def decode_spot_placement(
    body: bytes, order: VenueOrder, symbols: Symbols, received_at: datetime
) -> Sequence[AccountMessage]:
    """The answer to a placed order: how it stands, the fills that it met at once, and its end after them.

    Where Binance only acknowledges, its terms are those that were sent, and fills come by the stream.
    """
    ack = _read_ack(body)
    if ack.status is None:
        return (_acknowledged(ack, order, received_at),)
    read = _read_placed(body)
    report = _report(read, symbols, received_at, ExecType.NEW)
    if not read.fills:
        return (report,)
    taken = msgspec.structs.replace(report, exec_type=ExecType.NEW)
    ended = () if report.exec_type is ExecType.NEW else (report,)
    return [taken, *(_fill_of_placement(fill, report, read) for fill in read.fills), *ended]


def decode_spot_cancellation(
    body: bytes, symbols: Symbols, received_at: datetime
) -> Sequence[ExecutionReport | OrderListReport]:
    """The answer to a cancelled order, or to all of a symbol, order lists included."""
    found: list[ExecutionReport | OrderListReport] = []
    for line in map(bytes, _read_lines(body)):
        if _read_which(line).contingency_type:
            found += decode_order_list(line, symbols, received_at)
        else:
            found.append(_report(_read_order(line), symbols, received_at, ExecType.STATUS))
    return found


def decode_spot_amendment(body: bytes, symbols: Symbols) -> ExecutionReport:
    """The answer to an order that was made smaller, where quantities have names of their own."""
    answer = _read_amendment(body)
    read = answer.amended_order
    as_asked_for = wire.OrderAnswer(
        symbol=read.symbol,
        order_id=read.order_id,
        order_list_id=read.order_list_id,
        client_order_id=read.client_order_id,
        orig_client_order_id=read.orig_client_order_id,
        price=read.price,
        orig_qty=read.qty,
        executed_qty=read.executed_qty,
        cummulative_quote_qty=read.cumulative_quote_qty,
        status=read.status,
        time_in_force=read.time_in_force,
        type=read.type,
        side=read.side,
        stop_price=read.stop_price,
        transact_time=answer.transact_time,
    )
    at = moment(answer.transact_time)
    report = _report(as_asked_for, symbols, at, ExecType.REPLACED)
    return msgspec.structs.replace(report, exec_type=ExecType.REPLACED)


def decode_order_list(
    body: bytes, symbols: Symbols, received_at: datetime
) -> Sequence[ExecutionReport | OrderListReport]:
    """An order list that was placed, asked for or cancelled, then its orders where they report."""
    read = _read_order_list(body)
    whole = OrderListReport(
        order_list_id=str(read.order_list_id),
        client_list_id=read.list_client_order_id,
        instrument_id=instrument(symbols, read.symbol, what="order list"),
        orders=tuple(
            ListedOrder(venue_order_id=str(each.order_id), client_order_id=each.client_order_id)
            for each in read.orders
        ),
        is_done=is_done(read.list_order_status, what="order list"),
        at=moment(read.transaction_time),
    )
    return [whole, *(_report(each, symbols, received_at, ExecType.STATUS) for each in read.order_reports)]


def decode_spot_fills(body: bytes, symbols: Symbols) -> Sequence[Execution]:
    """Fills of the account, oldest first; client order ids are not told."""
    return [
        Execution(
            fill_id=fill_id_of(each.id, each.order_id),
            instrument_id=instrument(symbols, each.symbol, what="myTrades"),
            venue_order_id=str(each.order_id),
            side=Side.BUY if each.is_buyer else Side.SELL,
            quantity=each.qty,
            price=each.price,
            fee=each.commission,
            fee_asset=Asset(each.commission_asset),
            liquidity=liquidity_of(each.is_maker),
            at=moment(each.time),
        )
        for each in _read_fills(body)
    ]


def decode_spot_account(body: bytes) -> Sequence[Balance | FeeRates]:
    """All balances, and what trading costs. Whether the *key* may withdraw is not told here."""
    read = _read_account(body)
    balances = [
        Balance(
            asset=Asset(each.asset),
            total=each.free + each.locked,
            available=each.free,
            locked=each.locked,
            wallet=WALLET,
            at=moment(read.update_time),
        )
        for each in read.balances
    ]
    rates = read.commission_rates
    fees = FeeRates(
        instrument_id=None,
        maker=rates.maker if rates else read.maker_commission / _BASIS_POINTS,
        taker=rates.taker if rates else read.taker_commission / _BASIS_POINTS,
    )
    return [*balances, fees]


def decode_owner(body: bytes) -> str | None:
    """Whose account it is, by Binance's number of the customer."""
    read = _read_account(body)
    return None if read.uid is None else str(read.uid)


def decode_spot_fees(body: bytes, symbols: Symbols) -> Sequence[FeeRates]:
    """What trading costs the account, by instrument."""
    return [
        FeeRates(
            instrument_id=instrument(symbols, each.symbol, what="tradeFee"),
            maker=each.maker_commission,
            taker=each.taker_commission,
        )
        for each in _read_trade_fees(body)
    ]


def decode_permissions(body: bytes, *, for_futures: bool) -> KeyPermissions:
    """What a key may do; trading is asked for spot or for futures."""
    read = _read_restrictions(body)
    return KeyPermissions(
        can_read=read.enable_reading,
        can_trade=read.enable_futures if for_futures else read.enable_spot_and_margin_trading,
        can_withdraw=read.enable_withdrawals,
        expires_at=moment_or_none(read.trading_authority_expiration_time),
        is_bound_to_addresses=read.ip_restrict,
    )


def _report(
    read: wire.OrderAnswer, symbols: Symbols, received_at: datetime, otherwise: ExecType
) -> ExecutionReport:
    what = "order"
    status = word(words.ORDER_STATUS, read.status, what=what, field="order status")
    return ExecutionReport(
        exec_type=words.EXEC_TYPE_OF_STATUS.get(status, otherwise)
        if otherwise is ExecType.NEW or read.orig_client_order_id
        else otherwise,
        instrument_id=instrument(symbols, read.symbol, what=what),
        venue_order_id=str(read.order_id),
        client_order_id=read.client_order_id,
        status=status,
        side=word(words.SIDE, read.side, what=what, field="side"),
        type=order_type_of(read.type, trailing_delta=read.trailing_delta, what=what),
        time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
        quantity=read.orig_qty,
        quote_quantity=told(read.orig_quote_order_qty),
        price=told(read.price),
        stop_price=told(read.stop_price),
        trailing_offset=Decimal(read.trailing_delta) if read.trailing_delta else None,
        cumulative_quantity=read.executed_qty,
        average_price=average_price(quote_quantity=read.cummulative_quote_qty, quantity=read.executed_qty),
        post_only=bool({read.type, read.time_in_force} & words.POST_ONLY),
        replaces=read.orig_client_order_id,
        order_list_id=list_id(read.order_list_id),
        cause=cause_of(read.client_order_id),
        reason=read.expiry_reason,
        at=moment_or_none(read.transact_time or read.update_time or read.time) or received_at,
    )


def _acknowledged(ack: wire.PlacementAck, order: VenueOrder, received_at: datetime) -> ExecutionReport:
    terms = order.terms
    return ExecutionReport(
        exec_type=ExecType.NEW,
        instrument_id=order.instrument.instrument_id,
        venue_order_id=str(ack.order_id),
        client_order_id=ack.client_order_id,
        status=OrderStatus.ACCEPTED,
        side=terms.side,
        type=terms.type,
        time_in_force=terms.time_in_force,
        quantity=order.quantity,
        quote_quantity=terms.quote_quantity,
        price=terms.price,
        stop_price=terms.stop_price,
        post_only=terms.post_only,
        order_list_id=list_id(ack.order_list_id),
        at=moment_or_none(ack.transact_time) or received_at,
    )


def _fill_of_placement(
    fill: wire.FillOfPlacement, report: ExecutionReport, read: wire.OrderAnswer
) -> Execution:
    return Execution(
        fill_id=fill_id_of(fill.trade_id, read.order_id),
        instrument_id=report.instrument_id,
        venue_order_id=report.venue_order_id,
        client_order_id=report.client_order_id,
        side=report.side,
        quantity=fill.qty,
        price=fill.price,
        fee=fill.commission,
        fee_asset=Asset(fill.commission_asset),
        # What trades while it is placed has met what was there before.
        liquidity=liquidity_of(is_maker=False),
        at=report.at,
    )
