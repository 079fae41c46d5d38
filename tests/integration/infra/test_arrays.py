"""Literals of arrays reach PostgreSQL as what they stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from tradebook.infra.arrays import numbers, texts, times

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["", ""],
        ["a", "b"],
        ["null", "NULL", None],
        ['{"a": "b\\n"}', "back\\slash", 'say "so"', "a,b", "{c}", " d "],
        ["unit\x1fseparator", "line\nbreak", "ünïcode 漢字 🙂"],
    ],
)
async def test_texts_of_any_content_arrive(database_url: str, values: list[str | None]) -> None:
    assert await _through(database_url, "text", texts(values)) == values


async def test_decimals_keep_every_digit_and_their_scale(database_url: str) -> None:
    values = [Decimal("0.100"), Decimal("-12345678901234567890.123456789012345678"), Decimal("1E+3")]
    found = await _through(database_url, "numeric", numbers(values))
    assert found == values
    assert str(found[0]) == "0.100"


async def test_whole_numbers_and_times_arrive_to_the_microsecond(database_url: str) -> None:
    moments = [NOON, NOON, NOON + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)]
    assert await _through(database_url, "timestamptz", times(moments)) == moments
    assert await _through(database_url, "bigint", numbers([2**62, -1])) == [2**62, -1]


async def _through(database_url: str, kind: str, literal: str) -> list[object]:
    connection = await asyncpg.connect(database_url)
    try:
        found: list[object] = await connection.fetchval(f"select $1::text::{kind}[]", literal)
        return found
    finally:
        await connection.close()
