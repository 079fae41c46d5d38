from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.ids import AccountId, Asset
from tradebook.ledger.postings import LedgerAccount, Posting, imbalance, transfer

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=8, max_value=10**20, min_value=-(10**20))
TRANSFERS = st.builds(
    transfer,
    st.just(AccountId("main")),
    st.sampled_from([Asset("BTC"), Asset("USDT")]),
    AMOUNTS,
    source=st.sampled_from(LedgerAccount),
    target=st.sampled_from(LedgerAccount),
)


@given(st.lists(TRANSFERS))
def test_transfers_always_balance(entries: Sequence[list[Posting]]) -> None:
    assert imbalance(line for entry in entries for line in entry) == {}


def test_nothing_is_posted_for_nothing() -> None:
    source, target = LedgerAccount.EXTERNAL, LedgerAccount.AVAILABLE
    assert transfer(AccountId("main"), Asset("BTC"), Decimal(0), source=source, target=target) == []


def test_an_entry_that_does_not_balance_says_by_how_much_and_of_what() -> None:
    line = Posting(
        account_id=AccountId("main"),
        ledger_account=LedgerAccount.AVAILABLE,
        asset=Asset("BTC"),
        amount=Decimal("0.1"),
    )
    assert imbalance([line, line]) == {Asset("BTC"): Decimal("0.2")}
