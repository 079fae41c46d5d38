"""Email addresses: how one is written down, and the digest that finds its member."""

from __future__ import annotations

import hashlib
import re

from tradebook.kernel.errors import InvalidInput

LENGTH_MAX = 254
_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,253}")


def normalise_email(email: str) -> str:
    """The address in lower case and without blanks around it. Raises InvalidInput.

    Whether it is reachable is for the person to know; private domains are welcome on a private server.
    """
    address = email.strip().lower()
    if len(address) > LENGTH_MAX or _ADDRESS.fullmatch(address) is None:
        raise InvalidInput("email", "not an email address", "write it like name@example.org")
    return address


def email_digest(email: str) -> bytes:
    """What the credentials are found by."""
    return hashlib.sha256(email.strip().lower().encode()).digest()
