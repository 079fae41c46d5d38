"""Step 0012: candles of the venues' own past."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0012"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
