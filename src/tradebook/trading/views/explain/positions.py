"""A position as what its fills made of it, folded anew."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from decimal import Decimal

from tradebook.journal.records import Recorded
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import Side
from tradebook.trading.postings import postings
from tradebook.trading.views.explain.documents import (
    ExplanationDocument,
    InputDocument,
    SourceDocument,
    figure,
)
from tradebook.trading.views.explain.names import FigureName
from tradebook.trading.views.explain.reading import Extent
from tradebook.trading.views.fills import fill_document
from tradebook.trading.views.ledger import PostingDocument
from tradebook.trading.views.pages import encode_cursor
from tradebook.trading.views.positions import Position, fold_fill

FORMULA = {
    "quantity": "bought - sold - base_fees",
    "average_entry_price": "cost / |quantity|; none while the position is flat",
    "cost": "what the open quantity was opened for: an opening adds quantity × price, a closing takes its "
    "share by average cost",
    "realised_pnl": "the sum over closing fills of quantity closed × (price - average cost), signed by the "
    "side that was closed; before fees",
}


async def explain_position(
    of: str, name: FigureName, everything: AsyncIterator[Recorded], extent: Extent
) -> ExplanationDocument:
    """The figure after all that was recorded of the account."""
    folded = _Fold(name.subject, extent.before, extent.limit)
    party_id = ""
    async for recorded in everything:
        folded.take(recorded)
        party_id = party_id or getattr(recorded.event, "party_id", "")
    shown = list(reversed(folded.page))
    return ExplanationDocument(
        of=of,
        value=folded.value(name.figure),
        unit=folded.base if name.figure == "quantity" else folded.quote,
        formula=FORMULA[name.figure],
        journal_position=str(folded.position),
        inputs=folded.inputs(),
        events=[
            SourceDocument(position=str(each.position), type=each.type, recorded_at=each.recorded_at)
            for each in shown
        ],
        postings=[line for each in shown for line in _lines(each, party_id)],
        fills=[
            fill_document(each.position, each.event) for each in shown if isinstance(each.event, OrderFilled)
        ],
        next_cursor=encode_cursor(shown[-1].position) if len(shown) == extent.limit else None,
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
        return [figure(name, value, unit) for name, value, unit in figures]

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
