"""Every setting, from the environment (``TRADEBOOK_*``) or a TOML file named by ``TRADEBOOK_CONFIG``."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tradebook.kernel.errors import InvalidInput

PREFIX = "TRADEBOOK_"
FILE_VARIABLE = "TRADEBOOK_CONFIG"
PLACE_OF_KEYS = re.compile(r"(file|env|kms):\S.*|vault:\S+/\S+")

NAME_OF_EXCHANGE = re.compile(r"[a-z][a-z0-9]{1,30}")

LiveVenue = Literal["binance", "binance-usdm", "bybit", "hyperliquid"]
"""Whose live prices there are."""


def default_data_directory() -> Path:
    """The per-user data directory; for root the system's, because servers run under another user there."""
    if os.geteuid() == 0:
        return Path("/var/lib/tradebook")
    return Path(platformdirs.user_data_dir("tradebook", appauthor=False))


class Settings(BaseSettings):
    """What an operator may choose. Unset URLs mean: embedded."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = default_data_directory()
    """Where everything of one book lives."""
    host: str = "127.0.0.1"
    """Address to listen on: loopback unless told otherwise."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes any that is free."""
    database_url: SecretStr | None = None
    """PostgreSQL to use instead of the embedded one."""
    redis_url: SecretStr | None = None
    """Redis to use instead of the embedded one."""
    owner_email: str | None = None
    """With the password: create the owner at first start without a person."""
    owner_password: SecretStr | None = None
    """Of the owner that is created; not read again afterwards."""
    market: str = "none"
    """``none``, ``simulated``, ``live`` or ``replay:PATH[,PATH…]``."""
    market_seed: int = 1
    """Seed of the simulated market and of the paper venue's chance."""
    live_venues: Annotated[tuple[LiveVenue, ...], NoDecode] = ("binance",)
    """Whose live markets: ``binance`` (spot), ``binance-usdm`` (USD-M futures), ``bybit``, ``hyperliquid``,
    with commas between."""
    live_instruments: tuple[str, ...] = (
        "BTC-USDT.BINANCE",
        "ETH-USDT.BINANCE",
        "SOL-USDT.BINANCE",
        "BNB-USDT.BINANCE",
        "XRP-USDT.BINANCE",
        "ETH-BTC.BINANCE",
        "BTC-USDT-PERP.BINANCE",
        "ETH-USDT-PERP.BINANCE",
        "BTC-USDT.BYBIT",
        "BTC-USDT-PERP.BYBIT",
        "ETH-USDT-PERP.BYBIT",
        "BTC-USDC-PERP.HYPERLIQUID",
        "ETH-USDC-PERP.HYPERLIQUID",
        "HYPE-USDC.HYPERLIQUID",
        "UBTC-USDC.HYPERLIQUID",
    )
    """What is streamed from the venues' live markets, as far as they list it; a JSON list of ids."""
    binance_url: str | None = None
    """Where to reach Binance (spot and USD-M futures), or whoever speaks as it does: ``tradebook
    venue-sim``."""
    bybit_url: str | None = None
    """Likewise Bybit: ``tradebook venue-sim --venue bybit``."""
    hyperliquid_url: str | None = None
    """Likewise Hyperliquid: ``tradebook venue-sim --venue hyperliquid``."""
    ccxt_exchanges: Annotated[tuple[str, ...], NoDecode] = ()
    """Further exchanges, by ccxt's names for them, with commas between: ``kraken,okx``. Needs
    ``tradebook[ccxt]``."""
    replay_speed: str = "1"
    """``max``, or how many times faster than real time."""
    replay_start: Literal["running", "paused"] = "running"
    """``paused`` waits to be told, so that orders can be placed before the tape moves."""
    paper_latency_ms: int = Field(default=0, ge=0)
    """Longest way of an order to the paper venue."""
    paper_rests_conditionals: bool = True
    """Whether the paper venue itself watches triggers, on the tick; else trading does."""
    demo: bool = False
    """A book to look around in, with data and a first day of its own, on the simulated market unless another
    is named."""
    credentials_kek: str | None = None
    """Where the key lies that credentials of venues are encrypted under: ``file:PATH``, ``env:NAME``,
    ``vault:MOUNT/NAME`` or ``kms:KEY``. Unset: ``keys/credentials.key`` in the data directory, made at first
    use."""
    credentials_kek_before: str | None = None
    """Where it lay before, for as long as ``tradebook credentials rotate-key`` has not moved everything."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    log_json: bool = False
    """One JSON object a line, for machines."""

    @field_validator("database_url")
    @classmethod
    def _postgres_url(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, "postgresql", "postgres")

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, "redis", "rediss", "unix")

    @field_validator("live_venues", "ccxt_exchanges", mode="before")
    @classmethod
    def _listed_venues(cls, value: object) -> object:
        """A repeated name counts once."""
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))

    @field_validator("ccxt_exchanges")
    @classmethod
    def _of_the_long_tail(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if each in get_args(LiveVenue):
                raise ValueError(f"{each} has an adapter of its own: name it in {PREFIX}LIVE_VENUES")
            if not NAME_OF_EXCHANGE.fullmatch(each):
                raise ValueError(f"{each[:40]!r} is no name of an exchange: use ccxt's, in small letters")
        return value

    @model_validator(mode="after")
    def _whole_owner(self) -> Self:
        if (self.owner_email is None) != (self.owner_password is None):
            raise ValueError(f"{PREFIX}OWNER_EMAIL and {PREFIX}OWNER_PASSWORD go together: set both or none")
        return self

    @field_validator("market")
    @classmethod
    def _known_market(cls, value: str) -> str:
        if value in ("none", "simulated", "live") or value.removeprefix("replay:") not in ("", value):
            return value
        raise ValueError("use none, simulated, live or replay:PATH[,PATH…]")

    @field_validator("credentials_kek", "credentials_kek_before")
    @classmethod
    def _known_place_of_keys(cls, value: str | None) -> str | None:
        if value is None or PLACE_OF_KEYS.fullmatch(value):
            return value
        raise ValueError("use file:PATH, env:NAME, vault:MOUNT/NAME or kms:KEY")

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
        file = os.environ.get(FILE_VARIABLE)
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file))) if file else sources


def _with_scheme(url: SecretStr | None, *schemes: str) -> SecretStr | None:
    if url is not None and url.get_secret_value().partition("://")[0] not in schemes:
        raise ValueError(f"use a URL that begins with {' or '.join(f'{each}://' for each in schemes)}")
    return url


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
    _require_readable_file()
    try:
        settings = Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + "_".join(map(str, first["loc"])).upper() if first["loc"] else "settings"
        problem = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(name, problem, "correct it in the environment, the file or the command") from None
    directory = settings.data_dir.expanduser().absolute()
    return settings.model_copy(update={"data_dir": directory})


def _require_readable_file() -> None:
    """A settings file that is named is read: one that cannot be is an error, not a default."""
    file = os.environ.get(FILE_VARIABLE)
    if not file:
        return
    try:
        tomllib.loads(Path(file).read_text())
    except OSError as error:
        raise InvalidInput(
            FILE_VARIABLE, f"{file} cannot be read ({error.strerror})", "correct the path or unset it"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(FILE_VARIABLE, f"{file} is not TOML ({error})", "correct the file") from None
