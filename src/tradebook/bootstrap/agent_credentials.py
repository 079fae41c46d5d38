"""A credential of Hyperliquid, read: a wallet's address, and the key of an agent that it has approved."""

from __future__ import annotations

from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.errors import InvalidInput
from tradebook.venues.hyperliquid.agents import address_of
from tradebook.venues.hyperliquid.signing import Signer

WALLET, AGENT, VAULT = "wallet_address", "agent_key", "vault_address"
"""Its fields; the last one is there where a sub-account or a vault is traded for."""


def agent_of(secrets: SecretFields) -> Signer:
    """Who signs. Raises InvalidInput."""
    secrets.reveal(AGENT)  # raises where it is missing
    try:
        return Signer(secrets.reveal(AGENT))
    except InvalidInput:
        pass
    raise InvalidInput(f"secrets.{AGENT}", "is no private key", "give 32 bytes in hexadecimal, with 0x first")


def wallet_of(secrets: SecretFields) -> str:
    """Whose agent it is. Raises InvalidInput."""
    return address_of(secrets.reveal(WALLET), field=f"secrets.{WALLET}")


def vault_of(secrets: SecretFields) -> str | None:
    """The sub-account or vault that is traded for; None: the wallet itself. Raises InvalidInput."""
    if VAULT not in secrets.names:
        return None
    return address_of(secrets.reveal(VAULT), field=f"secrets.{VAULT}")
