# mypy: ignore-errors
"""The frames of ``market_data`` through ``ccxt.pro``'s Binance, as its client hands them on from a socket.

``python -m bench.peers.ccxt_frames DIRECTORY``: reads ``listing.json``, ``book.json`` and files of frames,
one on a line; prints frames a second of each file. Of ``books`` the best levels are asked for after each
frame. (Not type-checked: ccxt says nothing of types where it counts.)
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import ccxt.pro
from ccxt.async_support.base.ws.client import Client

URL = "wss://stream.binance.com:9443/ws/0"
_DATA = b'"data":'


def exchange_of(directory: Path) -> tuple[ccxt.pro.binance, Client]:
    """What ``watch_…`` would have made, with markets and books in place."""
    exchange = ccxt.pro.binance({"newUpdates": True})
    exchange.options.update(crossMarginPairsData=[], isolatedMarginPairsData=[])
    listing = json.loads((directory / "listing.json").read_text())
    exchange.set_markets([exchange.parse_market(each) for each in listing["symbols"]])
    client = Client(URL, exchange.handle_message, _ignore, _ignore, _ignore)
    return exchange, client


def put_books(exchange: ccxt.pro.binance, directory: Path) -> None:
    """Snapshots for all, as after the first REST answer."""
    told = json.loads((directory / "book.json").read_text())
    for symbol in exchange.markets:
        book = exchange.order_book({})
        snapshot = exchange.parse_order_book(told, symbol)
        snapshot["nonce"] = told["lastUpdateId"]
        book.reset(snapshot)
        exchange.orderbooks[symbol] = book


def per_second(directory: Path, name: str) -> float:
    """All frames of a file, once."""
    exchange, client = exchange_of(directory)
    put_books(exchange, directory)
    frames = [alone(each) for each in (directory / name).read_bytes().splitlines()]
    began = time.process_time()
    if name == "books":
        for frame in frames:
            client.handle_text_or_binary_message(frame)
            symbol = exchange.markets_by_id[symbol_of(frame)][0]["symbol"]
            exchange.orderbooks[symbol].limit()
    else:
        for frame in frames:
            client.handle_text_or_binary_message(frame)
    took = time.process_time() - began
    require_taken_in(exchange, name)
    return len(frames) / took


def alone(frame: bytes) -> bytes:
    """Without the name of its stream: ccxt's connections to spot are not combined ones."""
    return frame[frame.find(_DATA) + len(_DATA) : -1]


def symbol_of(frame: bytes) -> str:
    """Which market a frame is of."""
    at = frame.find(b'"s":"') + 5
    return frame[at : frame.find(b'"', at)].decode()


def require_taken_in(exchange: ccxt.pro.binance, name: str) -> None:
    """Raises ValueError where frames fell on the floor."""
    if len(exchange.orderbooks) < len(exchange.markets):
        raise ValueError("a book was given up")
    moved = [book["nonce"] > 0 for book in exchange.orderbooks.values()]
    if not any(moved if name == "books" else exchange.bidsasks):
        raise ValueError("nothing came through")


def _ignore(*_: object) -> None:
    return


async def main(directory: Path) -> None:
    """Prints JSON."""
    names = ("quotes", "mixed", "books")
    print(json.dumps({name: per_second(directory, name) for name in names if (directory / name).exists()}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
