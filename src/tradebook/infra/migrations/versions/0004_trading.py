"""Step 0004: trading."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
