"""Step 0005: web."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
