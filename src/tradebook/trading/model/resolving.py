"""What a person decides about a difference: once, on what was seen, and never by an edit.

A balance is adopted by a posting against ``differences``, a fill by one out of ``suspense``; an explanation
posts nothing. Each is refused where it is no longer about the difference that the person saw.
"""

from __future__ import annotations

from tradebook.kernel.errors import Conflict, InvalidInput, Refused
from tradebook.kernel.money import plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.contracts import settled_by
from tradebook.trading.model.state import Account, Decided


def adopt_balance(command: c.AdoptBalance, account: Account) -> list[e.TradingEvent]:
    """BalanceAdjusted; nothing where the same person has adopted it already.

    Raises Conflict where it is decided about or no longer what differs, Refused while fills that moved the
    asset wait in suspense: adopting both would book them twice.
    """
    if _is_repeated(command, account, is_adoption=True):
        return []
    if account.undecided.get(command.asset) != command.difference_id:
        raise _stale(command, account)
    waiting = account.suspended.get(command.asset, 0)
    if waiting:
        raise Refused(
            "fills_first",
            f"{waiting} trade{'s' * (waiting > 1)} at the venue that moved {command.asset} wait"
            f"{'s' * (waiting == 1)} in suspense and may be all of the difference: decide about "
            f"{'them' if waiting > 1 else 'it'} first.",
            {"asset": command.asset, "fills": str(waiting)},
        )
    return [
        e.BalanceAdjusted(
            **_heading(command), asset=command.asset, amount=command.difference, rate=command.rate
        )
    ]


def adopt_fill(command: c.AdoptUnmatchedFill, account: Account) -> list[e.TradingEvent]:
    """UnmatchedFillAdopted; nothing where the same person has adopted it already. Raises Conflict."""
    if _is_repeated(command, account, is_adoption=True):
        return []
    side, contract = command.position_side, command.contract
    return [
        e.UnmatchedFillAdopted(
            **_heading(command),
            venue_order_id=command.venue_order_id,
            fill_id=command.fill_id,
            instrument_id=command.instrument_id,
            side=command.side,
            quantity=command.quantity,
            price=command.price,
            base_asset=command.base_asset,
            quote_asset=command.quote_asset,
            fee=command.fee,
            fee_asset=command.fee_asset,
            filled_at=command.filled_at,
            position_side=side,
            settled=None if contract is None else settled_by(command, account, contract, side),
        )
    ]


def explain(command: c.ExplainDifference, account: Account) -> list[e.TradingEvent]:
    """DifferenceResolved; nothing where the same person has explained it already.

    Raises InvalidInput without words, Conflict as ``adopt_balance`` does.
    """
    if not command.reason.strip():
        raise InvalidInput("reason", "it is empty", "say in a few words what explains the difference")
    if _is_repeated(command, account, is_adoption=False):
        return []
    if command.kind in e.STANDING and command.difference_id not in account.undecided.values():
        raise _stale(command, account)
    return [e.DifferenceResolved(**_heading(command), kind=command.kind, assets=command.assets)]


def require_same(command: c.DecideDifference, decided: e.DifferenceDecided) -> None:
    """What was recorded for the difference is what was asked for. Raises Conflict where it is not."""
    was_adopted = not isinstance(decided, e.DifferenceResolved)
    _require_same(command, Decided(was_adopted, decided.by), is_adoption=_is_adoption(command))


def _is_adoption(command: c.DecideDifference) -> bool:
    return not isinstance(command, c.ExplainDifference)


def _is_repeated(command: c.DecideDifference, account: Account, *, is_adoption: bool) -> bool:
    """Raises Conflict where somebody decided first, or otherwise."""
    decided = account.decided.get(command.difference_id)
    if decided is None:
        return False
    _require_same(command, decided, is_adoption=is_adoption)
    return True


def _require_same(command: c.DecideDifference, decided: Decided, *, is_adoption: bool) -> None:
    if decided == Decided(is_adoption, command.by):
        return
    how = "adopted" if decided.adopted else "explained"
    whose = "you" if decided.by == command.by else decided.by
    raise Conflict(
        "already_resolved",
        f"The difference was {how} by {whose} before; nothing was changed now.",
        {"difference_id": command.difference_id, "resolution": how, "by": decided.by},
    )


def _stale(command: c.AdoptBalance | c.ExplainDifference, account: Account) -> Conflict:
    if isinstance(command, c.ExplainDifference) and command.kind == e.POSITION:
        return Conflict(
            "difference_changed", "This is no longer what differs. Look at the differences again.", {}
        )
    asset = command.asset if isinstance(command, c.AdoptBalance) else command.assets[0]
    now = account.differences.get(asset)
    stands = (
        f"the venue and this book now differ by {plain(now)} {asset}"
        if now and asset in account.undecided
        else f"nothing in {asset} waits for a decision now"
    )
    return Conflict(
        "difference_changed",
        f"This is no longer what differs: {stands}. Look at the differences again.",
        {"asset": asset, "difference": plain(now) if now else "0"},
    )


def _heading(command: c.DecideDifference) -> c.Deciding:
    return {
        "account_id": command.account_id,
        "at": command.at,
        "difference_id": command.difference_id,
        "found_position": command.found_position,
        "by": command.by,
        "reason": command.reason,
    }
