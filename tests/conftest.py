"""Fixtures that every kind of test shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.server import open_directory


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
async def database_url(postgres_server: PostgresServer) -> str:
    """URL of a fresh database with every migration applied."""
    return await postgres_server.create_database()


@pytest.fixture
async def empty_database_url(postgres_server: PostgresServer) -> str:
    """URL of a fresh database with nothing in it."""
    return await postgres_server.create_database(template="template0")


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A fresh Redis."""
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def tmp_path_open() -> Iterator[Path]:
    """A fresh directory that the embedded servers' unprivileged user can reach when the tests run as root."""
    with open_directory() as directory:
        yield directory
