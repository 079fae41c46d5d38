"""The spot account's frames → our words.

They come over the WebSocket API, subscribed to with a signature; listen keys ended in February 2026:
https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import OrderType
from tradebook.venues.binance import spot_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.orders import (
    asset_or_none,
    average_price,
    cause_of,
    exec_type_of,
    fill_id_of,
    liquidity_of,
)
from tradebook.venues.binance.wire import VENUE, instrument, moment, reader, told, word
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    BalanceChange,
    BalanceReason,
    ExecType,
    Execution,
    ExecutionReport,
    ListedOrder,
    OrderListReport,
    VenueProblem,
)
from tradebook.venues.symbols import Symbols

WALLET = "spot"

IGNORED = {
    "externalLockUpdate": "an account position tells what is locked; this only that something else did it",
}
"""Events that say nothing for us, and why. Answers that a request was taken say nothing either."""

STREAM_ENDED = "eventStreamTerminated"
_NO_REASON = "NONE"

_read_envelope = reader(wire.Envelope, "account frame")
_read_report = reader(wire.ExecutionReportFrame, "executionReport")
_read_position = reader(wire.AccountPositionFrame, "outboundAccountPosition")
_read_balance_update = reader(wire.BalanceUpdateFrame, "balanceUpdate")
_read_list_status = reader(wire.ListStatusFrame, "listStatus")


def decode_spot_frame(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    """What a frame of the account says; nothing where a request was only taken. Raises UndecodableFrame.

    A report of a trade whose price it does not tell has no ``last``: its fill is to be asked for.
    """
    envelope = _read_envelope(frame)
    inner = bytes(envelope.event) or bytes(envelope.data)
    if inner:
        return decode_spot_frame(inner, symbols)
    if envelope.e in _EVENTS:
        return _EVENTS[envelope.e](frame, symbols)
    if envelope.error is not None:
        return (VenueProblem(code=str(envelope.error.code), message=envelope.error.msg),)
    if envelope.e in IGNORED or (not envelope.e and envelope.id is not None):
        return ()
    raise UndecodableFrame(VENUE, "account frame", f"event {envelope.e[:40]!r} is not known")


def answers_subscription(frame: bytes, request_id: str) -> bool:
    """Whether a frame says that the subscription of this id was taken. Raises UndecodableFrame."""
    envelope = _read_envelope(frame)
    return not envelope.e and envelope.id == request_id and envelope.error is None


def order_type_of(type_word: str, *, trailing_delta: int | None, what: str) -> OrderType:
    """A stop that trails is a stop with a trailing delta; a take-profit that trails stays what it is."""
    order_type = word(words.SPOT_ORDER_TYPE, type_word, what=what, field="order type")
    if trailing_delta and order_type in (OrderType.STOP, OrderType.STOP_LIMIT):
        return OrderType.TRAILING_STOP
    return order_type


def _execution_report(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    what = "executionReport"
    read = _read_report(frame)
    status = word(words.ORDER_STATUS, read.status, what=what, field="order status")
    told_type = word(words.SPOT_EXEC_TYPE, read.exec_type, what=what, field="execution type")
    exec_type = exec_type_of(told_type, status, has_traded=bool(read.last_quantity))
    reason = read.expiry_reason if read.reject_reason == _NO_REASON else read.reject_reason
    return (
        ExecutionReport(
            exec_type=exec_type,
            instrument_id=instrument(symbols, read.symbol, what=what),
            venue_order_id=str(read.order_id),
            client_order_id=read.client_order_id,
            status=status,
            side=word(words.SIDE, read.side, what=what, field="side"),
            type=order_type_of(read.type, trailing_delta=read.trailing_delta, what=what),
            time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
            quantity=read.quantity,
            quote_quantity=told(read.quote_quantity),
            price=told(read.price),
            stop_price=told(read.stop_price),
            trailing_offset=Decimal(read.trailing_delta) if read.trailing_delta else None,
            cumulative_quantity=read.filled,
            average_price=average_price(quote_quantity=read.quote_filled, quantity=read.filled),
            last=_last(read, symbols) if exec_type is ExecType.TRADE else None,
            post_only=bool({read.type, read.time_in_force} & words.POST_ONLY),
            replaces=read.original_client_order_id or "",
            order_list_id=list_id(read.order_list_id),
            cause=cause_of(read.client_order_id, exec_word=read.exec_type),
            reason=reason,
            at=moment(read.time),
        ),
    )


def _last(read: wire.ExecutionReportFrame, symbols: Symbols) -> Execution | None:
    if read.trade_id < 0 or not read.last_price:
        return None
    return Execution(
        fill_id=fill_id_of(read.trade_id, read.order_id),
        instrument_id=instrument(symbols, read.symbol, what="executionReport"),
        venue_order_id=str(read.order_id),
        client_order_id=read.client_order_id,
        side=word(words.SIDE, read.side, what="executionReport", field="side"),
        quantity=read.last_quantity,
        price=read.last_price,
        fee=read.fee,
        fee_asset=asset_or_none(read.fee_asset),
        liquidity=liquidity_of(read.is_maker),
        cause=cause_of(read.client_order_id, exec_word=read.exec_type),
        at=moment(read.time),
    )


def list_id(order_list_id: int) -> str:
    """Of an order list; minus one where an order is in none."""
    return str(order_list_id) if order_list_id >= 0 else ""


def _account_position(frame: bytes, _: Symbols) -> Sequence[AccountMessage]:
    read = _read_position(frame)
    return [
        Balance(
            asset=Asset(each.asset),
            total=each.free + each.locked,
            available=each.free,
            locked=each.locked,
            wallet=WALLET,
            at=moment(read.time),
        )
        for each in read.balances
    ]


def _balance_update(frame: bytes, _: Symbols) -> Sequence[AccountMessage]:
    read = _read_balance_update(frame)
    return (
        BalanceChange(
            asset=Asset(read.asset), amount=read.delta, reason=BalanceReason.EXTERNAL, at=moment(read.time)
        ),
    )


def _list_status(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    read = _read_list_status(frame)
    return (
        OrderListReport(
            order_list_id=str(read.order_list_id),
            client_list_id=read.client_list_id,
            instrument_id=instrument(symbols, read.symbol, what="listStatus"),
            orders=tuple(
                ListedOrder(venue_order_id=str(each.order_id), client_order_id=each.client_order_id)
                for each in read.orders
            ),
            is_done=is_done(read.order_status, what="listStatus"),
            reason="" if read.reject_reason == _NO_REASON else read.reject_reason,
            at=moment(read.time),
        ),
    )


def is_done(list_order_status: str, *, what: str) -> bool:
    """Whether nothing of an order list works any more."""
    return word(words.ORDER_LIST_IS_DONE, list_order_status, what=what, field="list order status")


def _stream_ended(_: bytes, __: Symbols) -> Sequence[AccountMessage]:
    return (VenueProblem(code=STREAM_ENDED, message="the subscription to the account has ended"),)


_EVENTS: dict[str, Callable[[bytes, Symbols], Sequence[AccountMessage]]] = {
    "executionReport": _execution_report,
    "outboundAccountPosition": _account_position,
    "balanceUpdate": _balance_update,
    "listStatus": _list_status,
    STREAM_ENDED: _stream_ended,
}
