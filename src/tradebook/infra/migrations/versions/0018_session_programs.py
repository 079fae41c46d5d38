"""Step 0018: what sessions were begun with."""

from tradebook.infra.migrations.steps import run_sql_file, step_before

revision = "0018"
down_revision = step_before(revision)


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
