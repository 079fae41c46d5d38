"""Names of figures, as ``?of=`` takes them."""

from __future__ import annotations

import msgspec

from tradebook.kernel.errors import InvalidInput

FIGURES = {
    "balance": ("total", "available", "held"),
    "position": ("quantity", "average_entry_price", "cost", "realised_pnl"),
    "equity": ("equity", "day_pnl", "drawdown"),
    "valuation": ("value",),
    "order": ("filled_quantity", "average_price", "fees"),
}
WRITTEN = (
    "balance:<account_id>:<asset>:<figure>, position:<account_id>:<instrument>:<figure>, "
    "equity:<account_id>:<figure>, valuation:<account_id>:<asset>, order:<order_id>:<figure> "
    "or order:<order_id>:fees:<asset>"
)


class FigureName(msgspec.Struct, frozen=True):
    """Which figure is asked for, taken apart."""

    kind: str
    owner: str
    """The account, or for figures of an order the order."""
    subject: str
    """The asset or the instrument; empty where there is none."""
    figure: str


def parse_figure(of: str) -> FigureName:
    """Read ``?of=``. Raises InvalidInput that says what would be one."""
    kind, _, rest = of.partition(":")
    owner, _, rest = rest.partition(":")
    if kind not in FIGURES or not owner or not rest:
        raise InvalidInput("of", f"{of[:64]!r} names no figure", f"write {WRITTEN}")
    subject, figure = _subject_and_figure(kind, rest)
    if figure not in FIGURES[kind]:
        choices = ", ".join(FIGURES[kind])
        raise InvalidInput("of", f"a {kind} has no figure {figure[:64]!r}", f"take one of: {choices}")
    if bool(subject) != (kind in ("balance", "position", "valuation") or figure == "fees"):
        raise InvalidInput("of", f"{of[:64]!r} names no figure", f"write {WRITTEN}")
    return FigureName(kind, owner, subject, figure)


def _subject_and_figure(kind: str, rest: str) -> tuple[str, str]:
    if kind == "valuation":
        return rest, "value"
    if kind == "order":
        figure, _, subject = rest.partition(":")
        return subject, figure
    subject, _, figure = rest.rpartition(":")
    return subject, figure
