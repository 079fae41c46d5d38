"""Why a figure is what it is: its formula, the inputs, and the postings and events it is made of.

A figure is named by what it is of::

    balance:<account_id>:<asset>:<total | available | held>
    position:<account_id>:<instrument>:<quantity | average_entry_price | cost | realised_pnl>

It is computed anew for the explanation, from the postings or from the fills, not taken from the view that the
figure was shown from: who asks finds out whether the two agree.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tradebook.journal.records import Recorded
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import Side
from tradebook.trading.postings import postings
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.ledger import PostingDocument
from tradebook.trading.views.pages import POSITION_MAX, PageRequest, encode_cursor
from tradebook.trading.views.positions import Position, fold_fill

if TYPE_CHECKING:
    from asyncpg import Pool

SUM_POSTINGS = """
select coalesce(sum(amount) filter (where ledger_account = 'available'), 0) as available,
       coalesce(sum(amount) filter (where ledger_account = 'held'), 0) as held,
       count(*) as postings, coalesce(max(position), 0) as position
from trading.ledger_postings
where account_id = $1 and asset = $2 and ledger_account = any($3)
"""

SELECT_POSTINGS = """
select p.position, p.line, p.recorded_at, p.party_id, p.sub_ledger, p.ledger_account, p.asset, p.amount,
       e.type
from trading.ledger_postings p join journal.events e using (position)
where p.account_id = $1 and p.asset = $2 and p.ledger_account = any($3) and p.position = any(array(
    select distinct position from trading.ledger_postings
    where account_id = $1 and asset = $2 and ledger_account = any($3) and position < $4
    order by position desc limit $5))
order by p.position desc, p.line
"""

OWNED = {
    "total": (LedgerAccount.AVAILABLE, LedgerAccount.HELD),
    "available": (LedgerAccount.AVAILABLE,),
    "held": (LedgerAccount.HELD,),
}
FORMULA_OF_BALANCE = {
    "total": "available + held, each the sum of its postings",
    "available": "the sum of the postings to available",
    "held": "the sum of the postings to held",
}
FORMULA_OF_POSITION = {
    "quantity": "bought - sold - base_fees",
    "average_entry_price": "cost / |quantity|; none while the position is flat",
    "cost": "what the open quantity was opened for: an opening adds quantity × price, a closing takes its "
    "share by average cost",
    "realised_pnl": "the sum over closing fills of quantity closed × (price - average cost), signed by the "
    "side that was closed; before fees",
}


class FigureName(msgspec.Struct, frozen=True):
    """Which figure is asked for, taken apart."""

    kind: str
    account_id: AccountId
    subject: str
    """The asset or the instrument."""
    figure: str


class InputDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the formula speaks of."""

    name: str
    value: str
    unit: str


class SourceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An event behind the figure; the journal has it at this position."""

    position: str
    type: str
    recorded_at: datetime


class ExplanationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with everything behind it; events and their postings in pages, the newest first."""

    of: str
    value: str | None
    unit: str
    formula: str
    journal_position: str
    """Of the newest event that the figure rests on; 0 for none."""
    inputs: list[InputDocument]
    events: list[SourceDocument]
    postings: list[PostingDocument]
    """Of those events, as far as they concern the figure."""
    next_cursor: str | None


def parse_figure(of: str) -> FigureName:
    """Read ``?of=``. Raises InvalidInput that says what would be one."""
    kind, _, rest = of.partition(":")
    account_id, _, rest = rest.partition(":")
    subject, _, figure = rest.rpartition(":")
    known = {"balance": FORMULA_OF_BALANCE, "position": FORMULA_OF_POSITION}
    if kind not in known or not account_id or not subject:
        raise InvalidInput(
            "of",
            f"{of[:64]!r} names no figure",
            "write balance:<account_id>:<asset>:<figure> or position:<account_id>:<instrument>:<figure>",
        )
    if figure not in known[kind]:
        choices = ", ".join(known[kind])
        raise InvalidInput("of", f"a {kind} has no figure {figure[:64]!r}", f"take one of: {choices}")
    return FigureName(kind, AccountId(account_id), subject, figure)


