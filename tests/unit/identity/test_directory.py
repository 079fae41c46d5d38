"""The rules of the directory, given events, when a wish, then events."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.identity import NOON, RowJournal

from tradebook.identity.directory import ATTEMPTS_MAX, DirectoryStore
from tradebook.identity.events import (
    DIRECTORY_STREAM,
    ApiKeyCreated,
    ApiKeyRevoked,
    DirectoryEvent,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    OwnerRegistered,
    PartiesGranted,
    PartyCreated,
    PartyKind,
    PasswordChanged,
    RoleChanged,
)
from tradebook.identity.model import (
    Directory,
    change_role,
    check_no_owner_yet,
    evolve,
    grant_parties,
    remove_member,
)
from tradebook.identity.principal import Role, Scope
from tradebook.journal.errors import VersionConflict
from tradebook.journal.records import Append, Appended, Metadata
from tradebook.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused, TradebookError
from tradebook.kernel.ids import PartyId, UserId, new_id

ADA, BOB, CY = UserId("ada"), UserId("bob"), UserId("cy")
FUND = PartyId("fund")


def own(user_id: UserId) -> PartyId:
    return PartyId(f"party-of-{user_id}")


def owner(user_id: UserId = ADA) -> list[DirectoryEvent]:
    return [
        OwnerRegistered(at=NOON, user_id=user_id, party_id=own(user_id), email_sealed="e", name_sealed="n"),
        PartyCreated(at=NOON, party_id=own(user_id), kind=PartyKind.PERSON, name_sealed="n"),
    ]


def joined(user_id: UserId, role: Role) -> list[DirectoryEvent]:
    return [
        MemberInvited(
            at=NOON, user_id=user_id, party_id=own(user_id), email_sealed="e", role=role, parties=()
        ),
        MemberJoined(at=NOON, user_id=user_id, name_sealed="n"),
        PartyCreated(at=NOON, party_id=own(user_id), kind=PartyKind.PERSON, name_sealed="n"),
    ]


def key(key_id: str, user_id: UserId) -> ApiKeyCreated:
    return ApiKeyCreated(at=NOON, key_id=key_id, user_id=user_id, name="bot", scopes=(Scope.READ,))


def given_(*events: DirectoryEvent) -> Directory:
    directory = Directory()
    for event in events:
        directory = evolve(directory, event)
    return directory


def test_a_book_has_an_owner_once_registered() -> None:
    check_no_owner_yet(given_())
    with pytest.raises(Conflict):
        check_no_owner_yet(given_(*owner()))


def test_an_invited_member_is_none_until_they_join() -> None:
    invited, *rest = joined(BOB, Role.TRADER)
    assert given_(*owner(), invited).active_member(BOB) is None
    member = given_(*owner(), invited, *rest).active_member(BOB)
    assert member is not None
    assert member.parties == frozenset({own(BOB)})


def test_a_change_of_role_is_recorded_with_what_was_before() -> None:
    directory = given_(*owner(), *joined(BOB, Role.TRADER))
    changed = change_role(directory, BOB, Role.VIEWER, by=Role.OWNER, at=NOON)
    assert changed == [RoleChanged(at=NOON, user_id=BOB, role=Role.VIEWER, previous=Role.TRADER)]
    assert change_role(directory, BOB, Role.TRADER, by=Role.OWNER, at=NOON) == []


@pytest.mark.parametrize("guarded", [Role.OWNER, Role.ADMIN])
def test_an_admin_neither_makes_nor_unmakes_owners_and_admins(guarded: Role) -> None:
    directory = given_(*owner(), *joined(BOB, Role.TRADER), *joined(CY, guarded))
    wishes: list[Callable[[], object]] = [
        lambda: change_role(directory, BOB, guarded, by=Role.ADMIN, at=NOON),
        lambda: change_role(directory, CY, Role.VIEWER, by=Role.ADMIN, at=NOON),
        lambda: remove_member(directory, CY, by=Role.ADMIN, at=NOON),
        lambda: grant_parties(directory, CY, [own(BOB)], by=Role.ADMIN, at=NOON),
    ]
    for wish in wishes:
        with pytest.raises(Forbidden):
            wish()


def test_the_last_owner_stays() -> None:
    directory = given_(*owner())
    with pytest.raises(Refused):
        remove_member(directory, ADA, by=Role.OWNER, at=NOON)
    with pytest.raises(Refused):
        change_role(directory, ADA, Role.VIEWER, by=Role.OWNER, at=NOON)
    invited_only = given_(*owner(), joined(BOB, Role.OWNER)[0])
    with pytest.raises(Refused):
        remove_member(invited_only, ADA, by=Role.OWNER, at=NOON)
    two = given_(*owner(), *joined(BOB, Role.OWNER))
    assert remove_member(two, ADA, by=Role.OWNER, at=NOON) == [MemberRemoved(at=NOON, user_id=ADA)]


def test_who_goes_takes_their_keys_along_and_is_not_found_any_more() -> None:
    directory = given_(*owner(), *joined(BOB, Role.TRADER), key("k1", BOB), key("k2", BOB), key("k3", ADA))
    directory = evolve(directory, ApiKeyRevoked(at=NOON, key_id="k1", user_id=BOB))
    removal = remove_member(directory, BOB, by=Role.ADMIN, at=NOON)
    assert removal == [ApiKeyRevoked(at=NOON, key_id="k2", user_id=BOB), MemberRemoved(at=NOON, user_id=BOB)]
    for event in removal:
        directory = evolve(directory, event)
    with pytest.raises(NotFound):
        remove_member(directory, BOB, by=Role.ADMIN, at=NOON)
    with pytest.raises(NotFound):
        remove_member(directory, UserId("nobody"), by=Role.ADMIN, at=NOON)


def test_only_parties_that_exist_are_granted() -> None:
    directory = given_(
        *owner(),
        *joined(BOB, Role.TRADER),
        PartyCreated(at=NOON, party_id=FUND, kind=PartyKind.FUND, name_sealed="n"),
    )
    granted = grant_parties(directory, BOB, [FUND, FUND], by=Role.ADMIN, at=NOON)
    assert granted == [PartiesGranted(at=NOON, user_id=BOB, parties=(FUND,))]
    directory = evolve(directory, granted[0])
    assert directory.members[BOB].parties == frozenset({own(BOB), FUND})
    assert grant_parties(directory, BOB, [FUND], by=Role.ADMIN, at=NOON) == []
    with pytest.raises(InvalidInput):
        grant_parties(directory, BOB, [PartyId("moon")], by=Role.ADMIN, at=NOON)


def test_owners_admins_and_auditors_see_every_party() -> None:
    for role in Role:
        member = given_(*joined(BOB, role)).members[BOB]
        assert (member.parties is None) == (role in {Role.OWNER, Role.ADMIN, Role.AUDITOR})


def test_a_key_opens_until_its_time_has_come() -> None:
    limited = ApiKeyCreated(
        at=NOON,
        key_id="k",
        user_id=ADA,
        name="bot",
        scopes=(Scope.READ,),
        expires_at=NOON + timedelta(seconds=1),
    )
    held = given_(*owner(), limited).keys["k"]
    assert held.is_live(NOON)
    assert not held.is_live(NOON + timedelta(seconds=1))


WISHES: Sequence[Callable[[Directory, UserId, Role, Role], Sequence[DirectoryEvent]]] = (
    lambda directory, user, role, by: change_role(directory, user, role, by=by, at=NOON),
    lambda directory, user, _, by: remove_member(directory, user, by=by, at=NOON),
    lambda directory, user, role, _: [] if user in directory.members else joined(user, role),
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(WISHES),
            st.sampled_from([ADA, BOB, CY]),
            st.sampled_from(Role),
            st.sampled_from([Role.OWNER, Role.ADMIN]),
        ),
        max_size=30,
    )
)
def test_whatever_is_wished_an_owner_remains_and_admins_never_rise(
    wishes: list[tuple[Callable[..., Sequence[DirectoryEvent]], UserId, Role, Role]],
) -> None:
    directory = given_(*owner())
    for wish, user, role, by in wishes:
        owners = [member.user_id for member in directory.owners()]
        try:
            events = wish(directory, user, role, by)
        except TradebookError:
            continue
        for event in events:
            directory = evolve(directory, event)
        assert directory.owners()
        if by is Role.ADMIN and not any(isinstance(event, MemberInvited) for event in events):
            assert [member.user_id for member in directory.owners()] == owners


def _record(events: list[DirectoryEvent], _: Directory) -> list[DirectoryEvent]:
    return events


class RivalJournal(RowJournal):
    """Somebody else is faster the first ``times``."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def append(self, append: Append) -> Appended:
        if self.times:
            self.times -= 1
            rival = Append(
                stream=append.stream,
                expected_version=append.expected_version,
                events=[PasswordChanged(at=NOON, user_id=BOB)],
                metadata=Metadata(actor="user:bob", command_id=new_id()),
            )
            await super().append(rival)
        return await super().append(append)


