"""``tradebook orders``: place, change your mind, and look on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tradebook.cli.accounts import find_account
from tradebook.cli.client import connect
from tradebook.cli.errors import CommandFailed
from tradebook.cli.options import Data, Json, Token, Url
from tradebook.cli.output import print_fields, print_json, print_line, show

app = typer.Typer(no_args_is_help=True, help="Orders: place, list, cancel, watch.")

COLUMNS = ("order_id", "instrument", "side", "type", "quantity", "price", "filled_quantity", "status")
AccountOption = Annotated[
    str | None, typer.Option("--account", help="Only of this account (id or name).", show_default=False)
]


@app.command("list")
def list_orders(
    *,
    data: Data,
    account: AccountOption = None,
    status: Annotated[
        str | None, typer.Option(help="Such as accepted or filled.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 50,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Orders, the newest first."""
    api = connect(data, url, token)
    account_id = find_account(api, account) if account else None
    orders = api.items("/v1/orders", limit=limit, account_id=account_id, status=status)
    show(orders, COLUMNS, as_json=as_json, nothing="No orders here; place one: tradebook orders place --help")


@app.command()
def place(
    *,
    account: Annotated[str, typer.Argument(help="Id or name of the account.")],
    side: Annotated[str, typer.Argument(metavar="buy|sell")],
    quantity: Annotated[str, typer.Argument(help="Such as 0.01.")],
    instrument: Annotated[str, typer.Argument(help="Such as BTC-USDT.SIM.")],
    data: Data,
    kind: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="market|limit|stop|stop_limit|take_profit|trailing_stop",
            help="Without it: limit with a --price, else market.",
            show_default=False,
        ),
    ] = None,
    price: Annotated[str | None, typer.Option(show_default=False)] = None,
    stop_price: Annotated[str | None, typer.Option(show_default=False)] = None,
    trailing_offset: Annotated[str | None, typer.Option(show_default=False)] = None,
    trailing_offset_type: Annotated[
        str | None, typer.Option(metavar="price|percent", show_default=False)
    ] = None,
    time_in_force: Annotated[str, typer.Option(metavar="gtc|ioc|fok|gtd|day")] = "gtc",
    expires_at: Annotated[str | None, typer.Option(help="For gtd.", show_default=False)] = None,
    post_only: Annotated[bool, typer.Option("--post-only", help="Never take.")] = False,
    reduce_only: Annotated[bool, typer.Option("--reduce-only", help="Never open.")] = False,
    oco_group: Annotated[str | None, typer.Option(help="One cancels the others.", show_default=False)] = None,
    client_order_id: Annotated[
        str | None, typer.Option(help="Yours; saying it again places nothing twice.", show_default=False)
    ] = None,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Place an order: tradebook orders place main buy 0.01 BTC-USDT.SIM --price 64000"""
    from tradebook.kernel.ids import new_id

    api = connect(data, url, token)
    wanted = {
        "account_id": find_account(api, account),
        "client_order_id": client_order_id or new_id(),
        "instrument": instrument,
        "side": side,
        "type": kind or ("limit" if price else "market"),
        "quantity": quantity,
        "price": price,
        "stop_price": stop_price,
        "trailing_offset": trailing_offset,
        "trailing_offset_type": trailing_offset_type,
        "time_in_force": time_in_force,
        "expires_at": expires_at,
        "post_only": post_only or None,
        "reduce_only": reduce_only or None,
        "oco_group": oco_group,
    }
    answer = api.call("POST", "/v1/orders", {name: v for name, v in wanted.items() if v is not None})
    _say(answer, as_json=as_json)


@app.command()
def cancel(*, order_id: str, data: Data, token: Token = None, url: Url = None, as_json: Json = False) -> None:
    """Cancel an order."""
    _say(connect(data, url, token).call("DELETE", f"/v1/orders/{order_id}"), as_json=as_json)


@app.command("cancel-all")
def cancel_all(
    *,
    data: Data,
    account: AccountOption = None,
    instrument: Annotated[str | None, typer.Option(help="Only of this one.", show_default=False)] = None,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Cancel every open order, or those of an account or an instrument."""
    api = connect(data, url, token)
    account_id = find_account(api, account) if account else None
    wanted = {"account_id": account_id, "instrument": instrument}
    answer = api.call("POST", "/v1/orders/cancel-all", {name: v for name, v in wanted.items() if v})
    _say(answer or {}, as_json=as_json)


@app.command("show")
def show_order(
    *, order_id: str, data: Data, token: Token = None, url: Url = None, as_json: Json = False
) -> None:
    """One order in full."""
    _say(connect(data, url, token).get(f"/v1/orders/{order_id}"), as_json=as_json)


@app.command()
def watch(
    *, data: Data, account: AccountOption = None, token: Token = None, url: Url = None, as_json: Json = False
) -> None:
    """Orders as they change, until you press Ctrl-C."""
    api = connect(data, url, token)
    channel = f"orders:{find_account(api, account)}" if account else "orders"
    try:
        with api.watch([channel]) as messages:
            for message in messages:
                _print_message(message, as_json=as_json)
    except KeyboardInterrupt:
        return


def _print_message(message: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(message)
    elif "problem" in message:
        raise CommandFailed(message["problem"]["detail"])
    elif message.get("type") == "change":
        order = message["data"]
        print_line(f"#{message['position']}  " + "  ".join(str(order.get(c) or "–") for c in COLUMNS))


def _say(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        print_fields(document.get("order") or document)
