from hypothesis import given
from hypothesis import strategies as st

from tradebook.kernel.ids import derive_id, new_id


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_different_facts_give_different_ids_and_the_same_facts_the_same(a: list[str], b: list[str]) -> None:
    assert (derive_id(*a) == derive_id(*b)) == (a == b)


def test_new_ids_are_ordered_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
