"""Requests to venues: bounded in time and size, counted by the limiter, and never repeated by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

import httpx

from tradebook.kernel.messages import Value

TIMEOUT_S = 10.0
CONNECTIONS_MAX = 16
ANSWER_BYTES_MAX = 64 * 1024 * 1024


class HttpAnswer(Value, frozen=True, kw_only=True):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether the venue did what it was asked."""
        return 200 <= self.status < 300


class Http(Protocol):
    """Sends one request."""

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """The answer, whatever its status.

        Raises TimeoutError or ConnectionError: then it is not known whether the venue has taken it.
        """
        ...


class HttpxHttp:
    """Implements ``Http`` with kept connections."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
            follow_redirects=False,
            trust_env=True,
        )

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """As the protocol says. The errors name the host, never the query: it may carry a signature."""
        if self._client.is_closed:  # which the client tells by an error of another kind
            raise ConnectionError(f"{httpx.URL(url).host} is not asked any more: we are stopping")
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._client.stream(method, url, headers=headers, content=body) as answer,
            ):
                return HttpAnswer(
                    status=answer.status_code,
                    headers={name.lower(): value for name, value in answer.headers.items()},
                    body=await _bounded(answer),
                )
        except (httpx.TimeoutException, TimeoutError):
            raise TimeoutError(f"{httpx.URL(url).host} did not answer in time") from None
        except httpx.ConnectError as error:  # of the network: it has seen nothing of the request
            raise ConnectionError(f"{httpx.URL(url).host} cannot be reached: {error}") from None
        except httpx.HTTPError as error:
            raise ConnectionError(f"{httpx.URL(url).host}: {type(error).__name__}") from None

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()


async def _bounded(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise ConnectionError(f"{answer.url.host} answered with more than {ANSWER_BYTES_MAX} bytes")
    return bytes(body)
