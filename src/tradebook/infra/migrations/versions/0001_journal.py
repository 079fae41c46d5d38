"""Step 0001: journal."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
