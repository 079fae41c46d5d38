"""``tradebook login``, ``logout`` and ``keys``: who you are to a server."""

from __future__ import annotations

from typing import Annotated

import typer

from tradebook.cli.client import Api, connect
from tradebook.cli.discovery import server_url
from tradebook.cli.errors import CommandFailed
from tradebook.cli.login_store import login_file, read_login, write_login
from tradebook.cli.options import Data, Json, Token, Url
from tradebook.cli.output import print_fields, print_json, print_line, show

keys = typer.Typer(no_args_is_help=True, help="API keys for programs.")


def login(
    *,
    data: Data,
    email: Annotated[str | None, typer.Option(help="Asked for when missing.", show_default=False)] = None,
    api_key: Annotated[
        bool, typer.Option("--api-key", help="Store an API key (asked for) instead of signing in.")
    ] = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Sign in and stay signed in; what is stored only you can read."""
    address = (url or server_url(data)).rstrip("/")
    if api_key:
        stored = {"api_key": typer.prompt("API key", hide_input=True, err=True)}
        Api(address, stored["api_key"]).get("/v1/auth/me")
    else:
        body = {
            "email": email or typer.prompt("Email", err=True),
            "password": typer.prompt("Password", hide_input=True, err=True),
        }
        pair = Api(address, None).call("POST", "/v1/auth/login", body)
        stored = {name: pair[name] for name in ("access_token", "refresh_token")}
    write_login(address, stored)
    if as_json:
        print_json({"url": address, "stored_in": str(login_file())})
    else:
        print_line(f"Signed in to {address}.")


def logout(*, data: Data, url: Url = None, as_json: Json = False) -> None:
    """End the stored session and forget it."""
    address = (url or server_url(data)).rstrip("/")
    if read_login(address).get("refresh_token"):
        try:
            Api(address, None).call("POST", "/v1/auth/logout")
        except CommandFailed as failed:
            print_line(f"The server could not be told ({failed.problem}); the login is forgotten here.")
    write_login(address, None)
    print_json({"url": address}) if as_json else print_line(f"Signed out of {address}.")


@keys.command("list")
def list_keys(*, data: Data, token: Token = None, url: Url = None, as_json: Json = False) -> None:
    """Your keys; what they are made of is shown only once."""
    items = connect(data, url, token).items("/v1/auth/keys", limit=1000)
    columns = ("key_id", "name", "scopes", "created_at", "expires_at")
    show(items, columns, as_json=as_json, nothing="No key yet; make one: tradebook keys create NAME")


@keys.command()
def create(
    *,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    data: Data,
    scopes: Annotated[
        list[str] | None, typer.Option("--scope", help="May be repeated.", show_default="read")
    ] = None,
    requests_per_minute: Annotated[int | None, typer.Option(min=1, show_default=False)] = None,
    orders_per_minute: Annotated[int | None, typer.Option(min=1, show_default=False)] = None,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown now and never again."""
    rates = {"requests_per_minute": requests_per_minute, "orders_per_minute": orders_per_minute}
    body = {"name": name, "scopes": scopes or ["read"], **{n: v for n, v in rates.items() if v is not None}}
    answer = connect(data, url, token).call("POST", "/v1/auth/keys", body)
    print_json(answer) if as_json else print_fields(answer)


@keys.command()
def revoke(*, key_id: str, data: Data, token: Token = None, url: Url = None, as_json: Json = False) -> None:
    """End a key at once."""
    connect(data, url, token).call("DELETE", f"/v1/auth/keys/{key_id}")
    print_json({"key_id": key_id}) if as_json else print_line(f"{key_id} is revoked.")
