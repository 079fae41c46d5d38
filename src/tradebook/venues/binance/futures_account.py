"""The USD-M futures account's frames → our words. They come by a listen key that is kept alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import MarginMode, OrderStatus, OrderType
from tradebook.venues.binance import futures_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.orders import (
    asset_or_none,
    cause_of,
    exec_type_of,
    fill_id_of,
    liquidity_of,
    status_by_quantity,
)
from tradebook.venues.binance.wire import (
    VENUE,
    NotListed,
    instrument,
    moment,
    moment_or_none,
    reader,
    told,
    word,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    BalanceChange,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    LeverageSetting,
    Position,
    VenueProblem,
)
from tradebook.venues.symbols import Symbols

WALLET = "usdm"
ALGO = "algo:"
"""Before the number of a conditional order: those numbers are another series than those of orders."""

IGNORED = {
    "STRATEGY_UPDATE": "strategies that Binance runs report their orders as orders",
    "GRID_UPDATE": "grids that Binance runs report their orders as orders",
}
"""Events that say nothing for us, and why."""

STREAM_ENDED = "listenKeyExpired"
MARGIN_CALL = "MARGIN_CALL"

_read_envelope = reader(wire.Envelope, "account frame")
_read_order_update = reader(wire.OrderUpdate, "ORDER_TRADE_UPDATE")
_read_trade_lite = reader(wire.TradeLite, "TRADE_LITE")
_read_algo_update = reader(wire.AlgoUpdate, "ALGO_UPDATE")
_read_account_update = reader(wire.AccountUpdate, "ACCOUNT_UPDATE")
_read_margin_call = reader(wire.MarginCall, MARGIN_CALL)
_read_config_update = reader(wire.ConfigUpdate, "ACCOUNT_CONFIG_UPDATE")
_read_trigger_reject = reader(wire.TriggerReject, "CONDITIONAL_ORDER_TRIGGER_REJECT")


def decode_futures_frame(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    """What a frame of the account says; nothing for what IGNORED lists. Raises UndecodableFrame.

    A report of a trade whose price or id it does not tell has no ``last``: its fill is to be asked for. A
    funding fee is told here as a change of a balance, without its instrument; incomes tell it in full.
    """
    envelope = _read_envelope(frame)
    inner = bytes(envelope.data)
    if inner:
        return decode_futures_frame(inner, symbols)
    if envelope.e in _EVENTS:
        return _EVENTS[envelope.e](frame, symbols)
    if envelope.e in IGNORED:
        return ()
    raise UndecodableFrame(VENUE, "account frame", f"event {envelope.e[:40]!r} is not known")


def stop_price_of(order_type: OrderType, stop_price: Decimal | None) -> Decimal | None:
    """What Binance calls so; of a trailing stop it is to be ignored, says the documentation."""
    return None if order_type is OrderType.TRAILING_STOP else told(stop_price)


def _order_update(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    what = "ORDER_TRADE_UPDATE"
    read = _read_order_update(frame).order
    status = _status(read)
    told_type = word(words.FUTURES_EXEC_TYPE, read.exec_type, what=what, field="execution type")
    exec_type = exec_type_of(told_type, status, has_traded=bool(read.last_quantity))
    order_type = word(words.FUTURES_ORDER_TYPE, read.type, what=what, field="order type")
    return (
        ExecutionReport(
            exec_type=exec_type,
            instrument_id=instrument(symbols, read.symbol, what=what),
            venue_order_id=str(read.order_id),
            client_order_id=read.client_order_id,
            status=status,
            side=word(words.SIDE, read.side, what=what, field="side"),
            type=order_type,
            time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
            quantity=read.quantity,
            price=told(read.price),
            stop_price=stop_price_of(order_type, read.stop_price),
            trailing_offset=told(read.callback_rate),
            cumulative_quantity=read.filled,
            average_price=told(read.average),
            last=_last(read, symbols) if exec_type is ExecType.TRADE else None,
            post_only=read.time_in_force in words.POST_ONLY,
            reduce_only=read.reduce_only,
            close_position=read.close_position,
            position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
            expires_at=moment_or_none(read.good_till),
            cause=_cause(read),
            reason=_expiry_reason(read.expiry_reason),
            at=moment(read.time),
        ),
    )


def _status(read: wire.OrderBody) -> OrderStatus:
    if read.status in words.FORCED_CAUSE:
        return status_by_quantity(filled=read.filled, quantity=read.quantity)
    return word(words.ORDER_STATUS, read.status, what="ORDER_TRADE_UPDATE", field="order status")


def _cause(read: wire.OrderBody) -> Cause:
    return cause_of(read.client_order_id, exec_word=read.exec_type, status_word=read.status)


def _expiry_reason(number: int | str) -> str:
    code = int(number) if str(number).isdigit() else 0
    return words.EXPIRY_REASON.get(code, f"expiry reason {code}") if code else ""


def _last(read: wire.OrderBody, symbols: Symbols) -> Execution | None:
    what = "ORDER_TRADE_UPDATE"
    if read.trade_id <= 0 or not read.last_price:
        return None
    return Execution(
        fill_id=fill_id_of(read.trade_id, read.order_id),
        instrument_id=instrument(symbols, read.symbol, what=what),
        venue_order_id=str(read.order_id),
        client_order_id=read.client_order_id,
        side=word(words.SIDE, read.side, what=what, field="side"),
        quantity=read.last_quantity,
        price=read.last_price,
        fee=read.fee,
        fee_asset=asset_or_none(read.fee_asset),
        liquidity=liquidity_of(read.is_maker),
        position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
        realised_pnl=read.realised,
        cause=_cause(read),
        at=moment(read.time),
    )


def _trade_lite(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    read = _read_trade_lite(frame)
    return (
        Execution(
            fill_id=fill_id_of(read.trade_id, read.order_id),
            instrument_id=instrument(symbols, read.symbol, what="TRADE_LITE"),
            venue_order_id=str(read.order_id),
            client_order_id=read.client_order_id,
            side=word(words.SIDE, read.side, what="TRADE_LITE", field="side"),
            quantity=read.last_quantity,
            price=read.last_price,
            fee=None,
            fee_asset=None,
            liquidity=liquidity_of(read.is_maker),
            position_side=None,
            cause=cause_of(read.client_order_id),
            at=moment(read.time),
        ),
    )


def _algo_update(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    what = "ALGO_UPDATE"
    update = _read_algo_update(frame)
    read = update.order
    exec_type, status = _algo_state(read)
    order_type = word(words.FUTURES_ORDER_TYPE, read.type, what=what, field="order type")
    return (
        ExecutionReport(
            exec_type=exec_type,
            instrument_id=instrument(symbols, read.symbol, what=what),
            venue_order_id=f"{ALGO}{read.algo_id}",
            client_order_id=read.client_algo_id,
            status=status,
            side=word(words.SIDE, read.side, what=what, field="side"),
            type=order_type,
            time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
            quantity=read.quantity,
            price=told(read.price),
            stop_price=stop_price_of(order_type, read.trigger_price),
            trailing_offset=told(read.callback_rate),
            cumulative_quantity=read.filled,
            average_price=told(read.average),
            post_only=read.time_in_force in words.POST_ONLY,
            reduce_only=read.reduce_only,
            close_position=read.close_position,
            position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
            goes_on_as=read.actual_order_id,
            expires_at=moment_or_none(read.good_till),
            reason=_algo_reason(read, status),
            at=moment(update.time),
        ),
    )


def _algo_state(read: wire.AlgoBody) -> tuple[ExecType, OrderStatus]:
    if read.status == words.ALGO_FINISHED:
        is_filled = bool(read.filled) and read.filled >= read.quantity
        return ExecType.STATUS, OrderStatus.FILLED if is_filled else OrderStatus.CANCELLED
    return word(words.ALGO_STATUS, read.status, what="ALGO_UPDATE", field="algo status")


def _algo_reason(read: wire.AlgoBody, status: OrderStatus) -> str:
    if status in (OrderStatus.REJECTED, OrderStatus.EXPIRED, OrderStatus.CANCELLED):
        return read.reason
    return read.status if read.status == "TRIGGERING" else ""


def _account_update(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    update = _read_account_update(frame)
    at, account = moment(update.time), update.account
    found: list[AccountMessage] = []
    for each in account.balances:
        asset = Asset(each.asset)
        found.append(Balance(asset=asset, total=each.wallet, available=None, wallet=WALLET, at=at))
        if each.change:
            # Only where money moved does it matter why: an unknown reason must not hide a position.
            reason = word(words.WALLET_REASON, account.reason, what="ACCOUNT_UPDATE", field="reason")
            found.append(BalanceChange(asset=asset, amount=each.change, reason=reason, at=at))
    return [*found, *_positions(account.positions, symbols, at, what="ACCOUNT_UPDATE")]


def _positions(
    read: Sequence[wire.PositionBody], symbols: Symbols, at: datetime, *, what: str
) -> Iterator[Position]:
    """Without those that are not listed: money that moved must not be hidden behind them."""
    for each in read:
        try:
            yield _position(each, symbols, at, what=what)
        except NotListed:
            continue


def _position(read: wire.PositionBody, symbols: Symbols, at: datetime, *, what: str) -> Position:
    margin_mode = word(words.MARGIN_MODE, read.margin_type, what=what, field="margin type")
    return Position(
        instrument_id=instrument(symbols, read.symbol, what=what),
        quantity=read.amount,
        position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
        entry_price=told(read.entry_price),
        mark_price=told(read.mark_price),
        margin_mode=margin_mode,
        margin=read.isolated if margin_mode is MarginMode.ISOLATED else None,
        unrealised_pnl=read.unrealised,
        realised_pnl=read.realised,
        at=at,
    )


def _margin_call(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    call = _read_margin_call(frame)
    named = ", ".join(each.symbol for each in call.positions)
    return [
        VenueProblem(code=MARGIN_CALL, message=f"the margin of {named} is nearly used up"),
        *_positions(call.positions, symbols, moment(call.time), what=MARGIN_CALL),
    ]


def _config_update(frame: bytes, symbols: Symbols) -> Sequence[AccountMessage]:
    read = _read_config_update(frame).leverage
    if read is None:
        return ()
    listed = instrument(symbols, read.symbol, what="ACCOUNT_CONFIG_UPDATE")
    return (LeverageSetting(instrument_id=listed, leverage=read.leverage),)


def _trigger_reject(frame: bytes, _: Symbols) -> Sequence[AccountMessage]:
    read = _read_trigger_reject(frame).order
    return (
        VenueProblem(
            code="CONDITIONAL_ORDER_TRIGGER_REJECT", message=f"order {read.order_id}: {read.reason}"
        ),
    )


def _stream_ended(_: bytes, __: Symbols) -> Sequence[AccountMessage]:
    return (VenueProblem(code=STREAM_ENDED, message="the listen key of the account has expired"),)


_EVENTS: dict[str, Callable[[bytes, Symbols], Sequence[AccountMessage]]] = {
    "ORDER_TRADE_UPDATE": _order_update,
    "TRADE_LITE": _trade_lite,
    "ALGO_UPDATE": _algo_update,
    "ACCOUNT_UPDATE": _account_update,
    MARGIN_CALL: _margin_call,
    "ACCOUNT_CONFIG_UPDATE": _config_update,
    "CONDITIONAL_ORDER_TRIGGER_REJECT": _trigger_reject,
    STREAM_ENDED: _stream_ended,
}
