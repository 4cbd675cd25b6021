"""Two days and two hours before, once, at an hour when one may; and the answer is one press or one sign."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.appointments import rules, service
from backend.appointments.schemas import BookingRequest, RescheduleRequest
from backend.core import clock, db, events
from backend.core.actor import Actor
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.appointments.test_groups import ITEM, TUESDAY, with_group
from tests.identity.factories import actor_for, csrf_of, resident, sign_in_as

THURSDAY = date(2026, 11, 26)
TOLD = "SELECT template FROM notifications_message WHERE person = $1 AND template LIKE 'appointment-in-%' ORDER BY id"
Frozen = Callable[[datetime], None]


async def deliver() -> None:
    with clock.frozen(datetime(2099, 1, 1, tzinfo=UTC)):  # announcements are due by the clock of the database
        while await events.relay():
            pass


async def planned() -> list[tuple[str, datetime]]:
    rows = await db.fetch("SELECT kind, due FROM notifications_plan ORDER BY due")
    return [(row["kind"], row["due"]) for row in rows]


async def plan_for(actor: Actor, starts: datetime) -> None:
    """What the listener does, at the hour of the test."""
    for name, due in rules.reminders(starts, clock.now()):
        row = await db.fetchrow("SELECT region, id FROM appointments_appointment WHERE person_id = $1", actor.person)
        assert row is not None
        await notifications.plan(name, row["region"], row["id"], due)


async def booked(actor: Actor, hour: str = "10:30") -> tuple[UUID, datetime]:
    hall = await open_hall()
    free = [each for each in await slots(hall, THURSDAY, actor) if f"{clock.local(each.starts_at):%H:%M}" == hour]
    made = await service.book(actor, wish(hall, free[0]), key="key-00000")
    return made.id, made.starts_at


@pytest.mark.parametrize(
    ("start", "booked_before", "kinds"),
    [
        ("10:30", timedelta(days=3), ["days", "hours"]),
        ("10:30", timedelta(days=2), ["hours"]),
        ("10:30", timedelta(hours=2), []),
        ("08:30", timedelta(days=3), ["days"]),
        ("09:00", timedelta(days=1), ["hours"]),
    ],
)
def test_who_books_late_is_not_reminded_of_what_they_know(
    start: str, booked_before: timedelta, kinds: list[str]
) -> None:
    starts = datetime.fromisoformat(f"2026-11-26T{start}+08:00")
    assert [name.rsplit("-", 1)[1] for name, _ in rules.reminders(starts, starts - booked_before)] == kinds


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.timedeltas(timedelta(0)))
def test_a_reminder_lies_between_the_booking_and_the_visit(starts: datetime, before: timedelta) -> None:
    now = starts - min(before, timedelta(days=300))
    for _, due in rules.reminders(starts, now):
        assert now < due < starts


async def test_a_booking_plans_both_and_each_comes_once(frozen: Frozen) -> None:
    frozen(MONDAY)
    li = await resident()
    row_id, starts = await booked(actor_for(li))
    await plan_for(actor_for(li), starts)
    assert [due for _, due in await planned()] == [starts - timedelta(hours=48), starts - timedelta(hours=2)]
    for ahead in (timedelta(hours=48), timedelta(hours=47), timedelta(hours=2), timedelta(hours=1)):
        frozen(starts - ahead)
        await notifications.run_plans()
    rows = [each["template"] for each in await db.fetch(TOLD, li.id)]
    assert rows == ["appointment-in-two-days", "appointment-in-two-hours"]
    assert await planned() == []
    (line, *_) = (await notifications.messages(actor_for(li))).items
    assert line.next_href == f"/appointments/{row_id}/coming"


async def test_the_listener_plans_for_whoever_books_or_moves() -> None:
    with clock.frozen(MONDAY):
        li = actor_for(await resident())
        row_id, _ = await booked(li)
        other = [each for each in await slots(await open_hall(), date(2026, 12, 4), li) if each.left][4]
        await service.reschedule(li, row_id, RescheduleRequest(slot=other.id), key="key-00001")
        while await events.relay():
            pass
        assert [due for _, due in await planned()][-1] == other.starts_at - timedelta(hours=2)


async def test_what_was_cancelled_is_not_reminded_of(frozen: Frozen) -> None:
    frozen(MONDAY)
    li = await resident()
    row_id, starts = await booked(actor_for(li))
    await plan_for(actor_for(li), starts)
    await service.cancel(actor_for(li), row_id)
    frozen(starts - timedelta(hours=1))
    assert await notifications.run_plans() == 2
    assert await db.fetch(TOLD, li.id) == []


async def test_a_reminder_that_waits_for_the_morning_is_taken_back_with_the_appointment(frozen: Frozen) -> None:
    frozen(MONDAY)
    li = await resident()
    row_id, starts = await booked(actor_for(li))
    await plan_for(actor_for(li), starts)
    frozen(starts - timedelta(hours=36))
    await notifications.run_plans()
    await service.cancel(actor_for(li), row_id)
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass
    state = "SELECT state FROM notifications_message WHERE person = $1 AND template = 'appointment-in-two-days'"
    frozen(starts - timedelta(hours=12))
    await notifications.deliver()
    assert await db.fetchval(state, li.id) == "unsent"
    found = await notifications.messages(actor_for(li))
    assert [each.over for each in found.items if each.title == "Do you come to your appointment?"] == [True]


async def test_a_plan_that_fails_is_tried_again_and_parked_after_eight(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(MONDAY)
    row_id, starts = await booked(actor_for(await resident()))
    await notifications.plan("appointment-in-two-days", "230103", row_id, MONDAY)
    monkeypatch.setattr("backend.appointments.service.reminding.STANDS", "SELECT nothing")
    for hour in range(12):
        frozen(MONDAY + timedelta(hours=hour))
        await notifications.run_plans()
    assert await db.fetchval("SELECT tries FROM notifications_plan") == 8
    assert starts > MONDAY


async def test_coming_and_not_coming_are_two_buttons(client: httpx.AsyncClient, frozen: Frozen) -> None:
    frozen(MONDAY)
    li = await resident()
    row_id, _ = await booked(actor_for(li))
    await sign_in_as(client, li)
    page = await client.get(f"/appointments/{row_id}/coming")
    assert page.status_code == 200 and f"/appointments/{row_id}/cancellation" in page.text

    said = await client.post(f"/appointments/{row_id}/coming", data={"csrf": csrf_of(page.text)})
    assert said.status_code == 303
    assert (await client.get(said.headers["location"])).status_code == 200
    again = await client.post(f"/appointments/{row_id}/coming", data={"csrf": csrf_of(page.text)})
    assert again.status_code == 303, "a second press is the same answer"
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'AppointmentConfirmed'") == 1
    await service.cancel(actor_for(li), row_id)
    with pytest.raises(service.NotChangeable):
        await service.confirm(actor_for(li), row_id)


@pytest.mark.parametrize(
    ("kind", "words"), [("home", "起我们上门到您家"), ("phone", "打给您办理"), ("video", "视频办理")]
)
async def test_nobody_is_sent_to_a_hall_where_one_meets_elsewhere(frozen: Frozen, kind: str, words: str) -> None:
    frozen(MONDAY)
    hall, li = await open_hall(), await resident()
    await with_group(hall, kind=kind)
    slot = (await service.open_slots(actor_for(li), hall.id, TUESDAY, item=ITEM))[1]
    address = "花园街 12 号" if kind == "home" else ""
    made = await service.book(
        actor_for(li), BookingRequest(hall=hall.id, slot=slot.id, item=ITEM, address=address), key="key-00000"
    )
    await plan_for(actor_for(li), made.starts_at)
    frozen(made.starts_at - timedelta(hours=2))
    await notifications.run_plans()
    assert [row["template"] for row in await db.fetch(TOLD, li.id)] == [f"appointment-in-two-hours-{kind}"]
    (said,) = [each.body for each in (await notifications.messages(actor_for(li))).items if "请回复1" in each.body]
    assert words in said and hall.address not in said and made.number not in said
