"""How a step runs: the SQL file of its number, statement by statement as it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only


def run_sql_file(revision: str) -> None:
    """Execute ``sql/<revision>_*.sql`` in the migration's transaction."""
    (file,) = (Path(__file__).parent / "sql").glob(f"{revision}_*.sql")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(file.read_text()))
