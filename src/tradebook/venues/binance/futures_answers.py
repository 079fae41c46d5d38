"""Answers about the USD-M futures account → our words. Every function here raises UndecodableFrame."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.messages import Value
from tradebook.trading.orders import MarginMode, OrderStatus
from tradebook.venues.binance import futures_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.futures_account import ALGO, WALLET, stop_price_of
from tradebook.venues.binance.orders import cause_of, fill_id_of, liquidity_of
from tradebook.venues.binance.wire import (
    VENUE,
    instrument,
    moment,
    moment_or_none,
    one_or_many,
    rate_or_none,
    reader,
    told,
    word,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
    FundingPayment,
    LeverageSetting,
    Position,
)
from tradebook.venues.symbols import Symbols

_read_orders = one_or_many(wire.OrderAnswer, "order")
_read_algo_orders = one_or_many(wire.AlgoAnswer, "algo order")
_read_fills = one_or_many(wire.TradeOfAccount, "userTrades")
_read_positions = one_or_many(wire.PositionRisk, "positionRisk")
_read_account = reader(wire.AccountAnswer, "account")
_read_balances = one_or_many(wire.BalanceAnswer, "balance")
_read_symbol_configs = one_or_many(wire.SymbolConfig, "symbolConfig")
_read_commission_rate = reader(wire.CommissionRate, "commissionRate")
_read_position_mode = reader(wire.PositionModeAnswer, "positionSide/dual")
_read_incomes = one_or_many(wire.IncomeAnswer, "income")
_read_listen_key = reader(wire.ListenKeyAnswer, "listenKey")
_read_brackets = one_or_many(wire.BracketsAnswer, "leverageBracket")


class Bracket(Value, frozen=True, kw_only=True):
    """What holds for the smallest positions in a symbol; larger ones have less leverage, at a higher rate."""

    symbol: str
    max_leverage: Decimal
    maintenance_rate: Decimal


def decode_futures_orders(
    body: bytes, symbols: Symbols, exec_type: ExecType = ExecType.STATUS
) -> Sequence[ExecutionReport]:
    """Orders that were placed (NEW), changed (REPLACED), cancelled or only asked for (STATUS)."""
    return [_report(each, symbols, exec_type) for each in _read_orders(body)]


def decode_algo_orders(body: bytes, symbols: Symbols) -> Sequence[ExecutionReport]:
    """Conditional orders. One that is finished is UNKNOWN until what it went on as is asked for."""
    return [_algo_report(each, symbols) for each in _read_algo_orders(body)]


def decode_futures_fills(body: bytes, symbols: Symbols) -> Sequence[Execution]:
    """Fills of the account, oldest first; client order ids are not told."""
    what = "userTrades"
    return [
        Execution(
            fill_id=fill_id_of(each.id, each.order_id),
            instrument_id=instrument(symbols, each.symbol, what=what),
            venue_order_id=str(each.order_id),
            side=word(words.SIDE, each.side, what=what, field="side"),
            quantity=each.qty,
            price=each.price,
            fee=each.commission,
            fee_asset=Asset(each.commission_asset),
            liquidity=liquidity_of(each.maker),
            position_side=word(words.POSITION_SIDE, each.position_side, what=what, field="position side"),
            realised_pnl=each.realized_pnl,
            at=moment(each.time),
        )
        for each in _read_fills(body)
    ]


def decode_positions(body: bytes, symbols: Symbols) -> Sequence[Position]:
    """Positions, flat ones included where Binance lists them."""
    return [_position(each, symbols) for each in _read_positions(body)]


def decode_futures_account(body: bytes, symbols: Symbols) -> Sequence[Balance | Position]:
    """All balances and positions at once; of positions it tells less than ``decode_positions``."""
    read = _read_account(body)
    balances = [
        Balance(
            asset=Asset(each.asset),
            total=each.wallet_balance,
            available=each.available_balance,
            locked=each.initial_margin,
            wallet=WALLET,
            at=moment_or_none(each.update_time),
        )
        for each in read.assets
    ]
    return [*balances, *(_position_of_account(each, symbols) for each in read.positions)]


def decode_alias(body: bytes) -> str | None:
    """Whose balances they are, by Binance's code of the account."""
    return next((each.account_alias for each in _read_balances(body) if each.account_alias), None)


