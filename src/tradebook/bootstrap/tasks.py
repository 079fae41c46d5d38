"""Work that goes on in the background for as long as the system does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from typing import Any

Work = Mapping[str, Coroutine[Any, Any, None]]
"""By name."""


def in_background(stack: AsyncExitStack, work: Work) -> list[asyncio.Task[None]]:
    """Start it all; it ends with the stack."""
    tasks = [asyncio.create_task(each, name=name) for name, each in work.items()]
    for task in tasks:
        stack.callback(task.cancel)
    return tasks
