"""The private frames of Hyperliquid's WebSocket, in our words.

Subscribe to ``orderUpdates``, ``userFills``, ``userFundings`` and ``userNonFundingLedgerUpdates``.
``userEvents``, whose channel is ``user``, tells of fills and funding a second time, under the same ids.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tradebook.venues.hyperliquid.fills import Fill, TwapSliceFill, executions_of
from tradebook.venues.hyperliquid.funding import PushedFunding, payment_of
from tradebook.venues.hyperliquid.ledger import LedgerLine, changes_of
from tradebook.venues.hyperliquid.orders import Order, OrderUpdate, report_of_update, reports_of_open
from tradebook.venues.hyperliquid.quiet import ErrorFrame, QuietFrame
from tradebook.venues.hyperliquid.reading import reading
from tradebook.venues.hyperliquid.states import PerpetualState, SpotState, balances_of, holdings_of
from tradebook.venues.hyperliquid.symbols import TakesCoin, Universe, any_coin
from tradebook.venues.messages.account import AccountMessage, VenueProblem


class UserEvents(msgspec.Struct, rename="camel"):
    """One of its fields.

    ``liquidation`` and ``nonUserCancel`` are left unread: the one has neither instrument nor price, which
    come with the fills, the other only an order's number, which ``orderUpdates`` tells with the reason.
    """

    fills: list[Fill] | None = None
    funding: PushedFunding | None = None
    twap_slice_fills: list[TwapSliceFill] | None = None


class UserFills(msgspec.Struct):
    fills: list[Fill]


class UserTwapFills(msgspec.Struct, rename="camel"):
    twap_slice_fills: list[TwapSliceFill]


class UserFundings(msgspec.Struct):
    fundings: list[PushedFunding]


class UserLedger(msgspec.Struct, rename="camel"):
    non_funding_ledger_updates: list[LedgerLine]


class DexState(msgspec.Struct, rename="camel"):
    clearinghouse_state: PerpetualState
    dex: str = ""


class DexStates(msgspec.Struct, rename="camel"):
    clearinghouse_states: list[tuple[str, PerpetualState]]


class UserSpotState(msgspec.Struct, rename="camel"):
    spot_state: SpotState


class OpenOrders(msgspec.Struct):
    orders: list[Order]


class OrdersFrame(msgspec.Struct, tag_field="channel", tag="orderUpdates"):
    data: list[OrderUpdate]


class EventsFrame(msgspec.Struct, tag_field="channel", tag="user"):
    data: UserEvents


class FillsFrame(msgspec.Struct, tag_field="channel", tag="userFills"):
    data: UserFills


class TwapFillsFrame(msgspec.Struct, tag_field="channel", tag="userTwapSliceFills"):
    data: UserTwapFills


class FundingsFrame(msgspec.Struct, tag_field="channel", tag="userFundings"):
    data: UserFundings


class LedgerFrame(msgspec.Struct, tag_field="channel", tag="userNonFundingLedgerUpdates"):
    data: UserLedger


class DexStateFrame(msgspec.Struct, tag_field="channel", tag="clearinghouseState"):
    data: DexState


class DexStatesFrame(msgspec.Struct, tag_field="channel", tag="allDexsClearinghouseState"):
    data: DexStates


class SpotStateFrame(msgspec.Struct, tag_field="channel", tag="spotState"):
    data: UserSpotState


class OpenOrdersFrame(msgspec.Struct, tag_field="channel", tag="openOrders"):
    data: OpenOrders


_frames: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    OrdersFrame
    | EventsFrame
    | FillsFrame
    | TwapFillsFrame
    | FundingsFrame
    | LedgerFrame
    | DexStateFrame
    | DexStatesFrame
    | SpotStateFrame
    | OpenOrdersFrame
    | ErrorFrame
    | QuietFrame
)


def decode_account(
    data: bytes, universe: Universe, *, owner: str, takes: TakesCoin = any_coin
) -> Sequence[AccountMessage]:
    """A frame about the account whose address is ``owner``: its own, the sub-account's or the vault's.

    Of orders, fills and funding those are read whose coin is wanted. Raises UndecodableFrame; for a coin
    that is not listed yet NotListed: take the lists anew and decode it again.
    """
    with reading("an account frame"):
        frame = _frames.decode(data)
        match frame:
            case OrdersFrame(data=updates):
                return [
                    report_of_update(each, universe, "orderUpdates")
                    for each in updates
                    if takes(each.order.coin)
                ]
            case FillsFrame(data=told):
                return executions_of(
                    [each for each in told.fills if takes(each.coin)], universe, owner, "userFills"
                )
            case TwapFillsFrame(data=told):
                slices = [each.fill for each in told.twap_slice_fills]
                return executions_of(slices, universe, owner, "userTwapSliceFills")
            case EventsFrame(data=events):
                return _events(events, universe, owner)
            case FundingsFrame(data=told):
                return [payment_of(each, each.time, universe) for each in told.fundings if takes(each.coin)]
            case LedgerFrame(data=told):
                return changes_of(told.non_funding_ledger_updates, owner)
            case ErrorFrame(data=complaint):
                return [VenueProblem(code="stream", message=complaint)]
        return _states(frame, universe)


def _events(events: UserEvents, universe: Universe, owner: str) -> Sequence[AccountMessage]:
    fills = [*(events.fills or ()), *(each.fill for each in events.twap_slice_fills or ())]
    messages: list[AccountMessage] = [*executions_of(fills, universe, owner, "user")]
    if events.funding is not None:
        messages.append(payment_of(events.funding, events.funding.time, universe))
    return messages


def _states(frame: Any, universe: Universe) -> Sequence[AccountMessage]:
    match frame:
        case DexStateFrame(data=told):
            return holdings_of(told.clearinghouse_state, universe, told.dex, "clearinghouseState")
        case DexStatesFrame(data=told):
            return [
                message
                for dex, state in told.clearinghouse_states
                for message in holdings_of(state, universe, dex, "allDexsClearinghouseState")
            ]
        case SpotStateFrame(data=told):
            return balances_of(told.spot_state)
        case OpenOrdersFrame(data=told):
            return reports_of_open(told.orders, universe, "openOrders")
    return ()
