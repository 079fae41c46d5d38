"""Views of the trading room: rows folded from the journal, and the queries on them."""

from __future__ import annotations

from collections.abc import Callable

from tradebook.journal.projections import Projection
from tradebook.trading.views.accounts import AccountsProjection
from tradebook.trading.views.contracts import ContractsProjection
from tradebook.trading.views.differences import DifferencesProjection
from tradebook.trading.views.earlier_fills import EarlierFillsProjection
from tradebook.trading.views.fills import FillsProjection
from tradebook.trading.views.ledger import LedgerProjection
from tradebook.trading.views.orders import OrdersProjection
from tradebook.trading.views.positions import PositionsProjection

PROJECTIONS: tuple[Callable[[], Projection], ...] = (
    AccountsProjection,
    OrdersProjection,
    FillsProjection,
    LedgerProjection,
    PositionsProjection,
    ContractsProjection,
    DifferencesProjection,
    EarlierFillsProjection,
)
