"""A hall that closes: everybody it touches is moved or rung, once, whatever breaks in the middle."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from backend.appointments import opening_rules, service
from backend.appointments.opening_schemas import ClosingRequest
from backend.appointments.schemas import Appointment, Opening
from backend.appointments.service import moving
from backend.core import db, events
from backend.core.actor import ANONYMOUS, Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, fresh, manager, operator

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
TIGHT = Opening(weekdays=[2, 3], opens=time(9), closes=time(10), minutes=30, capacity=4)
CLOSING = ClosingRequest(day=TUESDAY, reason="停电检修")
TOLD = "SELECT template, channel, state FROM notifications_message WHERE person = $1 ORDER BY id"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def sun() -> Actor:
    return fresh(await manager())


async def booked(hall: Hall, n: int, name: str = "王芳") -> tuple[Actor, Appointment]:
    """Somebody with the n-th time of Tuesday."""
    _, actor = await somebody(name)
    return actor, await service.book(actor, wish(hall, (await slots(hall, TUESDAY))[n]), key="key-00000")


async def test_everybody_is_moved_to_the_nearest_free_time_and_told_once() -> None:
    hall, who = await open_hall(), await sun()
    li, old = await booked(hall, 3, "李秀兰")
    said = await service.preview_closing(who, hall.id, CLOSING)
    assert [(each.name, each.number, each.outcome) for each in said] == [("李秀兰", old.number, "pending")]
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert (sheet.closing.pending, sheet.closing.moved, sheet.closing.calls) == (0, 1, 0)
    [mine] = (await service.mine(li)).items
    assert mine.starts_at == said[0].proposal == sheet.people[0].proposal
    assert (await service.get(li, old.id)).state == "moved"
    while await events.relay():
        pass
    told = [row["template"] for row in await db.fetch(TOLD, li.acting)]
    assert told == ["appointment-booked", "appointment-closed-moved"]
    assert TUESDAY not in {each.day for each in await service.open_days(ANONYMOUS, hall.id)}
    assert await counters_are_true()


async def test_where_nothing_is_free_the_person_is_rung_and_not_counted_as_missing() -> None:
    hall, who = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(9, 30), minutes=30, capacity=4)
                                ), await sun()  # fmt: skip
    li, old = await booked(hall, 0)
    await db.execute("UPDATE appointments_slot SET state = 'closed' WHERE hall_id = $1 AND day > $2", hall.id, TUESDAY)
    assert [each.proposal for each in await service.preview_closing(who, hall.id, CLOSING)] == [None]
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert (sheet.closing.moved, sheet.closing.calls) == (0, 1)
    assert (await service.get(li, old.id)).state == "cancelled"
    while await events.relay():
        pass
    last = (await db.fetch(TOLD, li.acting))[-1]
    assert (last["template"], last["channel"], last["state"]) == ("appointment-closed-call", "call", "calling")


async def test_shares_stay_apart_and_the_preview_gives_no_place_twice() -> None:
    hall, who = await open_hall(opening=TIGHT), await sun()
    for n in (0, 0, 1, 1):
        await booked(hall, n)
    caller, _ = await somebody("李秀兰")
    helped = actor_for(await operator(), helping=caller)
    await service.book(helped, wish(hall, (await slots(hall, TUESDAY))[0]), key="key-00000")
    said = await service.preview_closing(who, hall.id, CLOSING)
    given = [(each.pool, each.proposal) for each in said]
    assert all(given.count(each) <= 2 for each in given) and len(given) == 5
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert [(each.pool, each.proposal) for each in sheet.people] == given
    assert {each.channel for each in (await service.mine(helped)).items} == {"phone"}
    assert await counters_are_true()


async def test_half_a_day_leaves_the_other_half_alone() -> None:
    hall, who = await open_hall(), await sun()
    early, _ = await booked(hall, 0)
    late, afternoon = await booked(hall, -1)
    sheet = await service.close_with_care(who, hall.id, ClosingRequest(day=TUESDAY, half="morning", reason="停水"))
    assert [each.person for each in sheet.people] == [early.acting]
    assert (await service.get(late, afternoon.id)).state == "booked"
    assert (await service.mine(early)).items[0].starts_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert len(await slots(hall, TUESDAY)) == 7


async def test_closing_twice_is_closing_once() -> None:
    hall, who = await open_hall(), await sun()
    li, _ = await booked(hall, 0)
    first = await service.close_with_care(who, hall.id, CLOSING)
    again = await service.close_with_care(who, hall.id, CLOSING)
    assert again.people == first.people and again.closing.id == first.closing.id
    assert len((await service.mine(li)).items) == 1
    assert [each.id for each in await service.closings_of(who, hall.id)] == [first.closing.id]


async def test_what_breaks_in_the_middle_goes_on_later_and_at_last_a_person_sees_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall, who = await open_hall(), await sun()
    people = [await booked(hall, n) for n in range(3)]
    whole, broken = moving._move, people[1][1].id

    async def breaks(old: object, *rest: object) -> object:
        if old["id"] == broken:  # type: ignore[index]
            raise RuntimeError("the power is gone")
        return await whole(old, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "_move", breaks)
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert (sheet.closing.pending, sheet.closing.moved) == (1, 2)
    assert (await service.get(people[1][0], broken)).state == "booked"
    with pytest.raises(service.StillSettling):
        await service.lift_closing(who, hall.id, sheet.closing.id)
    assert [await service.settle_closures() for _ in range(4)] == [0, 0, 1, 0]
    [closing] = await service.closings_of(who, hall.id)
    assert (closing.pending, closing.moved, closing.calls) == (0, 2, 1)
    assert await counters_are_true()


async def test_who_gives_the_time_back_meanwhile_is_not_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    hall, who = await open_hall(), await sun()
    li, old = await booked(hall, 0)

    async def meanwhile(*_: object) -> None:
        await service.cancel(li, old.id)

    monkeypatch.setattr(moving, "_move", meanwhile)
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert [each.outcome for each in sheet.people] == ["gone"]


async def test_after_a_crash_the_job_moves_whoever_still_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    hall, who = await open_hall(), await sun()
    li, _ = await booked(hall, 0)
    with monkeypatch.context() as dead:
        dead.setattr("backend.appointments.service.closing.AT_ONCE", 0)
        sheet = await service.close_with_care(who, hall.id, CLOSING)
    assert (sheet.closing.pending, sheet.people[0].outcome) == (1, "pending")
    assert await service.settle_closures() == 1
    assert await service.settle_closures() == 0
    assert len((await service.mine(li)).items) == 1


async def test_whoever_cancelled_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    hall, who = await open_hall(), await sun()
    li, old = await booked(hall, 0)
    monkeypatch.setattr("backend.appointments.service.closing.AT_ONCE", 0)
    await service.close_with_care(who, hall.id, CLOSING)
    await service.cancel(li, old.id)
    await service.settle_closures()
    [closing] = await service.closings_of(who, hall.id)
    assert (closing.pending, closing.moved, closing.calls) == (0, 0, 0)


async def test_a_hall_opens_after_all() -> None:
    hall, who = await open_hall(), await sun()
    li, old = await booked(hall, 0)
    sheet = await service.close_with_care(who, hall.id, CLOSING)
    await service.lift_closing(who, hall.id, sheet.closing.id)
    assert len(await slots(hall, TUESDAY)) == 13
    assert [each.state for each in await service.closings_of(who, hall.id)] == ["lifted"]
    assert (await service.mine(li)).items[0].starts_at != old.starts_at


async def test_only_the_manager_of_the_county_who_has_just_proved_it_closes_a_hall() -> None:
    hall = await open_hall()
    far, (_, resident) = fresh(await manager(region="230102")), await somebody()
    with pytest.raises(NotFound):
        await service.close_with_care(far, hall.id, CLOSING)
    with pytest.raises(Forbidden):
        await service.preview_closing(resident, hall.id, CLOSING)
    with pytest.raises(FreshSignInNeeded):
        await service.close_with_care(actor_for(await manager()), hall.id, CLOSING)
    with pytest.raises(Invalid):
        await service.preview_closing(await sun(), hall.id, ClosingRequest(day=date(2026, 11, 22), reason="停电"))


def test_each_in_turn_gets_the_nearest_time_of_the_same_kind() -> None:
    nine, ten, eleven = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (9, 10, 11))
    one, two, three = (UUID(int=n) for n in (1, 2, 3))
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    free = [(ten, eleven, "a", 1), (eleven, noon, "a", 1), (nine, ten, "b", 9)]
    found = opening_rules.assign([(one, nine, "a", 1), (two, nine, "a", 1), (three, nine, "a", 1)], free)
    assert found == {one: ten, two: eleven}
    assert opening_rules.assign([(one, nine, "a", 2), (two, nine, "a", 1), (three, nine, "b", 2)], free) == {one: ten}
