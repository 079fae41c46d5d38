"""``tradebook credentials``: what opens accounts at venues, and the key that all of it is encrypted under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from tradebook.cli.options import Data, Json
from tradebook.cli.output import print_fields, print_json, show
from tradebook.cli.wiring import with_book

if TYPE_CHECKING:
    from tradebook.cli.wiring import Book

app = typer.Typer(no_args_is_help=True, help="Credentials of venues, and the key they are encrypted under.")

COLUMNS = ("account_id", "venue", "hint", "can_trade", "can_withdraw", "since", "key_id")


@app.command("list")
def list_credentials(data: Data, as_json: Json = False) -> None:
    """Which accounts are connected, by which key, and under which key-encryption key each lies."""

    async def work(book: Book) -> Sequence[Mapping[str, Any]]:
        return await book.credentials()

    nothing = "No account is connected to a venue."
    show(with_book(data, work), COLUMNS, as_json=as_json, nothing=nothing)


@app.command("rotate-key")
def rotate_key(data: Data, as_json: Json = False) -> None:
    """Bring all credentials under another key-encryption key; repeat it if it was interrupted.

    A key file gets a fresh key. For a variable, Vault or AWS KMS, make the next key there before; the guide
    for operators says how. The server may run meanwhile.
    """

    async def work(book: Book) -> Mapping[str, Any]:
        return await book.rotate_credentials_key()

    rotated = with_book(data, work)
    print_json(rotated) if as_json else print_fields(rotated)
