"""Step ${up_revision}: ${message}."""

from tradebook.infra.migrations.steps import run_sql_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Take the step."""
    run_sql_file(revision)
