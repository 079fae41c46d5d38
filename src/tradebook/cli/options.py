"""Options that every command understands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _default_data_directory() -> Path:
    from tradebook.infra.settings import default_data_directory

    return default_data_directory()


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="TRADEBOOK_DATA",
        default_factory=_default_data_directory,
        show_default="your user's data directory",
        help="The book's directory.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="TRADEBOOK_TOKEN",
        help="A JWT or an API key, in place of a stored login.",
        show_default=False,
        show_envvar=True,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="TRADEBOOK_URL",
        help="A server on another machine; else the one that runs on --data.",
        show_default=False,
    ),
]
