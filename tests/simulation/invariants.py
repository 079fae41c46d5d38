"""What must hold whatever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from tests.simulation.faulty_venue import VenueSide
from tradebook.journal.hashing import GENESIS, leaf_hash, link, microseconds
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Recorded
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.ledger.postings import LedgerAccount, imbalance
from tradebook.trading import model
from tradebook.trading.events import OrderDenied, OrderFilled, OrderPlaced, UnmatchedFillRecorded
from tradebook.trading.model import Account
from tradebook.trading.model.holds import group_key
from tradebook.trading.orders import OrderStatus
from tradebook.trading.postings import postings

Accounts = dict[AccountId, Account]

OWNED = (LedgerAccount.AVAILABLE, LedgerAccount.HELD)
AT_REST = frozenset({OrderStatus.PARKED, OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED})


async def read_all(journal: MemoryJournal) -> list[Recorded]:
    return list(await journal.read(limit=1_000_000))


async def check_chain(journal: MemoryJournal) -> None:
    """Every byte is as it was hashed, every position follows the one before."""
    previous = GENESIS
    for position, row in enumerate(await journal.read_stored(limit=1_000_000), 1):
        assert row.position == position
        leaf = leaf_hash(row.stream, row.version, row.type, row.schema, row.metadata, row.data)
        previous = link(previous, position, microseconds(row.recorded_at), leaf)
        assert (row.leaf, row.hash) == (leaf, previous), position


def check_books(recorded: list[Recorded]) -> Accounts:
    """After every event the trial balance is zero and the account's funds are the ledger's sums."""
    accounts: Accounts = {}
    ledger: Counter[tuple[AccountId, LedgerAccount, str]] = Counter()
    for each in recorded:
        event = each.event
        account_id: AccountId = event.account_id  # type: ignore[attr-defined]  # all are account events
        account = model.evolve(accounts.get(account_id) or model.initial(), event)
        accounts[account_id] = account
        entry = postings(event)
        assert not imbalance(entry), each
        for posting in entry:
            ledger[account_id, posting.ledger_account, posting.asset] += posting.amount  # type: ignore[assignment]  # Decimal counts too
        for asset in {posting.asset for posting in entry}:
            balance = account.balance(asset)
            sums = tuple(Decimal(ledger[account_id, kind, asset]) for kind in OWNED)
            assert (balance.available, balance.held) == sums, each
        check_holds(account)
    return accounts


def check_holds(account: Account) -> None:
    """What is held is held for open orders."""
    groups = {group_key(order) for order in account.orders.values()}
    for group, amount in account.group_held.items():
        assert amount >= 0, (group, amount)
        assert not amount or group in groups, (group, amount)
    held = sum((balance.held for balance in account.balances.values()), Decimal(0))
    assert held == sum(account.group_held.values(), Decimal(0))


def check_acknowledged(recorded: list[Recorded], acknowledged: Mapping[OrderId, int]) -> None:
    """Every acknowledged order stands where the answer said, and once."""
    placed = Counter(
        each.event.order_id for each in recorded if isinstance(each.event, OrderPlaced | OrderDenied)
    )
    assert all(count == 1 for count in placed.values())
    for order_id, position in acknowledged.items():
        assert placed[order_id] == 1, order_id
        event = recorded[position - 1].event
        assert isinstance(event, OrderPlaced | OrderDenied)
        assert event.order_id == order_id


def check_sent_once(side: VenueSide) -> None:
    assert all(count == 1 for count in side.attempts.values()), side.attempts


def check_fills(recorded: list[Recorded], side: VenueSide) -> None:
    """The book's fills are the venue's, each once. What a venue that forgets never told, never happened."""
    booked = Counter(
        (each.event.fill_id, each.event.quantity, each.event.price)
        for each in recorded
        if isinstance(each.event, OrderFilled)
    )
    assert not any(isinstance(each.event, UnmatchedFillRecorded) for each in recorded)
    assert all(count == 1 for count in booked.values())
    reported = {(fill.fill_id, fill.quantity, fill.price) for fill in side.fills.values()}
    if side.forgets:
        assert booked.keys() <= reported, booked.keys() - reported
    else:
        assert booked.keys() == reported, (booked.keys() - reported, reported - booked.keys())


async def check_open_orders(accounts: Mapping[AccountId, Account], side: VenueSide) -> None:
    """At rest the venue works exactly the orders that the books think it works, with the same fills."""
    for account_id, account in accounts.items():
        ours = {}
        for order in account.orders.values():
            assert order.status in AT_REST, (order.order_id, order.status)
            if order.status is not OrderStatus.PARKED:
                ours[order.order_id] = order.filled
        theirs = {state.order_id: state.filled_quantity for state in await side.paper.open_orders(account_id)}
        assert ours == theirs, (account_id, ours, theirs)


def check_replay(replayed: Mapping[AccountId, Account], lived: Mapping[AccountId, bytes]) -> None:
    """The state that was folded live is the one that the journal gives."""
    for account_id, data in lived.items():
        assert model.load(data) == model.load(model.dump(replayed[account_id]))
