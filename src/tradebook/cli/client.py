"""The one place where commands talk to a server."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradebook.cli.discovery import local_key, server_url
from tradebook.cli.errors import EXIT_NOT_ALLOWED, EXIT_UNREACHABLE, CommandFailed, ProblemAnswer
from tradebook.cli.login_store import read_login, write_login

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 35
"""A little more than the server gives itself."""
PAGE = 200


class Api:
    """The server's API with JSON in and out; a problem becomes a ProblemAnswer."""

    def __init__(self, url: str, token: str | None) -> None:
        import httpx

        self.url = url.rstrip("/")
        self._given = token
        self._login = {} if token else read_login(self.url)
        self._http = httpx.Client(base_url=self.url, timeout=TIMEOUT_S)
        weakref.finalize(self, self._http.close)

    @property
    def token(self) -> str | None:
        """What the requests are signed with."""
        return self._given or self._login.get("api_key") or self._login.get("access_token")

    def call(
        self, method: str, path: str, body: object = None, *, params: Mapping[str, Any] | None = None
    ) -> Any:
        """The answer's document; None where it has none."""
        answer = self._send(method, path, body, params)
        if answer.status_code == 401 and self._refresh():
            answer = self._send(method, path, body, params)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise ProblemAnswer(_problem(answer))

    def get(self, path: str, **params: Any) -> Any:
        """What is there."""
        return self.call(
            "GET", path, params={name: value for name, value in params.items() if value is not None}
        )

    def items(self, path: str, *, limit: int, **params: Any) -> list[dict[str, Any]]:
        """Up to ``limit`` items of a list, page by page."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while len(items) < limit:
            page = self.get(path, limit=min(PAGE, limit - len(items)), cursor=cursor, **params)
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                break
        return items

    @contextmanager
    def watch(self, channels: Sequence[str]) -> Iterator[Iterator[dict[str, Any]]]:
        """Messages of ``/v1/stream`` as they come; the first are what the channels show now."""
        from websockets.exceptions import ConnectionClosed, WebSocketException
        from websockets.sync.client import connect as open_socket

        address = self.url.replace("http", "ws", 1) + "/v1/stream"
        headers = {"authorization": f"Bearer {self.token or ''}"}
        try:
            with open_socket(address, additional_headers=headers, max_size=None) as socket:
                socket.send(json.dumps({"op": "subscribe", "channels": list(channels)}))
                yield (json.loads(message) for message in socket)
        except ConnectionClosed as closed:
            reason = closed.rcvd.reason if closed.rcvd else "the connection broke"
            raise CommandFailed(f"the server hung up: {reason}", exit_code=EXIT_UNREACHABLE) from None
        except (OSError, WebSocketException) as error:
            raise self._unreachable(error) from None

    def _send(self, method: str, path: str, body: object, params: Mapping[str, Any] | None) -> httpx.Response:
        import httpx

        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return self._http.request(method, path, json=body, params=params, headers=headers)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception) -> CommandFailed:
        return CommandFailed(
            f"{self.url} does not answer ({type(error).__name__})",
            "Is the server running? `tradebook doctor` says what is wrong.",
            exit_code=EXIT_UNREACHABLE,
        )

    def _refresh(self) -> bool:
        """Trade a stored refresh token for a new pair."""
        refresh_token = self._login.get("refresh_token")
        if refresh_token is None:
            return False
        answer = self._send("POST", "/v1/auth/refresh", {"refresh_token": refresh_token}, None)
        if not answer.is_success:
            write_login(self.url, None)
            self._login = {}
            return False
        pair = answer.json()
        self._login = {name: pair[name] for name in ("access_token", "refresh_token")}
        write_login(self.url, self._login)
        return True


def connect(data: Path, url: str | None, token: str | None) -> Api:
    """The server of the data directory (or at ``url``), as whom the token, login or local key names."""
    api = Api(url or server_url(data), token)
    if api.token is None and url is None:
        api = Api(api.url, local_key(data))
    if api.token is None:
        raise CommandFailed(
            f"you are not signed in to {api.url}",
            "Sign in with `tradebook login`, or give --token.",
            exit_code=EXIT_NOT_ALLOWED,
        )
    return api


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return {"status": answer.status_code, **body}
    return {"status": answer.status_code, "detail": f"the server answered {answer.status_code}"}
