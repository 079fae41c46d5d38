"""Step 0016: cursors of venue accounts."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0016"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
