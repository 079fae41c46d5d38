"""The owner at first start: from settings or by the one-time link, and the key of the owner's own shell."""

from __future__ import annotations

import structlog

from tradebook.bootstrap.foundation import Foundation
from tradebook.identity.api_keys import KeyTerms
from tradebook.identity.principal import SCOPES_OF_ROLE
from tradebook.identity.service import IdentityService
from tradebook.infra.data_directory import write_atomically
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.kernel.errors import TradebookError

LOCAL_KEY = "cli.key"
"""An API key of the owner that only the server's user can read: the shell here needs no sign-in."""

log = structlog.get_logger("tradebook.owner")


async def ensure_owner(base: Foundation, identity: IdentityService) -> None:
    """Create the owner that the settings name, if there is none yet.

    Their shell gets a key, and so does the shell of whoever becomes the owner later, by the one-time link.
    """
    settings = base.settings
    if not identity.owner_setup.has_owner() and settings.owner_email and settings.owner_password:
        await identity.owner_setup.register_from_settings(
            email=settings.owner_email,
            password=settings.owner_password.get_secret_value(),
            name=settings.owner_email.partition("@")[0],
        )
    await ensure_local_key(base, identity)

    async def on_owner() -> None:
        try:
            await ensure_local_key(base, identity)
        except (TradebookError, *DATABASE_ERRORS) as error:  # they own the book all the same
            log.warning("no_key_for_the_shell", reason=type(error).__name__)

    identity.owner_setup.when_registered(on_owner)


async def ensure_local_key(base: Foundation, identity: IdentityService) -> None:
    """Leave the owner's shell a key, once there is an owner."""
    owner = identity.authenticator.owner()
    file = base.directory.secrets / LOCAL_KEY
    if owner is None or file.exists():
        return
    terms = KeyTerms(name="the shell of this machine", scopes=SCOPES_OF_ROLE[owner.role])
    created = await identity.api_keys.create(owner, terms)
    write_atomically(file, created.api_key.encode(), mode=0o600)
