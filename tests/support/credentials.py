"""What the tests of venue credentials stand on: secrets to look for, keys at hand, a venue to ask."""

from __future__ import annotations

import base64
from typing import Any

from tradebook.identity.venue_credentials.envelope import Label
from tradebook.identity.venue_credentials.keys import KeyEncryption
from tradebook.identity.venue_credentials.local_keys import EnvironmentKeys
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import AccountId

API_KEY = "vmPUkeyOfTheVenueThatIsPublicButOursx5Jr"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
PASSPHRASE = "seven-lanterns-under-water"
VALUES = {"api_key": API_KEY, "secret": SECRET, "passphrase": PASSPHRASE}
HARMLESS = KeyPermissions(can_read=True, can_trade=True, can_withdraw=False)
SENTENCE = "I looked at the venue's page: this key cannot withdraw."


def secrets(**other: str) -> SecretFields:
    """What a venue gave out."""
    return SecretFields({**VALUES, **other})


def key_of(number: int) -> str:
    """A key-encryption key in base 64, always the same for a number."""
    return base64.b64encode(bytes([number]) * 32).decode()


def keys_at_hand(*numbers: int) -> KeyEncryption:
    """Key-encryption keys, the current one first."""
    return EnvironmentKeys("KEK", {"KEK": " ".join(map(key_of, numbers))})


def label(**other: Any) -> Label:
    """Whose credential it is."""
    return Label(**{"credential_id": "c1", "account_id": AccountId("a1"), "venue": "moon", **other})


class Venue:
    """Says of every key what it was told to say, or raises it."""

    def __init__(self, says: KeyPermissions | Exception = HARMLESS) -> None:
        self.says = says
        self.asked: list[SecretFields] = []

    async def __call__(self, fields: SecretFields) -> KeyPermissions:
        """As ``PermissionCheck``."""
        self.asked.append(fields)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def complaint() -> Refused:
    """A venue's no that repeats what it was sent."""
    return Refused("moon_2014", f"API-key {API_KEY} with {SECRET} is not known.", {"sent": SECRET})
