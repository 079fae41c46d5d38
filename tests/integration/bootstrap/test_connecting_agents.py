"""From a credential of Hyperliquid to what the venue says of it, as the server is wired."""

from __future__ import annotations

import pytest
from tests.support.simulated_binance import HandClock
from tests.support.simulated_hyperliquid import AGENT_KEY, WALLET, WALLET_KEY, Exchange
from tests.support.venue_memory import memory

from tradebook.bootstrap.connectable import Connectable
from tradebook.bootstrap.keyed_accounts import accounts_at_hyperliquid
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.errors import InvalidInput
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.simulators.in_process import InProcessHttp


def hyperliquid() -> Connectable:
    clock = HandClock()
    http = InProcessHttp(Exchange(clock, {"USDC": "1000"}).venue)
    market = HyperliquidMarket(http, clock, url="https://there.test")
    found = accounts_at_hyperliquid(market, clock, memory())
    assert found.venue.name == "hyperliquid"
    return found


async def test_an_agents_key_may_trade_and_the_wallets_own_may_do_everything() -> None:
    agent = SecretFields({"wallet_address": WALLET, "agent_key": AGENT_KEY})
    own = SecretFields({"wallet_address": WALLET, "agent_key": WALLET_KEY})
    told = await hyperliquid().permissions(agent)
    assert (told.can_trade, told.can_withdraw) == (True, False)
    assert (await hyperliquid().permissions(own)).can_withdraw is True
    assert agent.hint() == f"{WALLET[:4]}…{WALLET[-4:]}"


@pytest.mark.parametrize(
    ("differing", "field"),
    [
        ({"agent_key": "0x1234"}, "agent_key"),
        ({"wallet_address": "0x1234"}, "wallet_address"),
        ({"vault_address": "0x1234"}, "vault_address"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name_and_not_repeated(
    differing: dict[str, str], field: str
) -> None:
    secrets = SecretFields({"wallet_address": WALLET, "agent_key": AGENT_KEY, **differing})
    with pytest.raises(InvalidInput) as refused:
        await hyperliquid().permissions(secrets)
    assert refused.value.field == f"secrets.{field}"
    assert secrets.mask(str(refused.value)) == str(refused.value)
