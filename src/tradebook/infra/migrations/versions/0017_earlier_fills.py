"""Step 0017: trades from before the books of accounts."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0017"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