async def test_a_decision_is_taken_again_on_what_a_rival_left() -> None:
    journal, changes = RivalJournal(times=2), []
    store = DirectoryStore(journal, on_change=lambda: changes.append(store.state.version))
    seen: list[int] = []

    def decide(directory: Directory) -> list[DirectoryEvent]:
        seen.append(directory.version)
        return owner()

    await store.change(decide, actor="system:test")
    assert seen == [0, 1, 2]
    assert store.state.version == len(journal.events(DIRECTORY_STREAM)) == 4
    assert changes[-1] == 4


async def test_a_decision_that_always_loses_gives_up() -> None:
    store = DirectoryStore(RivalJournal(times=ATTEMPTS_MAX), on_change=lambda: None)
    with pytest.raises(VersionConflict):
        await store.change(lambda _: owner(), actor="system:test")


async def test_the_directory_read_back_equals_the_one_that_was_kept() -> None:
    journal = RowJournal()
    kept = DirectoryStore(journal, on_change=lambda: None)
    removal: list[DirectoryEvent] = [MemberRemoved(at=NOON, user_id=BOB)]
    for events in (owner(), joined(BOB, Role.TRADER), removal):
        await kept.change(partial(_record, events), actor="system:test")
    again = DirectoryStore(journal, on_change=lambda: None)
    await again.catch_up()
    assert again.state == kept.state
