"""View changes from the projector's process to those with watchers, over Redis' publish and subscribe.

Redis may lose messages and may be away: the book does not depend on it. Whoever cannot be sure to have seen
everything has the hub send fresh snapshots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from tradebook.infra.cancellation import heed_cancellation
from tradebook.journal.projections import ViewChange
from tradebook.web.hub import Hub

BOOK = """
select system_identifier || '.' || oid
from pg_control_system(), pg_database where datname = current_database()
"""
"""The server's own name and the database's number in it: the same for every process of a book."""
RECONNECT_AFTER_S_MIN = 0.1
RECONNECT_AFTER_S_MAX = 5.0
SILENCE_S_MAX = 30.0
"""After this long without a message the connection is asked whether it still stands."""

log = structlog.get_logger("tradebook.web")


class _Change(msgspec.Struct, array_like=True):
    channel: str
    account_id: str
    position: int
    document: bytes


class _Batch(msgspec.Struct, array_like=True):
    after_gap: bool
    """Whether batches before this one could not be published."""
    changes: list[_Change]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Batch).decode


async def views_channel(pool: asyncpg.Pool) -> str:
    """Where the changes of the book in this database are told: several books may share a Redis."""
    return f"tradebook:views:{await pool.fetchval(BOOK)}"


class ViewPublisher:
    """The projector's end."""

    def __init__(self, redis: Redis, channel: str) -> None:
        self._redis = redis
        self._channel = channel
        self._has_gap = False

    async def publish(self, changes: Sequence[ViewChange]) -> None:
        """Tell the watching processes. Without Redis the changes are skipped, and that is said later."""
        if not changes:
            return
        batch = _Batch(
            after_gap=self._has_gap,
            changes=[_Change(c.channel, c.account_id, c.position, bytes(c.document)) for c in changes],
        )
        try:
            await self._redis.publish(self._channel, _encode(batch))
        except (RedisError, OSError):
            heed_cancellation()
            if not self._has_gap:
                log.warning("view changes are not pushed: Redis is away")
            self.skip()
        else:
            self._has_gap = False

    def skip(self) -> None:
        """Changes could not be taken in: say so with the next ones."""
        self._has_gap = True


class ViewSubscriber:
    """The hub's end."""

    def __init__(self, redis_url: str, channel: str, hub: Hub) -> None:
        self._redis_url = redis_url
        self._channel = channel
        self._hub = hub
        self._delay_s = RECONNECT_AFTER_S_MIN

    async def run(self) -> None:
        """Feed the hub until cancelled: whatever goes wrong costs the watchers a fresh snapshot, no more."""
        is_first = True
        while True:
            # Without retries of its own: a silent reconnect would hide that messages were missed. In protocol
            # 3 the client prepares to log the whole of every message, which costs more than all else here.
            redis = Redis.from_url(self._redis_url, retry=Retry(NoBackoff(), 0), protocol=2)
            try:
                async with redis, redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(self._channel)
                    if not is_first:
                        self._hub.refresh()
                    is_first = False
                    await self._listen(pubsub)
            except (RedisError, OSError):
                heed_cancellation()
                log.warning("no view changes: Redis is away", retry_after_s=self._delay_s)
            except Exception:  # a projector of another release, somebody else's message, a defect of ours
                heed_cancellation()
                log.exception("view changes were not taken in", retry_after_s=self._delay_s)
            await asyncio.sleep(self._delay_s)
            self._delay_s = min(self._delay_s * 2, RECONNECT_AFTER_S_MAX)

    async def _listen(self, pubsub: Any) -> None:
        while True:
            message = await pubsub.get_message(timeout=SILENCE_S_MAX)
            if message is None:
                await pubsub.ping()
            elif message["type"] == "message":
                self._take_in(message["data"])
                self._delay_s = RECONNECT_AFTER_S_MIN

    def _take_in(self, data: bytes) -> None:
        if not self._hub.is_watched_by_anyone:
            return
        batch = _decode(data)
        if batch.after_gap:
            self._hub.refresh()
        self._hub.publish(
            [
                ViewChange(
                    channel=change.channel,
                    account_id=change.account_id,
                    position=change.position,
                    document=msgspec.Raw(change.document),
                )
                for change in batch.changes
            ]
        )
