from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.identity import cheap_passwords

from tradebook.identity.passwords import check_password
from tradebook.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 1025,
        "password1234",
        "Password!!!!2024",
        "P@ssw0rdP@ssw0rd",
        "qwertyuiop123",
        "123456789012",
        "210987654321",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "adminadminadmin1",
        "TradeBook-2026!",
        "                    ",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    ["violet-otter-climbs-93", "correct horse battery staple", "пароль-для-меня-лично", "f3$kQ9!zLm2#"],
)
def test_a_password_nobody_guesses_is_taken(password: str) -> None:
    check_password(password)


@given(st.text(max_size=40))
def test_any_text_is_judged_without_another_error(password: str) -> None:
    with suppress(InvalidInput):
        check_password(password)


async def test_a_hash_is_argon2id_and_verifies_only_its_password() -> None:
    passwords = cheap_passwords()
    hashed = await passwords.hash("violet-otter-climbs-93")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify("violet-otter-climbs-93", hashed)
    assert not await passwords.verify("violet-otter-climbs-94", hashed)
    assert not await passwords.verify("violet-otter-climbs-93", "not a hash")


async def test_an_unknown_account_costs_a_verification_too_and_never_matches() -> None:
    assert not await cheap_passwords().verify("violet-otter-climbs-93", None)
    assert not await cheap_passwords().verify("x" * 5000, None)