class Explainer:
    """Explains figures of accounts. Access is checked by the caller."""

    def __init__(self, pool: Pool, history: TradingHistory) -> None:
        self._pool = pool
        self._history = history

    async def explain(self, of: str, name: FigureName, page: PageRequest) -> ExplanationDocument:
        """The figure that ``of`` names. Raises InvalidInput for a cursor that is not ours."""
        before = page.after_position(first=POSITION_MAX)
        if name.kind == "balance":
            return await self._balance(of, name, before, page.limit)
        return await self._position(of, name, before, page.limit)

    async def _balance(self, of: str, name: FigureName, before: int, limit: int) -> ExplanationDocument:
        asset, accounts = name.subject, [each.value for each in OWNED[name.figure]]
        sums = await self._pool.fetchrow(SUM_POSTINGS, name.account_id, asset, accounts)
        assert sums is not None  # sums of nothing are a row too
        rows = await self._pool.fetch(
            SELECT_POSTINGS, name.account_id, asset, accounts, min(before, sums["position"] + 1), limit
        )
        events = {row["position"]: (row["type"], row["recorded_at"]) for row in rows}
        return ExplanationDocument(
            of=of,
            value=plain(sum((sums[each] for each in accounts), ZERO)),
            unit=asset,
            formula=FORMULA_OF_BALANCE[name.figure],
            journal_position=str(sums["position"]),
            inputs=[
                *(InputDocument(name=each, value=plain(sums[each]), unit=asset) for each in accounts),
                InputDocument(name="postings", value=str(sums["postings"]), unit=""),
            ],
            events=[
                SourceDocument(position=str(position), type=kind, recorded_at=at)
                for position, (kind, at) in events.items()
            ],
            postings=[
                PostingDocument(
                    position=str(row["position"]),
                    line=row["line"],
                    recorded_at=row["recorded_at"],
                    account_id=name.account_id,
                    party_id=row["party_id"],
                    sub_ledger=row["sub_ledger"],
                    ledger_account=LedgerAccount(row["ledger_account"]),
                    asset=row["asset"],
                    amount=plain(row["amount"]),
                )
                for row in rows
            ],
            next_cursor=encode_cursor(min(events)) if len(events) == limit else None,
        )

    async def _position(self, of: str, name: FigureName, before: int, limit: int) -> ExplanationDocument:
        folded = _Fold(name.subject, before, limit)
        party_id = ""
        async for recorded in self._history.everything(name.account_id):
            folded.take(recorded)
            party_id = party_id or getattr(recorded.event, "party_id", "")
        shown = list(reversed(folded.page))
        return ExplanationDocument(
            of=of,
            value=folded.value(name.figure),
            unit=folded.base if name.figure == "quantity" else folded.quote,
            formula=FORMULA_OF_POSITION[name.figure],
            journal_position=str(folded.position),
            inputs=folded.inputs(),
            events=[
                SourceDocument(position=str(each.position), type=each.type, recorded_at=each.recorded_at)
                for each in shown
            ],
            postings=[line for each in shown for line in _lines(each, party_id)],
            next_cursor=encode_cursor(shown[-1].position) if len(shown) == limit else None,
        )


class _Fold:
    """An instrument's fills of one account, folded, with the newest of those before a position kept."""

    def __init__(self, instrument: str, before: int, limit: int) -> None:
        self._instrument = instrument
        self._before = before
        self._book: dict[str, Position] = {}
        self._bought = self._sold = self._base_fees = ZERO
        self._fills = 0
        self.page: deque[Recorded] = deque(maxlen=limit)
        self.position = 0
        self.base = self.quote = ""

    def take(self, recorded: Recorded) -> None:
        """Add an event, if it is a fill of the instrument."""
        fill = recorded.event
        if not isinstance(fill, OrderFilled) or fill.instrument_id != self._instrument:
            return
        fold_fill(self._book, fill)
        self._fills += 1
        self.base, self.quote = fill.base_asset, fill.quote_asset
        if fill.side is Side.BUY:
            self._bought += fill.quantity
        else:
            self._sold += fill.quantity
        self._base_fees += fill.fee if fill.fee_asset == fill.base_asset else ZERO
        self.position = recorded.position
        if recorded.position < self._before:
            self.page.append(recorded)

    def value(self, figure: str) -> str | None:
        """The figure after all that was added; None where there is none."""
        held = self._held
        match figure:
            case "quantity":
                return plain(held.quantity)
            case "cost":
                return plain(held.cost)
            case "realised_pnl":
                return plain(held.realised)
            case _:
                return plain(divide(held.cost, abs(held.quantity))) if held.quantity else None

    def inputs(self) -> list[InputDocument]:
        """What the formulas speak of."""
        held = self._held
        figures: list[tuple[str, Decimal, str]] = [
            ("bought", self._bought, self.base),
            ("sold", self._sold, self.base),
            ("base_fees", self._base_fees, self.base),
            ("quantity", held.quantity, self.base),
            ("cost", held.cost, self.quote),
            ("fills", Decimal(self._fills), ""),
        ]
        return [InputDocument(name=name, value=plain(value), unit=unit) for name, value, unit in figures]

    @property
    def _held(self) -> Position:
        return self._book.get(self._instrument, Position())


def _lines(recorded: Recorded, party_id: str) -> list[PostingDocument]:
    """The event's journal entry."""
    return [
        PostingDocument(
            position=str(recorded.position),
            line=line,
            recorded_at=recorded.recorded_at,
            account_id=posting.account_id,
            party_id=posting.party_id or party_id,
            sub_ledger=posting.sub_ledger,
            ledger_account=posting.ledger_account,
            asset=posting.asset,
            amount=plain(posting.amount),
        )
        for line, posting in enumerate(postings(recorded.event))
    ]
