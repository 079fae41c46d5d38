"""How a step runs: the SQL file of its number, statement by statement as it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

SQL = Path(__file__).parent / "sql"


def step_before(revision: str) -> str:
    """The revision that ``revision`` follows: steps are taken in the order of their numbers."""
    return max(file.name[:4] for file in SQL.glob("[0-9]*.sql") if file.name[:4] < revision)


def run_sql_file(revision: str) -> None:
    """Execute ``sql/<revision>_*.sql`` in the migration's transaction."""
    (file,) = SQL.glob(f"{revision}_*.sql")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(file.read_text()))
