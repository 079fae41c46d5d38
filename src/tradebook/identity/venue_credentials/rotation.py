"""Every data key under the current key-encryption key: what rotating that one means."""

from __future__ import annotations

from tradebook.identity.venue_credentials.envelope import rewrap
from tradebook.identity.venue_credentials.events import KEYS_STREAM, CredentialKeyRotated
from tradebook.identity.venue_credentials.keys import KeyEncryption
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import new_id
from tradebook.kernel.messages import Value

ACTOR = "system:credentials"


class Rotated(Value, frozen=True, kw_only=True):
    """Under which key all are now, and how many were wrapped anew for it."""

    key_id: str
    rewrapped: int


async def rotate_keys(
    *, store: CredentialStore, keys: KeyEncryption, journal: Journal, clock: Clock
) -> Rotated:
    """Make another key-encryption key the current one, where we make them, and wrap every data key under it.

    Credentials can be opened and connected meanwhile, by other processes too. A rotation that was interrupted
    goes on where it stopped: the keys before unwrap until nothing is under them. Raises what
    ``KeyEncryption`` raises; what was wrapped anew until then stays so.
    """
    await keys.begin_rotation()
    rewrapped = 0
    while True:
        rewrapped += await _rewrap_all(store, keys)
        async with store.keys_ending():
            key_id = await keys.current_key_id()
            if not await store.wrapped_otherwise(key_id):
                await keys.end_rotation()
                break
    await _record(journal, CredentialKeyRotated(at=clock.now(), key_id=key_id, rewrapped=rewrapped))
    return Rotated(key_id=key_id, rewrapped=rewrapped)


async def _rewrap_all(store: CredentialStore, keys: KeyEncryption) -> int:
    """Each in a transaction of its own, so that nothing done is lost; how many there were."""
    rewrapped = 0
    for credential_id in await store.wrapped_otherwise(await keys.current_key_id()):
        async with store.transaction() as connection:
            sealed = await store.take_up(connection, credential_id)
            if sealed is not None:  # else it was replaced or removed meanwhile
                await store.rewrap(connection, credential_id, await rewrap(sealed, keys))
                rewrapped += 1
    return rewrapped


async def _record(journal: Journal, rotated: CredentialKeyRotated) -> None:
    version = 0
    async for page in journal.load_events(KEYS_STREAM):
        version += len(page)
    await journal.append(
        Append(
            stream=KEYS_STREAM,
            expected_version=version,
            events=[rotated],
            metadata=Metadata(actor=ACTOR, command_id=new_id()),
        )
    )
