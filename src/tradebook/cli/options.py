"""Options that every command understands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def default_data_directory() -> Path:
    """Where the book of this user lies unless ``--data`` says otherwise."""
    import platformdirs

    return Path(platformdirs.user_data_path("tradebook", appauthor=False))


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="TRADEBOOK_DATA",
        default_factory=default_data_directory,
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
