"""Step 0002: identity."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
