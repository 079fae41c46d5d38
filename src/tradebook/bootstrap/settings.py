"""Settings as the commands give them: a demo book lives in a directory of its own."""

from __future__ import annotations

from pathlib import Path

from tradebook.infra import settings as infra
from tradebook.infra.settings import Settings


def load_settings(*, data: Path | None = None, **given: object) -> Settings:
    """Settings from what was given, the environment and the settings file, in this order.

    Raises InvalidInput naming the setting.
    """
    settings = infra.load_settings(data_dir=data, **given)
    if settings.demo:
        return settings.model_copy(update={"data_dir": settings.data_dir / "demo"})
    return settings
