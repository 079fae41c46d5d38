"""Decimal money. No float ever becomes an amount, a price or a quantity."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DefaultContext,
    InvalidOperation,
    getcontext,
)

from tradebook.kernel.errors import InvalidInput

ZERO = Decimal(0)
ONE = Decimal(1)

MAX_DIGITS = 38
"""Digits of any amount we accept: the width of a 128-bit decimal, and far beyond any book."""

END_OF_AMOUNTS = Decimal(10) ** MAX_DIGITS
"""Above every amount, and above every product that is rounded to a step."""

EXACT_DIGITS = 2 * MAX_DIGITS
"""Products of two amounts are exact with this precision, so every thread computes with it."""
DefaultContext.prec = EXACT_DIGITS
getcontext().prec = EXACT_DIGITS

_WIDE = Context(prec=EXACT_DIGITS)
_QUOTIENT = Context(prec=28)


def parse_decimal(text: str, *, field: str) -> Decimal:
    """Read a finite decimal from its wire form.

    Raises InvalidInput naming ``field`` for anything that is not a plain finite number of at most
    38 digits: ``NaN``, ``Infinity``, hexadecimal, underscores, blanks.
    """
    # How nearly all amounts are written: plain, and short enough that nothing else has to be looked at.
    if len(text) <= MAX_DIGITS and text.isascii() and text.replace(".", "", 1).isdecimal():
        return Decimal(text)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise InvalidInput(field, f"{text[:64]!r} is not a decimal number", "write it like 1234.56") from None
    if not value.is_finite() or "_" in text or text != text.strip():
        raise InvalidInput(field, f"{text[:64]!r} is not a finite decimal number", "write it like 1234.56")
    if not in_range(value):
        raise InvalidInput(field, f"more than {MAX_DIGITS} digits", "use fewer digits")
    return value


def in_range(value: Decimal) -> bool:
    """Whether the integer part and the fraction together fit MAX_DIGITS."""
    if not value.is_finite():
        return False
    text = str(value)
    if len(text) <= MAX_DIGITS and "E" not in text:
        return True
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + exponent, 1) + max(-exponent, 0) <= MAX_DIGITS


def plain(value: Decimal) -> str:
    """The wire form: plain notation, no exponent, no trailing zeros, no negative zero."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if text[-1] == "0" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """The exact product."""
    return _WIDE.multiply(a, b)


def _to_multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    # Every multiple of the step has no more places than the step: where the nearest number with as many is a
    # multiple, it is the nearest multiple. That is always so for steps like 0.01, and saves a division.
    nearest = value.quantize(step, rounding)
    if is_multiple(nearest, step):
        return nearest
    return _WIDE.multiply(_WIDE.divide(value, step).to_integral_value(rounding), step)


def divide(a: Decimal, b: Decimal) -> Decimal:
    """The quotient to 28 significant digits, for averages and ratios; never for amounts that are booked."""
    return _QUOTIENT.divide(a, b)


def round_down(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of ``step`` not above ``value`` in magnitude: sizes are cut to the lot."""
    return _to_multiple(value, step, ROUND_DOWN)


def round_up(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of ``step`` not below ``value``: what we hold must suffice."""
    return _to_multiple(value, step, ROUND_CEILING)


def round_half_even(value: Decimal, step: Decimal) -> Decimal:
    """Banker's rounding to a multiple of ``step``."""
    return _to_multiple(value, step, ROUND_HALF_EVEN)


def is_multiple(value: Decimal, step: Decimal) -> bool:
    """Whether ``value`` is a whole number of ``step``."""
    return not _WIDE.remainder(value, step)
