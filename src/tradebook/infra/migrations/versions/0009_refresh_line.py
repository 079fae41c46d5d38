"""Step 0009: refresh tokens stand in a line."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0009"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
