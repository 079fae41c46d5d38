"""What a venue says of an account → what is recorded of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypedDict

import msgspec

from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.kernel.money import ZERO, plain
from tradebook.market.values import Instrument
from tradebook.trading.commands import (
    EarlierFill,
    OrderReport,
    RecordAcceptance,
    RecordBalances,
    RecordCancellation,
    RecordClosing,
    RecordEarlierFills,
    RecordExpiry,
    RecordFill,
    RecordFunding,
    RecordLeverage,
    RecordOutsideOrder,
    RecordRejection,
    RecordReplacement,
    RecordTermsInForce,
    RecordTransfer,
    RecordTrigger,
    StatedPosition,
    VenueReport,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import (
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    TermsInForce,
    TimeInForce,
)
from tradebook.trading.ports import VenueOrderState
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
)

_TRANSFERS = frozenset(
    {BalanceReason.DEPOSIT, BalanceReason.WITHDRAWAL, BalanceReason.TRANSFER, BalanceReason.EXTERNAL}
)
EARLIER_FILLS_MAX = 1_000
"""From before an account was connected: a page to look through, not a second book."""
_AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)


class FilledOrder(NamedTuple):
    """An order with fills to ask for."""

    instrument_id: InstrumentId
    venue_order_id: str
    order_id: OrderId | None
    """None where it is not ours."""


class _Heading(TypedDict):
    account_id: AccountId
    at: datetime


class Reports:
    """One account's."""

    def __init__(
        self,
        account_id: AccountId,
        *,
        order_id_of: Callable[[str], OrderId | None],
        instrument_of: Callable[[InstrumentId], Instrument],
    ) -> None:
        """``order_id_of`` knows our orders by the client order ids that the venue has for them."""
        self._account_id = account_id
        self._order_id_of = order_id_of
        self._instrument_of = instrument_of

    def of_all(self, messages: Sequence[AccountMessage]) -> Iterator[VenueReport]:
        """The same for several of one occasion: an answer says that an order is filled, and then its fills,
        of which the last leaves nothing.
        """
        filled = {
            each.venue_order_id
            for each in messages
            if isinstance(each, ExecutionReport) and each.status is OrderStatus.FILLED
        }
        fills = [each for each in messages if isinstance(each, Execution)]
        last = {each.venue_order_id: each for each in fills if each.venue_order_id in filled}
        for message in messages:
            is_last = isinstance(message, Execution) and message is last.get(message.venue_order_id)
            for report in self.of(message):
                if is_last and isinstance(report, RecordFill):
                    yield msgspec.structs.replace(report, leaves_nothing=True)
                else:
                    yield report

    def of(self, message: AccountMessage) -> Sequence[VenueReport]:
        """What is to be recorded of a message; nothing where it is known already or of no interest."""
        match message:
            case ExecutionReport():
                order_id = self._order_id_of(message.replaces or message.client_order_id)
                return list(self._of_ours(message, order_id) if order_id else self._of_others(message))
            case Execution(position_side=None):
                return ()
            case Execution() if message.cause is not Cause.ORDER:
                return self._closing(message)
            case Execution() if _is_whole(message):
                return (self.fill(message, self._order_id_of(message.client_order_id), leaves_nothing=False),)
            case FundingPayment():
                return (self.funding(message),)
            case BalanceChange() if message.reason in _TRANSFERS:
                return (self._transfer(message),)
            case _:
                return ()

    def funding(self, payment: FundingPayment) -> RecordFunding:
        """What one side of a perpetual has paid the other."""
        return RecordFunding(
            **self._heading(payment.at),
            # Where the venue gives it no id, an instrument has no other of its time and amount.
            funding_id=payment.reference or _named_by(payment.at, payment.amount),
            instrument_id=payment.instrument_id,
            asset=payment.asset,
            amount=payment.amount,
            rate=payment.rate,
        )

    def leverages(self, settings: Sequence[LeverageSetting], at: datetime) -> Iterator[RecordLeverage]:
        """How positions in contracts are secured."""
        for each in settings:
            contract = self._instrument_of(each.instrument_id).contract
            if contract is not None:
                yield RecordLeverage(
                    **self._heading(at),
                    instrument_id=each.instrument_id,
                    contract=contract,
                    leverage=each.leverage,
                    mode=each.margin_mode or MarginMode.CROSS,
                )

    def fill_to_ask_for(self, message: AccountMessage) -> FilledOrder | None:
        """The order that was filled, where the message does not tell all of its fill: some venues tell the
        fee elsewhere, or later.
        """
        match message:
            case Execution():
                last: Execution | None = message
            case ExecutionReport() if message.exec_type is ExecType.TRADE:
                last = message.last
            case _:
                return None
        if last is not None and _is_whole(last):
            return None
        name = message.client_order_id
        if isinstance(message, ExecutionReport):
            name = message.replaces or name
        return FilledOrder(message.instrument_id, message.venue_order_id, self._order_id_of(name))

    def fills(self, executions: Sequence[Execution], order_id: OrderId | None) -> Sequence[RecordFill]:
        """Fills of an order that were asked for, as far as the venue tells all of them by now."""
        return [self.fill(each, order_id, leaves_nothing=False) for each in executions if _is_whole(each)]

    def of_others(self, executions: Sequence[Execution]) -> Iterator[VenueReport]:
        """The same of orders that are not ours; what nobody ordered has closed a position."""
        for each in executions:
            if each.cause is Cause.ORDER:
                yield from self.fills([each], None)
            else:
                yield from self._closing(each)

    def earlier(self, executions: Sequence[Execution], at: datetime) -> RecordEarlierFills:
        """What was traded before the book began: the newest of it, where the venue tells all of a trade."""
        whole = sorted(filter(_is_whole, executions), key=lambda each: (each.at, each.fill_id))
        return RecordEarlierFills(
            **self._heading(at), fills=tuple(self._earlier(each) for each in whole[-EARLIER_FILLS_MAX:])
        )

    def _earlier(self, execution: Execution) -> EarlierFill:
        assert execution.fee is not None and execution.liquidity is not None  # noqa: PT018  # it is whole
        instrument = self._instrument_of(execution.instrument_id)
        return EarlierFill(
            fill_id=execution.fill_id,
            venue_order_id=execution.venue_order_id,
            instrument_id=execution.instrument_id,
            side=execution.side,
            quantity=execution.quantity,
            price=execution.price,
            fee=execution.fee,
            fee_asset=execution.fee_asset or instrument.quote_asset,
            liquidity=execution.liquidity,
            position_side=execution.position_side or PositionSide.NET,
            at=execution.at,
        )

    def fill(self, execution: Execution, order_id: OrderId | None, *, leaves_nothing: bool) -> RecordFill:
        """A whole fill."""
        instrument = self._instrument_of(execution.instrument_id)
        assert execution.fee is not None and execution.liquidity is not None  # noqa: PT018  # it is whole
        return RecordFill(
            **self._heading(execution.at),
            order_id=order_id,
            venue_order_id=execution.venue_order_id,
            fill_id=execution.fill_id,
            instrument_id=execution.instrument_id,
            side=execution.side,
            quantity=execution.quantity,
            price=execution.price,
            base_asset=instrument.base_asset,
            quote_asset=instrument.quote_asset,
            fee=execution.fee,
            fee_asset=execution.fee_asset or instrument.quote_asset,
            liquidity=execution.liquidity,
            leaves_nothing=leaves_nothing or execution.leaves == ZERO,
            position_side=execution.position_side or PositionSide.NET,
            contract=instrument.contract,
            realised=None if instrument.contract is None else execution.realised_pnl,
        )

    def state(
        self, order_id: OrderId, report: ExecutionReport, fills: Sequence[Execution]
    ) -> VenueOrderState:
        """How an order stands that was asked for. Its end is told only with all of its fills."""
        filled = report.cumulative_quantity or ZERO
        whole = [each for each in fills if _is_whole(each)]
        known = sum((each.quantity for each in whole), ZERO)
        reports: list[OrderReport] = []
        if report.status is not OrderStatus.REJECTED:
            reports.append(self._acceptance(report, order_id))
        if (terms := _terms(report)) is not None:
            # Before its fills: they may be of more than the order was before it was changed.
            reports.append(RecordTermsInForce(**self._heading(report.at), order_id=order_id, terms=terms))
        reports += [
            self.fill(
                each,
                order_id,
                leaves_nothing=report.status is OrderStatus.FILLED and each is whole[-1] and known == filled,
            )
            for each in whole
        ]
        if known == filled:
            reports += self._ending(report, order_id)
        return msgspec.structs.replace(self.standing(order_id, report), reports=tuple(reports))

    @staticmethod
    def standing(order_id: OrderId, report: ExecutionReport) -> VenueOrderState:
        """How an order stands, without what led there."""
        return VenueOrderState(
            order_id=order_id,
            venue_order_id=report.venue_order_id,
            status=report.status,
            filled_quantity=report.cumulative_quantity or ZERO,
            terms=_terms(report),
        )

    def outside(self, report: ExecutionReport) -> RecordOutsideOrder:
        """An order that works and is not ours."""
        return RecordOutsideOrder(
            **self._heading(report.at),
            venue_order_id=report.venue_order_id,
            instrument_id=report.instrument_id,
            side=report.side,
            quantity=report.quantity,
            price=report.price,
        )

    def balances(
        self, balances: Sequence[Balance], at: datetime, positions: Sequence[Position] = ()
    ) -> RecordBalances:
        """All that the account has, of all of the venue's wallets together, and the contracts open in it."""
        summed = {each.asset: ZERO for each in balances}
        for each in balances:
            summed[each.asset] += each.total
        return RecordBalances(
            **self._heading(at),
            totals={asset: total for asset, total in summed.items() if total},
            positions=tuple(self._stated(positions)),
        )

    def _stated(self, positions: Sequence[Position]) -> Iterator[StatedPosition]:
        for each in positions:
            instrument = self._instrument_of(each.instrument_id)
            if instrument.contract is not None and each.quantity and each.entry_price:
                yield StatedPosition(
                    instrument_id=each.instrument_id,
                    contract=instrument.contract,
                    base_asset=instrument.base_asset,
                    quote_asset=instrument.quote_asset,
                    position_side=each.position_side,
                    quantity=each.quantity,
                    entry_price=each.entry_price,
                )

    def _closing(self, execution: Execution) -> Sequence[VenueReport]:
        """What nobody ordered closes a position; of what is owned it is a trade that fits no order."""
        instrument = self._instrument_of(execution.instrument_id)
        if instrument.contract is None:
            return (self.fill(execution, None, leaves_nothing=False),) if _is_whole(execution) else ()
        return (
            RecordClosing(
                **self._heading(execution.at),
                reason=execution.cause.value,
                fill_id=execution.fill_id,
                instrument_id=execution.instrument_id,
                side=execution.side,
                quantity=execution.quantity,
                price=execution.price,
                base_asset=instrument.base_asset,
                quote_asset=instrument.quote_asset,
                fee=execution.fee or ZERO,
                fee_asset=execution.fee_asset or instrument.contract.settle_asset,
                position_side=execution.position_side or PositionSide.NET,
                contract=instrument.contract,
                realised=execution.realised_pnl,
            ),
        )

    def _of_ours(self, report: ExecutionReport, order_id: OrderId) -> Iterator[OrderReport]:
        match report.exec_type:
            case ExecType.NEW:
                yield self._acceptance(report, order_id)
            case ExecType.TRADE if report.last is not None and _is_whole(report.last):
                is_done = report.status is OrderStatus.FILLED
                yield self.fill(report.last, order_id, leaves_nothing=is_done)
            case ExecType.TRIGGERED if report.stop_price is not None:
                yield RecordTrigger(
                    **self._heading(report.at), order_id=order_id, trigger_price=report.stop_price
                )
            case ExecType.REPLACED:
                yield RecordReplacement(
                    **self._heading(report.at),
                    order_id=order_id,
                    quantity=report.quantity,
                    price=report.price,
                    stop_price=report.stop_price,
                )
            case ExecType.CANCELLED | ExecType.EXPIRED | ExecType.REJECTED:
                yield from self._ending(report, order_id)
            case _:
                pass

    def _of_others(self, report: ExecutionReport) -> Iterator[VenueReport]:
        if report.last is not None and report.last.cause is not Cause.ORDER:
            yield from self._closing(report.last)
        elif report.last is not None and _is_whole(report.last):
            yield self.fill(report.last, None, leaves_nothing=False)
        elif report.exec_type is ExecType.NEW and _rests(report):
            yield self.outside(report)

    def _acceptance(self, report: ExecutionReport, order_id: OrderId) -> RecordAcceptance:
        return RecordAcceptance(
            **self._heading(report.at), order_id=order_id, venue_order_id=report.venue_order_id
        )

    def _ending(self, report: ExecutionReport, order_id: OrderId) -> Iterator[OrderReport]:
        heading, reason = self._heading(report.at), report.reason or report.status.value
        match report.status:
            case OrderStatus.CANCELLED:
                yield RecordCancellation(**heading, order_id=order_id, reason=reason)
            case OrderStatus.EXPIRED:
                yield RecordExpiry(**heading, order_id=order_id, reason=reason)
            case OrderStatus.REJECTED:
                yield RecordRejection(**heading, order_id=order_id, reason=reason)
            case OrderStatus.FILLED if report.quote_quantity is not None:
                # What it buys is not known beforehand, so a last fill that did not say that it is the last
                # leaves it open.
                yield RecordCancellation(**heading, order_id=order_id, reason=reason)
            case _:
                pass

    def _transfer(self, change: BalanceChange) -> RecordTransfer:
        return RecordTransfer(
            **self._heading(change.at),
            asset=change.asset,
            amount=change.amount,
            # Where the venue gives it no id, no other transfer has its time and amount.
            reference=change.reference or _named_by(change.at, change.amount),
        )

    def _heading(self, at: datetime) -> _Heading:
        return _Heading(account_id=self._account_id, at=at)


