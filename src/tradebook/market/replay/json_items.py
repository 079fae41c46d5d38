"""The items of a JSON array, one at a time: a file of any size takes the memory of its longest item."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

CHUNK = 1 << 16
ITEM_MAX = 1 << 20
"""Characters in one item."""

_SPACE = " \t\r\n"
_decoder = json.JSONDecoder(parse_float=str, parse_int=str)


def items_of(file: Path) -> Iterator[Any]:
    """Each item; numbers as they are written. Raises ValueError where it is no array, or is broken."""
    with file.open(encoding="utf-8-sig") as text:
        buffer = _skip(text, "")
        if not buffer.startswith("["):
            raise ValueError("it is no JSON array")
        buffer = _skip(text, buffer[1:])
        while not buffer.startswith("]"):
            item, buffer = _next_item(text, buffer)
            yield item
            buffer = _skip(text, buffer)
            if buffer.startswith(","):
                buffer = _skip(text, buffer[1:])
            elif not buffer.startswith("]"):
                raise ValueError("a comma or the end of the array is missing")


def _next_item(text: IO[str], buffer: str) -> tuple[Any, str]:
    """An item that ends before the buffer does, so that no number is cut in two."""
    while True:
        try:
            item, end = _decoder.raw_decode(buffer)
        except json.JSONDecodeError:
            end = len(buffer)
        if end < len(buffer):
            return item, buffer[end:]
        more = text.read(CHUNK)
        if not more or len(buffer) > ITEM_MAX:
            raise ValueError("an item has no end")
        buffer += more


def _skip(text: IO[str], buffer: str) -> str:
    """The rest without leading white space, and some of it as long as there is any."""
    buffer = buffer.lstrip(_SPACE)
    while not buffer and (more := text.read(CHUNK)):
        buffer = more.lstrip(_SPACE)
    return buffer
