"""Settings as the commands give them: a demo book has a directory of its own, and a market to trade in."""

from __future__ import annotations

from pathlib import Path

from tradebook.infra import settings as infra
from tradebook.infra.settings import Settings

DEMO_MARKET = "simulated"
"""Unless another is named."""


def load_settings(*, data: Path | None = None, **given: object) -> Settings:
    """Settings from what was given, the environment and the settings file, in this order.

    Raises InvalidInput naming the setting.
    """
    settings = infra.load_settings(data_dir=data, **given)
    if not settings.demo:
        return settings
    market = settings.market if "market" in settings.model_fields_set else DEMO_MARKET
    return settings.model_copy(update={"data_dir": settings.data_dir / "demo", "market": market})
