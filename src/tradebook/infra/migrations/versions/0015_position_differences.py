"""Step 0015: differences in positions."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0015"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
