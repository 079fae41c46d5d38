"""Numbers of busy feeds are read faster than others, and no differently."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import parse_decimal
from tradebook.venues.figures import number

AS_THEY_ARE_WRITTEN = st.decimals(allow_nan=False, allow_infinity=False, places=8).map(str)
AS_NOBODY_SHOULD = st.text(alphabet="0123456789.eE+-_ NaInfity", max_size=45)


def read(reader: object, text: str) -> Decimal | str:
    assert callable(reader)
    try:
        value = reader(text, field="price")
    except InvalidInput as refusal:
        return refusal.detail
    assert isinstance(value, Decimal)
    return value


@given(text=AS_THEY_ARE_WRITTEN | AS_NOBODY_SHOULD)
@example(text="0.00001000")
@example(text="1E+18")
@example(text="9E99999999999999999")
@example(text="-0")
@example(text="1_000")
def test_a_number_is_read_as_any_amount_is_or_refused_in_the_same_words(text: str) -> None:
    assert str(read(number, text)) == str(read(parse_decimal, text))


@pytest.mark.parametrize("text", ["1_0", " 1", "1 ", "NaN", "Infinity", "1E400", "", "9" * 39])
def test_what_is_no_number_that_can_be_booked_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        number(text, field="price")
