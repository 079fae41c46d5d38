"""What the venue says of a key is what it may do: agents trade, nobody's key that can withdraw is taken."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.simulated_binance import HandClock
from tests.support.simulated_hyperliquid import (
    AGENT,
    AGENT_KEY,
    OTHER_KEY,
    WALLET,
    WALLET_KEY,
    Exchange,
    customer_of_master,
)

from tradebook.kernel.errors import InvalidInput
from tradebook.venues.hyperliquid.agents import permissions_of
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.messages.account import KeyPermissions
from tradebook.venues.simulators.in_process import InProcessHttp

SUB, VAULT, ELSES = "0x" + "7" * 40, "0x" + "8" * 40, "0x" + "6" * 40


def told(key: str, *, wallet: str = WALLET, vault: str | None = None) -> KeyPermissions:
    async def main() -> KeyPermissions:
        clock = HandClock()
        others = [
            customer_of_master(SUB, WALLET),
            customer_of_master(VAULT, WALLET, is_vault=True),
            customer_of_master(ELSES, "0x" + "5" * 40),
        ]
        rest = PublicRest(
            "https://there.test", InProcessHttp(Exchange(clock, {}, others=others).venue), clock
        )
        return await permissions_of(rest, Signer(key).address, wallet=wallet, vault=vault)

    return asyncio.run(main())


@pytest.mark.parametrize("vault", [None, SUB, VAULT])
def test_an_agent_trades_for_its_wallet_and_what_is_the_wallets_and_runs_out(vault: str | None) -> None:
    permissions = told(AGENT_KEY, vault=vault)
    assert (permissions.can_trade, permissions.can_withdraw) == (True, False)
    assert permissions.expires_at is not None


def test_the_wallets_own_key_can_withdraw_whether_the_venue_knows_it_or_not() -> None:
    assert told(WALLET_KEY).can_withdraw is True
    assert told(OTHER_KEY, wallet=Signer(OTHER_KEY).address).can_withdraw is True
    assert told(WALLET_KEY, wallet=AGENT).can_withdraw is True


@pytest.mark.parametrize(
    ("key", "wallet", "vault", "field"),
    [
        (OTHER_KEY, WALLET, None, "secrets.agent_key"),
        (AGENT_KEY, "0x" + "5" * 40, None, "secrets.wallet_address"),
        (AGENT_KEY, WALLET, ELSES, "secrets.vault_address"),
        (AGENT_KEY, WALLET, "0x" + "4" * 40, "secrets.vault_address"),
    ],
)
def test_what_does_not_belong_together_is_refused_with_the_field_that_is_wrong(
    key: str, wallet: str, vault: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput, match=field.replace(".", r"\.")) as refused:
        told(key, wallet=wallet, vault=vault)
    assert key not in str(refused.value)
