"""Ending what tries again without end."""

from __future__ import annotations

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError where the task was told to end and a library made another error of it.

    A connection that breaks while a cancelled request is cleaned up raises in the cancellation's place.
    Whoever takes that for one more failure and tries again would never end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