def _terms(report: ExecutionReport) -> TermsInForce | None:
    """As far as they mean the same as ours. Nobody changes an order at the market, which may be told by what
    it cost; and of one that is over all that matters is how much it was.
    """
    if report.type is OrderType.MARKET:
        return None
    is_sized = report.quote_quantity is None and report.cumulative_quantity is not None
    quantity = report.quantity if is_sized and not report.close_position else None
    if report.status in TERMINAL:
        is_whole = report.status is OrderStatus.FILLED and quantity == report.cumulative_quantity
        return TermsInForce(quantity=quantity) if is_whole else None
    return TermsInForce(quantity=quantity, price=report.price, stop_price=report.stop_price)


def _rests(report: ExecutionReport) -> bool:
    """Whether it stays; what trades at once is told by its fills."""
    waits = report.price is not None or report.stop_price is not None
    return waits and report.status not in TERMINAL and report.time_in_force not in _AT_ONCE


def _named_by(at: datetime, amount: Decimal) -> str:
    """The same name however many zeros the amount is written with: one place of a venue tells it with more
    of them than another.
    """
    return f"{at.isoformat()} {plain(amount)}"


def _is_whole(execution: Execution) -> bool:
    told = (execution.fee, execution.liquidity, execution.position_side)
    return all(each is not None for each in told)
