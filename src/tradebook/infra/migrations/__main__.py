"""Take every step that is missing: the child process of ``migrate``."""

from __future__ import annotations

import os

from alembic import command
from alembic.config import Config

from tradebook.infra.migrations import HERE, URL_VARIABLE

if __name__ == "__main__":
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = os.environ[URL_VARIABLE]
    command.upgrade(config, os.environ.get("TRADEBOOK_MIGRATE_TO", "head"))
