"""The owner at first start: from settings without a person, for the demo, and for the owner's own shell."""

from __future__ import annotations

from tradebook.bootstrap.foundation import Foundation
from tradebook.identity.api_keys import KeyTerms
from tradebook.identity.principal import SCOPES_OF_ROLE
from tradebook.identity.service import IdentityService
from tradebook.infra.data_directory import write_atomically

LOCAL_KEY = "cli.key"
"""An API key of the owner that only the server's user can read: the shell here needs no sign-in."""


async def ensure_owner(base: Foundation, identity: IdentityService) -> None:
    """Create the owner that the settings name, if there is none yet."""
    settings = base.settings
    if not identity.owner_setup.has_owner() and settings.owner_email and settings.owner_password:
        await identity.owner_setup.register_from_settings(
            email=settings.owner_email,
            password=settings.owner_password.get_secret_value(),
            name=settings.owner_email.partition("@")[0],
        )
    await ensure_local_key(base, identity)


async def ensure_local_key(base: Foundation, identity: IdentityService) -> None:
    """Leave the owner's shell a key, once there is an owner."""
    owner = identity.authenticator.owner()
    file = base.directory.secrets / LOCAL_KEY
    if owner is None or file.exists():
        return
    terms = KeyTerms(name="the shell of this machine", scopes=SCOPES_OF_ROLE[owner.role])
    created = await identity.api_keys.create(owner, terms)
    write_atomically(file, created.api_key.encode(), mode=0o600)
