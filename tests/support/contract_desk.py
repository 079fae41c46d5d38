"""What accounts that trade contracts have in common at the simulated venues."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any

from tests.support.core import ALICE
from tests.support.desk import VenueDesk
from tradebook.kernel.ids import Asset
from tradebook.trading.model.contracts import position_key
from tradebook.venues.simulators.contracts.accounts import ContractAccount
from tradebook.venues.simulators.contracts.clearing import Clearing


class ContractDesk(VenueDesk):
    """The core with the account, and the venue with its clearing house."""

    customer: ContractAccount[Any]
    is_hedged: bool = False
    """Whether the account has long and short positions beside each other."""

    @property
    @abstractmethod
    def clearing(self) -> Clearing[Any, Any]:
        """The venue's."""

    @abstractmethod
    def lever_by_hand(self, leverage: str) -> None:
        """From now on positions are secured so."""

    @property
    def settle_asset(self) -> Asset:
        """What the contract is settled in."""
        assert self.here.contract is not None
        return self.here.contract.settle_asset

    async def positions(self) -> dict[str, Decimal]:
        """What the journal says is open."""
        return await self.core.writer.read(
            ALICE, lambda account: {key: each.quantity for key, each in account.contracts.items()}
        )

    def their_positions(self) -> dict[str, Decimal]:
        """What is open at the venue, by our names."""
        return {
            position_key(self.here.instrument_id, each.side): each.held.quantity
            for each in self.customer.positions()
        }
