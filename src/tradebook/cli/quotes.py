"""``tradebook quotes``: what the market says."""

from __future__ import annotations

from typing import Annotated

import typer

from tradebook.cli.client import connect
from tradebook.cli.options import Data, Json, Token, Url
from tradebook.cli.output import show

COLUMNS = ("instrument", "bid_size", "bid", "ask", "ask_size", "at")


def quotes(
    *,
    data: Data,
    instruments: Annotated[
        list[str] | None, typer.Argument(help="Such as BTC-USDT.SIM; without one: all.", show_default=False)
    ] = None,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Best bid and ask."""
    api = connect(data, url, token)
    wanted = instruments or [i["instrument_id"] for i in api.items("/v1/instruments", limit=1000)]
    found = [api.get(f"/v1/quotes/{instrument}") for instrument in wanted]
    show(found, COLUMNS, as_json=as_json, nothing="No instrument; start the server with a --market.")