def decode_futures_balances(body: bytes) -> Sequence[Balance]:
    """Balances."""
    return [
        Balance(
            asset=Asset(each.asset),
            total=each.balance,
            available=each.available_balance,
            wallet=WALLET,
            at=moment_or_none(each.update_time),
        )
        for each in _read_balances(body)
    ]


def decode_leverage_settings(body: bytes, symbols: Symbols) -> Sequence[LeverageSetting]:
    """Leverage and margin mode by symbol."""
    return [
        LeverageSetting(
            instrument_id=instrument(symbols, each.symbol, what="symbolConfig"),
            leverage=each.leverage,
            margin_mode=word(words.MARGIN_MODE, each.margin_type, what="symbolConfig", field="margin type"),
        )
        for each in _read_symbol_configs(body)
    ]


def decode_futures_fees(body: bytes, symbols: Symbols) -> FeeRates:
    """What trading a symbol costs the account."""
    read = _read_commission_rate(body)
    return FeeRates(
        instrument_id=instrument(symbols, read.symbol, what="commissionRate"),
        maker=read.maker_commission_rate,
        taker=read.taker_commission_rate,
    )


def decode_hedge_mode(body: bytes) -> bool:
    """Whether long and short are two positions."""
    return _read_position_mode(body).dual_side_position


def decode_incomes(body: bytes, symbols: Symbols) -> Sequence[FundingPayment | BalanceChange]:
    """Money that came or went beside fills, which tell profit and commission themselves.

    A transaction id is unique within its kind, so a reference names both.
    """
    return [
        _income(each, symbols)
        for each in _read_incomes(body)
        if each.income_type not in words.TOLD_WITH_FILLS
    ]


def decode_traded_symbols(body: bytes) -> Sequence[str]:
    """The symbols of incomes, each once: of commissions, where something was traded."""
    return list(dict.fromkeys(each.symbol for each in _read_incomes(body) if each.symbol))


def count_incomes(body: bytes) -> int:
    """How many an answer holds, those that fills tell included."""
    return len(_read_incomes(body))


def decode_listen_key(body: bytes) -> str:
    """By which the account's stream is opened."""
    return _read_listen_key(body).listen_key


def decode_brackets(body: bytes) -> Sequence[Bracket]:
    """How much leverage positions may have, by symbol."""
    return [
        Bracket(
            symbol=each.symbol,
            max_leverage=each.brackets[0].initial_leverage,
            maintenance_rate=each.brackets[0].maint_margin_ratio,
        )
        for each in _read_brackets(body)
        if each.brackets
    ]


def _report(read: wire.OrderAnswer, symbols: Symbols, exec_type: ExecType) -> ExecutionReport:
    what = "order"
    status = word(words.ORDER_STATUS, read.status, what=what, field="order status")
    order_type = word(words.FUTURES_ORDER_TYPE, read.type, what=what, field="order type")
    return ExecutionReport(
        exec_type=_exec_type(exec_type, status),
        instrument_id=instrument(symbols, read.symbol, what=what),
        venue_order_id=str(read.order_id),
        client_order_id=read.client_order_id,
        status=status,
        side=word(words.SIDE, read.side, what=what, field="side"),
        type=order_type,
        time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
        quantity=read.orig_qty,
        price=told(read.price),
        stop_price=stop_price_of(order_type, read.stop_price),
        trailing_offset=told(read.price_rate) if read.type == "TRAILING_STOP_MARKET" else None,
        cumulative_quantity=read.executed_qty,
        average_price=told(read.avg_price),
        post_only=read.time_in_force in words.POST_ONLY,
        reduce_only=read.reduce_only,
        close_position=read.close_position,
        position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
        expires_at=moment_or_none(read.good_till_date),
        cause=cause_of(read.client_order_id),
        at=moment(read.update_time),
    )


