"""Names of figures, as ``?of=`` takes them."""

from __future__ import annotations

import msgspec

from tradebook.kernel.errors import InvalidInput

FIGURES = {
    "balance": ("total", "available", "held"),
    "position": (
        *("quantity", "average_entry_price", "cost", "realised_pnl"),
        *("mark_price", "market_value", "unrealised_pnl"),
        *("margin", "maintenance_margin", "liquidation_price"),
    ),
    "equity": ("equity", "day_pnl", "drawdown", "exposure", "exposure_share", "held_value"),
    "valuation": ("value", "price", "held_value", "weight", "margin_ratio"),
    "order": ("filled_quantity", "average_price", "fees"),
    "total": ("equity",),
    "range": ("pnl", "opening", "net_flows"),
    "limit": ("daily_loss", "drawdown", "max_open_orders", "orders_per_minute", "max_position_notional"),
    "fill": ("fee",),
}
WRITTEN = (
    "balance:<account_id>:<asset>:<figure>, position:<account_id>:<instrument>:<figure>, "
    "position:<account_id>:<instrument>:<long or short>:<figure>, "
    "equity:<account_id>:<figure>, valuation:<account_id>:<asset>:<figure>, order:<order_id>:<figure>, "
    "order:<order_id>:fees:<asset>, total:<base_asset>:equity, range:<account_id>:<since>:<figure>, "
    "limit:<account_id>:<name>, limit:<account_id>:max_position_notional:<instrument> "
    "or fill:<account_id>:<position>:fee"
)
_OF_ITS_OWN = ("balance", "position", "valuation", "fill")
"""Kinds whose every figure is of an asset, an instrument or an event of the account."""


class FigureName(msgspec.Struct, frozen=True):
    """Which figure is asked for, taken apart."""

    kind: str
    owner: str
    """The account, for figures of an order the order, for a total the base asset of its accounts."""
    subject: str
    """The asset, the instrument, the event's position, or when a range begins; empty where there is none."""
    figure: str


def parse_figure(of: str) -> FigureName:
    """Read ``?of=``. Raises InvalidInput that says what would be one."""
    kind, _, rest = of.partition(":")
    owner, _, rest = rest.partition(":")
    if kind not in FIGURES or not owner or not rest:
        raise _unnamed(of)
    subject, figure = _subject_and_figure(kind, rest)
    if figure not in FIGURES[kind]:
        choices = ", ".join(FIGURES[kind])
        raise InvalidInput("of", f"a {kind} has no figure {figure[:64]!r}", f"take one of: {choices}")
    wants_subject = kind in _OF_ITS_OWN or figure in ("fees", "max_position_notional")
    if kind != "range" and bool(subject) != wants_subject:
        raise _unnamed(of)
    return FigureName(kind, owner, subject, figure)


def _subject_and_figure(kind: str, rest: str) -> tuple[str, str]:
    if kind == "valuation" and ":" not in rest:
        return rest, "value"
    if kind in ("order", "limit"):
        figure, _, subject = rest.partition(":")
        return subject, figure
    subject, _, figure = rest.rpartition(":")
    return subject, figure


def _unnamed(of: str) -> InvalidInput:
    return InvalidInput("of", f"{of[:64]!r} names no figure", f"write {WRITTEN}")
