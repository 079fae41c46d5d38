"""Step 0003: market."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