def _exec_type(asked_for: ExecType, status: OrderStatus) -> ExecType:
    if asked_for is ExecType.STATUS:
        return ExecType.STATUS
    # What was asked for may have come too late, or have ended at once.
    otherwise = ExecType.STATUS if asked_for is ExecType.CANCELLED else asked_for
    return words.EXEC_TYPE_OF_STATUS.get(status, otherwise)


def _algo_report(read: wire.AlgoAnswer, symbols: Symbols) -> ExecutionReport:
    what = "algo order"
    order_type = word(words.FUTURES_ORDER_TYPE, read.order_type or read.type, what=what, field="order type")
    return ExecutionReport(
        exec_type=ExecType.STATUS,
        instrument_id=instrument(symbols, read.symbol, what=what),
        venue_order_id=f"{ALGO}{read.algo_id}",
        client_order_id=read.client_algo_id,
        status=_algo_status(read),
        side=word(words.SIDE, read.side, what=what, field="side"),
        type=order_type,
        time_in_force=word(words.TIME_IN_FORCE, read.time_in_force, what=what, field="time in force"),
        quantity=read.quantity,
        price=told(read.price),
        stop_price=stop_price_of(order_type, read.trigger_price),
        trailing_offset=told(rate_or_none(read.callback_rate, what="callback rate")),
        post_only=read.time_in_force in words.POST_ONLY,
        reduce_only=read.reduce_only,
        close_position=read.close_position,
        position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
        goes_on_as=read.actual_order_id or "",
        expires_at=moment_or_none(read.good_till_date),
        at=moment(read.update_time),
    )


def _algo_status(read: wire.AlgoAnswer) -> OrderStatus:
    if read.algo_status == words.ALGO_FINISHED:
        return OrderStatus.UNKNOWN
    return word(words.ALGO_STATUS, read.algo_status, what="algo order", field="algo status")[1]


def _position(read: wire.PositionRisk, symbols: Symbols) -> Position:
    what = "positionRisk"
    mode = read.margin_type
    margin_mode = None if mode is None else word(words.MARGIN_MODE, mode, what=what, field="margin type")
    return Position(
        instrument_id=instrument(symbols, read.symbol, what=what),
        quantity=read.position_amt,
        position_side=word(words.POSITION_SIDE, read.position_side, what=what, field="position side"),
        entry_price=told(read.entry_price),
        mark_price=told(read.mark_price),
        liquidation_price=told(read.liquidation_price),
        leverage=read.leverage,
        margin_mode=margin_mode,
        margin=None if margin_mode is MarginMode.CROSS else told(read.isolated_margin),
        unrealised_pnl=read.un_realized_profit,
        at=moment_or_none(read.update_time),
    )


def _position_of_account(read: wire.PositionOfAccount, symbols: Symbols) -> Position:
    modes = {True: MarginMode.ISOLATED, False: MarginMode.CROSS, None: None}
    return Position(
        instrument_id=instrument(symbols, read.symbol, what="account"),
        quantity=read.position_amt,
        position_side=word(words.POSITION_SIDE, read.position_side, what="account", field="position side"),
        entry_price=told(read.entry_price),
        leverage=read.leverage,
        margin_mode=modes[read.isolated],
        unrealised_pnl=read.unrealized_profit,
        at=moment_or_none(read.update_time),
    )


def _income(read: wire.IncomeAnswer, symbols: Symbols) -> FundingPayment | BalanceChange:
    asset, reference, at = Asset(read.asset), f"{read.income_type}-{read.tran_id}", moment(read.time)
    if read.income_type != words.FUNDING_INCOME:
        reason = word(words.INCOME_REASON, read.income_type, what="income", field="income type")
        return BalanceChange(asset=asset, amount=read.income, reason=reason, reference=reference, at=at)
    if not read.symbol:
        raise UndecodableFrame(VENUE, "income", "a funding fee does not name its symbol")
    return FundingPayment(
        instrument_id=instrument(symbols, read.symbol, what="income"),
        asset=asset,
        amount=read.income,
        reference=reference,
        at=at,
    )
