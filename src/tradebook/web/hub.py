"""Who watches what: a change is encoded once and put into the outbox of everyone who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from tradebook.identity.principal import Principal
from tradebook.journal.projections import ViewChange
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId, PartyId
from tradebook.web import metrics, problems
from tradebook.web.channels import SYSTEM, Channel, Message, Snapshot, SnapshotSource
from tradebook.web.outbox import Outbox, Writer
from tradebook.web.sockets import text_frame

SNAPSHOTS_AT_ONCE = 8
PENDING_MAX = 10_000
"""Changes that may gather while a snapshot is read."""

PartiesOfAccounts = Callable[[], Awaitable[Mapping[str, str]]]
"""Reads which party each account belongs to."""

log = structlog.get_logger("tradebook.web")
_encode = msgspec.json.Encoder().encode


class Client(Protocol):
    """A subscriber, as the hub sees it."""

    outbox: Outbox
    principal: Principal | None

    def fall_behind(self) -> None:
        """The client has lost messages that count: hang up and have it subscribe again."""
        ...


class Subscription:
    """One client's interest in one channel."""

    __slots__ = ("channel", "client", "pending", "since")

    def __init__(self, client: Client, channel: Channel) -> None:
        self.client = client
        self.channel = channel
        self.since = 0
        """Position of the snapshot: what is not above it is known to the client."""
        self.pending: list[tuple[int, bytes]] | None = []
        """Changes that came while the snapshot was being read; None once it has been sent."""


