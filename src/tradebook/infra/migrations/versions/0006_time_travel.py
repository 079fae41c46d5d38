"""Step 0006: time travel."""

from tradebook.infra.migrations.steps import run_sql_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
