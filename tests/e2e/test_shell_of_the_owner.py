"""From an empty directory to a first account with nothing but the shell and the one-time link."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import httpx
from tests.support.server import WithoutOwner, open_directory


def test_the_shell_is_the_owners_as_soon_as_there_is_an_owner() -> None:
    with open_directory() as directory:
        server = WithoutOwner(directory / "data").start()
        try:
            refused = server.cli("accounts", "list")
            assert refused.returncode == 3, refused.stderr
            assert "tradebook owner-link" in refused.stderr
            link = urlsplit(server.cli("owner-link").stdout.strip())
            assert f"{link.scheme}://{link.netloc}" == server.url
            (token,) = parse_qs(link.fragment or link.query)["token"]
            owner = {"token": token, "email": "me@example.com", "password": "a perfectly good password"}
            became = httpx.post(f"{server.url}/v1/auth/setup", json={**owner, "name": "Me"}, timeout=10)
            assert became.status_code in (200, 201), became.text
            opened = server.cli("accounts", "open", "main", "--json")
            assert opened.returncode == 0, opened.stderr
            assert json.loads(opened.stdout)["account_id"]
            again = server.cli("accounts", "open", "main")
            assert "there is an account 'main' already" in again.stderr
        finally:
            assert server.stop() == 0
