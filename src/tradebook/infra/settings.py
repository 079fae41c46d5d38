"""Every setting, from the environment (``TRADEBOOK_*``) or a TOML file named by ``TRADEBOOK_CONFIG``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tradebook.kernel.errors import InvalidInput


def default_data_directory() -> Path:
    """The per-user data directory; for root the system's, because servers run under another user there."""
    if os.geteuid() == 0:
        return Path("/var/lib/tradebook")
    return Path(platformdirs.user_data_dir("tradebook", appauthor=False))


class Settings(BaseSettings):
    """What an operator may choose. Unset URLs mean: embedded."""

    model_config = SettingsConfigDict(env_prefix="TRADEBOOK_", frozen=True, extra="ignore")

    data_dir: Path = default_data_directory()
    """Where everything of one book lives."""
    host: str = "127.0.0.1"
    """Address to listen on: loopback unless told otherwise."""
    port: int = 8000
    database_url: SecretStr | None = None
    """PostgreSQL to use instead of the embedded one."""
    redis_url: SecretStr | None = None
    """Redis to use instead of the embedded one."""
    owner_email: str | None = None
    owner_password: SecretStr | None = None
    """With the email: create the owner at first start without a person."""
    market: str = "none"
    """``none``, ``simulated``, ``live`` or ``replay:PATH[,PATH…]``."""
    market_seed: int = 1
    """Seed of the simulated market and of the paper venue's chance."""
    replay_speed: str = "1"
    """``max``, or how many times faster than real time."""
    replay_start: Literal["running", "paused"] = "running"
    paper_latency_ms: int = 0
    """Longest way of an order to the paper venue."""
    paper_rests_conditionals: bool = False
    """Whether the paper venue itself watches triggers; else trading does."""
    demo: bool = False
    """A book to look around in, with data of its own."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False

    @field_validator("market")
    @classmethod
    def _known_market(cls, value: str) -> str:
        if value in ("none", "simulated", "live") or value.removeprefix("replay:") not in ("", value):
            return value
        raise ValueError("use none, simulated, live or replay:PATH[,PATH…]")

    @field_validator("replay_speed")
    @classmethod
    def _known_speed(cls, value: str) -> str:
        if value == "max" or (_is_number(value) and float(value) > 0):
            return value
        raise ValueError("use max or a number above zero")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        del dotenv_settings, file_secret_settings
        file = os.environ.get("TRADEBOOK_CONFIG")
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file))) if file else sources


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def load_settings(**chosen: object) -> Settings:
    """Settings with ``chosen`` ones (those that are not None) on top.

    Raises InvalidInput that names the setting and the remedy.
    """
    try:
        settings = Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = f"TRADEBOOK_{'_'.join(map(str, first['loc'])).upper()}"
        raise InvalidInput(
            name, first["msg"], "correct it in the environment, the file or the command"
        ) from None
    directory = settings.data_dir.expanduser().absolute()
    return settings.model_copy(update={"data_dir": directory})
