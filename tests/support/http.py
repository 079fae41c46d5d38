"""Answers to requests of a venue, as the test says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tradebook.venues.connections.http import HttpAnswer


class FakeHttp:
    """Implements ``Http``; keeps what it was asked."""

    def __init__(self, answer: Callable[[str, bytes], object]) -> None:
        """``answer`` gets the URL and the body, and says a status, a whole answer or a document."""
        self._answer = answer
        self.asked: list[str] = []

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        self.asked.append(f"{method} {url}")
        said = self._answer(url, body or b"")
        if isinstance(said, HttpAnswer):
            return said
        if isinstance(said, int):
            return HttpAnswer(status=said, headers={}, body=b"<html>")
        return HttpAnswer(status=200, headers={}, body=msgspec.json.encode(said))
