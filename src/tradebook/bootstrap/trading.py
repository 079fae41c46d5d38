"""The trading room wired: one writer, the paper venue, and what answers for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradebook.bootstrap.catalogue import projections
from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.market import MarketParts
from tradebook.identity.authenticator import Authenticator
from tradebook.kernel.ids import AccountId
from tradebook.trading.ports import Venue
from tradebook.trading.processes.holdings import Held
from tradebook.trading.processes.service import TradingProcesses
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.differences import DifferenceService
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.trading.services.leverages import Leverages
from tradebook.trading.services.order_commands import OrderCommands
from tradebook.trading.services.order_owners import OrderOwners
from tradebook.trading.services.orders import OrderService
from tradebook.trading.services.previews import Previews
from tradebook.trading.services.reconciliations import Reconciliations
from tradebook.trading.services.switches import Switches
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import TradingQueries
from tradebook.trading.writer import AccountWriter
from tradebook.venues.paper.venue import PaperVenue

PAPER = "paper"


@dataclass(frozen=True)
class TradingParts:
    """What takes wishes, what carries them out, and what can be asked."""

    writer: AccountWriter
    paper: PaperVenue
    venues: Sequence[Venue]
    """All of them."""
    processes: TradingProcesses
    orders: OrderService
    accounts: AccountService
    known: KnownAccounts
    differences: DifferenceService
    reconciliations: Reconciliations
    previews: Previews
    leverages: Leverages
    switches: Switches
    queries: TradingQueries
    progress: Progress


def trading_parts(base: Foundation, market: MarketParts, authenticator: Authenticator) -> TradingParts:
    """Made, not started."""
    writer = AccountWriter(base.journal)

    def books() -> Mapping[AccountId, Held]:
        return processes.accounts

    paper = PaperVenue(
        PAPER,
        market.data,
        run_id=market.run_id,
        seed=base.settings.market_seed,
        latency_ms=(0, base.settings.paper_latency_ms),
        rests_conditionals=base.settings.paper_rests_conditionals,
        clock=base.clock,
        books=books,
    )
    live = market.live.connectable if market.live is not None else ()
    venues: list[Venue] = [paper, *(each.venue for each in live)]
    progress = Progress(base.pool, projections())
    queries = TradingQueries(base.pool, base.journal, progress)
    processes = TradingProcesses(
        journal=base.journal, writer=writer, venues=venues, market=market.data, clock=base.clock
    )
    known = KnownAccounts(writer, processes.accounts)
    commands = OrderCommands(market.data, {each.name: each.capabilities for each in venues})
    return TradingParts(
        writer=writer,
        paper=paper,
        venues=venues,
        processes=processes,
        orders=OrderService(
            writer=writer,
            market=market.data,
            prices=market.prices,
            commands=commands,
            accounts=known,
            owners=OrderOwners(processes.open_orders, base.journal, queries),
            queries=queries,
            clock=base.clock,
        ),
        accounts=AccountService(
            writer=writer,
            market=market.data,
            accounts=known,
            venues={each.name: each.name == PAPER for each in venues},
            party_of=authenticator.own_party,
        ),
        differences=DifferenceService(
            writer=writer,
            market=market.data,
            accounts=known,
            position_of=queries.position_of_difference,
            journal=base.journal,
        ),
        reconciliations=Reconciliations(writer=writer, accounts=known, venues=venues),
        known=known,
        previews=Previews(
            writer=writer,
            market=market.data,
            prices=market.prices,
            commands=commands,
            accounts=known,
            clock=base.clock,
        ),
        leverages=Leverages(writer=writer, market=market.data, accounts=known, venues=venues),
        switches=Switches(writer=writer, market=market.data, accounts=known, venues=venues),
        queries=queries,
        progress=progress,
    )