class Hub:
    """All subscriptions of this process. Everything but taking snapshots happens without waiting."""

    def __init__(
        self, *, snapshots: Mapping[str, SnapshotSource], parties_of_accounts: PartiesOfAccounts
    ) -> None:
        """``snapshots`` has a source for each kind of channel that there is to watch."""
        self._snapshots = snapshots
        self._parties_of_accounts = parties_of_accounts
        self._party_of: dict[str, str] = {}
        self._unplaced: list[ViewChange] = []
        self._by_channel: dict[str, dict[Client, Subscription]] = {}
        self._slots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self.writer = Writer()

    # --- clients

    def is_watched(self, channel: str) -> bool:
        """Whether anyone subscribes, so that nothing need be encoded for nobody."""
        return channel in self._by_channel

    @property
    def watched(self) -> Iterable[str]:
        """The names of all channels that anyone subscribes to."""
        return self._by_channel.keys()

    @property
    def is_watched_by_anyone(self) -> bool:
        """Whether there is a subscription at all."""
        return bool(self._by_channel)

    async def subscribe(self, client: Client, channel: Channel) -> None:
        """Send the channel's snapshot, then its changes. Raises what the snapshot's source raises."""
        if channel.kind not in self._snapshots:
            raise NotFound("channel", channel.name)
        subscription = Subscription(client, channel)
        self._by_channel.setdefault(channel.name, {})[client] = subscription
        try:
            await self._send_snapshot(subscription)
        except BaseException:
            self.unsubscribe(client, channel.name)
            raise

    def unsubscribe(self, client: Client, channel: str) -> None:
        """Forget the interest; nothing happens when there was none."""
        watching = self._by_channel.get(channel)
        if watching is None:
            return
        watching.pop(client, None)
        if not watching:
            del self._by_channel[channel]

    def send(self, client: Client, document: object) -> None:
        """A message for one client alone."""
        client.outbox.put(text_frame(_encode(document)))
        self.writer.wake(client.outbox)

    def refresh(self) -> None:
        """Changes may have been missed: everyone who watches the book gets a fresh snapshot."""
        for watching in self._by_channel.values():
            for subscription in watching.values():
                if subscription.channel.is_of_accounts and subscription.pending is None:
                    subscription.pending = []
                    self._run(self._resend_snapshot(subscription))

    async def stop(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- messages

    def publish(self, changes: Sequence[ViewChange]) -> None:
        """Changes of views, in journal order per account."""
        for change in changes:
            if change.channel == "accounts":
                self._learn(change.account_id, change.document)
            if change.account_id in self._party_of:
                self._publish_change(change)
            else:
                self._place_later(change)

    def publish_latest(self, channel: str, sequence: int, data: bytes) -> None:
        """A market message; a slow client gets only the newest."""
        message = Message(channel=channel, kind="change", position=str(sequence), data=msgspec.Raw(data))
        self._deliver(channel, sequence, text_frame(_encode(message)), latest_of=channel)

    def publish_system(self, number: int, data: msgspec.Raw) -> None:
        """How the server is by its examination of this number, for all who watch ``system``."""
        message = Message(channel=SYSTEM, kind="change", position=str(number), data=data)
        self._deliver(SYSTEM, number, text_frame(_encode(message)), latest_of=SYSTEM)

    def _publish_change(self, change: ViewChange) -> None:
        channels = (change.channel, f"{change.channel}:{change.account_id}")
        if not any(channel in self._by_channel for channel in channels):
            return
        message = Message(
            channel=change.channel,
            kind="change",
            account_id=change.account_id,
            position=str(change.position),
            data=change.document,
        )
        frame = text_frame(_encode(message))
        owner = (PartyId(self._party_of[change.account_id]), AccountId(change.account_id))
        for channel in channels:
            self._deliver(channel, change.position, frame, owner=owner)

    def _deliver(
        self,
        channel: str,
        position: int,
        frame: bytes,
        *,
        latest_of: str | None = None,
        owner: tuple[PartyId, AccountId] | None = None,
    ) -> None:
        behind: list[Client] = []
        wake = self.writer.wake
        watching = self._by_channel.get(channel, {})
        for client, subscription in watching.items():
            if owner is not None and not (client.principal and client.principal.may_see(*owner)):
                continue
            if subscription.pending is not None:
                subscription.pending.append((position, frame))
                if len(subscription.pending) > PENDING_MAX:
                    behind.append(client)
            elif position > subscription.since:
                client.outbox.put(frame, latest_of)
                wake(client.outbox)
                if client.outbox.too_far_behind:
                    behind.append(client)
        metrics.MESSAGES.inc(len(watching))
        for client in behind:
            client.fall_behind()

    # --- snapshots

    async def _send_snapshot(self, subscription: Subscription) -> None:
        client, channel = subscription.client, subscription.channel
        if client.principal is None:
            return
        async with self._slots:
            snapshot = await self._snapshots[channel.kind](client.principal, channel)
        client.outbox.put(text_frame(_encode(_snapshot_message(channel, snapshot))))
        subscription.since = snapshot.position
        pending, subscription.pending = subscription.pending or [], None
        for position, frame in pending:
            if position > snapshot.position:
                client.outbox.put(frame)
        self.writer.wake(client.outbox)

    async def _resend_snapshot(self, subscription: Subscription) -> None:
        try:
            await self._send_snapshot(subscription)
        except Exception:  # whatever it was: without a snapshot the client would wait for ever
            log.exception("snapshot failed", channel=subscription.channel.name)
            subscription.client.fall_behind()

    # --- which party an account belongs to

    def _learn(self, account_id: str, document: msgspec.Raw) -> None:
        owner = msgspec.json.decode(document, type=_Owner)
        if owner.party_id:
            self._party_of[account_id] = owner.party_id

    def _place_later(self, change: ViewChange) -> None:
        self._unplaced.append(change)
        if len(self._unplaced) == 1:
            self._run(self._place())

    async def _place(self) -> None:
        """Ask who owns the accounts that changes came for, then publish those."""
        try:
            self._party_of.update(await self._parties_of_accounts())
        except Exception:  # whatever it was: these changes are lost to the watchers
            log.exception("owners of accounts could not be read")
        changes, self._unplaced = self._unplaced, []
        placed = [change for change in changes if change.account_id in self._party_of]
        for change in placed:
            self._publish_change(change)
        if len(placed) < len(changes):
            self.refresh()

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Owner(msgspec.Struct):
    party_id: str = ""


def _snapshot_message(channel: Channel, snapshot: Snapshot) -> Message:
    return Message(
        channel=channel.kind if channel.is_of_accounts else channel.name,
        kind="snapshot",
        account_id=channel.argument if channel.is_of_accounts else "",
        position=str(snapshot.position),
        data=snapshot.data,
    )


def problem_message(error: Exception, **context: object) -> dict[str, object]:
    """What a socket's client is told of an error."""
    known = problems.as_kernel_error(error)
    if known is None:
        raise error
    return {**context, "problem": problems.problem_of(known)}
