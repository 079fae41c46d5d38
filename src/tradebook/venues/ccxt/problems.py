"""ccxt's errors → ours: certainly not sent, the exchange's no, or not known.

https://docs.ccxt.com/#/README?id=exception-hierarchy. Where ccxt has no name for an exchange's complaint it
raises the bare ``ExchangeError``: then we do not know that it was a no, and ask.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tradebook.kernel.errors import TradebookError
from tradebook.venues.ccxt.transport import Sending, Transport
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.errors import Inexpressible, NotConnected, UnknownOrder, VenueRefusal

LENGTH_MAX = 300
_query = re.compile(r"\?\S*")

_NO = (
    "AuthenticationError",
    "BadRequest",
    "InsufficientFunds",
    "InvalidOrder",
    "InvalidNonce",
    "OperationRejected",
    "ArgumentsRequired",
    "NotSupported",
)
"""With what is below them. ``InvalidNonce``: the request's time was wrong, and nothing else was looked at."""
_IS_THERE = ("DuplicateOrderId", "Duplicate order")
"""An order with our id works: ours, if something on the way sent it twice. Ids are never used again."""


def is_wrong_clock(error: BaseException) -> bool:
    """Whether the exchange has looked at nothing but the time of a request."""
    return isinstance(error, VenueRefusal) and error.venue_code == "InvalidNonce"


async def in_our_words(
    call: Callable[[], Awaitable[Any]],
    transport: Transport,
    mask: Callable[[str], str],
    sending: Sending | None = None,
) -> Any:
    """What a call of ccxt gives; what it raises becomes one of ours, without the request: that is signed."""
    try:
        return await call()
    except TradebookError:
        raise
    except OSError as error:
        if sending is None or sending.is_sent:
            raise
        problem: Exception = NotConnected(transport.venue, f"nothing was sent: {error}")
    except Exception as error:  # noqa: BLE001  # ccxt's reading of an answer may fail in any way
        problem = _ours(error, transport, mask, sending)
    # Out here it does not carry ccxt's error along.
    raise problem


def _ours(
    error: Exception, transport: Transport, mask: Callable[[str], str], sending: Sending | None
) -> Exception:
    kinds = [each.__name__ for each in type(error).__mro__]
    text = mask(_query.sub("", str(error)))[:LENGTH_MAX]
    code, venue = kinds[0], transport.venue
    is_held_back = sending is not None and not sending.is_sent
    if not _is_of_ccxt(error):
        return ConnectionError(f"{venue}: ccxt could not read the answer ({code})")
    if is_held_back and _is(kinds, _NO):
        return Inexpressible(venue, "order", f"ccxt does not write it: {text}")
    if is_held_back:
        return NotConnected(venue, f"nothing was sent: {code} {text}")
    if _is(kinds, ("DDoSProtection", "RateLimitExceeded")):
        return VenueBusy(venue, transport.limiter.silent_until or transport.clock.now())
    if any(each in f"{code} {text}" for each in _IS_THERE):
        return ConnectionError(f"{venue}: {code} {text}")
    if _is(kinds, ("OrderNotFound",)):
        return UnknownOrder(venue, code, text)
    if _is(kinds, _NO):
        return VenueRefusal(venue, code, text)
    return ConnectionError(f"{venue}: {code} {text}")


def _is(kinds: Sequence[str], names: Sequence[str]) -> bool:
    return any(each in kinds for each in names)


def _is_of_ccxt(error: Exception) -> bool:
    base: Any = importlib.import_module("ccxt").BaseError
    return isinstance(error, base)
