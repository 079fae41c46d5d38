"""The dead man's switch of an account, as the book has it."""

from __future__ import annotations

import pytest
from tests.unit.trading.examples import AT, MAIN, Given, funded

from tradebook.kernel.errors import InvalidInput
from tradebook.trading import commands as c
from tradebook.trading.events import DeadMansSwitchSet
from tradebook.trading.limits import DeadMansSwitch, SwitchTerms

TERMS = SwitchTerms(after_s_min=10, after_s_max=300, caution="It cancels everything.")
MINUTE = DeadMansSwitch(after_s=60)


def wished(switch: DeadMansSwitch | None, terms: SwitchTerms | None = TERMS) -> c.SetDeadMansSwitch:
    return c.SetDeadMansSwitch(account_id=MAIN, at=AT, switch=switch, terms=terms)


def recorded(account: Given, switch: DeadMansSwitch | None) -> list[DeadMansSwitch | None]:
    events = account.when(wished(switch))
    return [each.switch for each in events if isinstance(each, DeadMansSwitchSet)]


def in_force(account: Given) -> DeadMansSwitch | None:
    return account.account.dead_mans_switch


def test_it_is_off_at_first_and_is_switched_on_and_off() -> None:
    account = funded()
    assert in_force(account) is None
    assert recorded(account, MINUTE) == [MINUTE]
    assert in_force(account) == MINUTE
    assert recorded(account, None) == [None]
    assert in_force(account) is None


def test_what_is_so_already_is_not_recorded_again() -> None:
    account = funded()
    assert recorded(account, None) == []
    recorded(account, MINUTE)
    assert recorded(account, MINUTE) == []
    assert recorded(account, DeadMansSwitch(after_s=60, when_stopped=True)) != []


@pytest.mark.parametrize("after_s", [9, 301])
def test_a_time_that_the_venue_does_not_take_is_refused_with_those_that_it_takes(after_s: int) -> None:
    with pytest.raises(InvalidInput, match="not from 10 to 300 seconds") as refused:
        funded().when(wished(DeadMansSwitch(after_s=after_s)))
    assert refused.value.field == "after_s"


def test_where_the_venue_has_none_it_is_refused_and_switching_it_off_is_no_error() -> None:
    with pytest.raises(InvalidInput, match="paper cannot cancel orders by itself") as refused:
        funded().when(wished(MINUTE, terms=None))
    assert refused.value.field == "after_s"
    assert funded().when(wished(None, terms=None)) == []
