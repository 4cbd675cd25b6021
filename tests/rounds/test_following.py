"""An appointment at home has a visit of the round: booked, moved, cancelled, closed, met and not met."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import httpx
import pytest

from backend.appointments import service as appointments
from backend.appointments.opening_schemas import ClosingRequest
from backend.appointments.schemas import Appointment, BookingRequest, RescheduleRequest
from backend.core import db
from backend.core.actor import Actor
from backend.rounds import service
from backend.rounds.schemas import Visit, Window
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall
from tests.appointments.test_groups import ITEM, with_group
from tests.identity.factories import actor_for, clerk, fresh, manager, resident, sign_in_as
from tests.rounds.factories import DAY, all_told, on_leave

ADDRESS = "花园街 12 号 3 单元 401"
Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY + timedelta(days=1))


async def booked(mine: Actor) -> tuple[Appointment, BookingRequest]:
    """The first of two times at home; and what a booking of the second would ask."""
    hall = await open_hall()
    await with_group(hall, kind="home")
    first, second = await appointments.open_slots(mine, hall.id, DAY, item=ITEM)
    wanted = BookingRequest(hall=hall.id, slot=first.id, item=ITEM, address=ADDRESS)
    made = await appointments.book(mine, wanted, key="key-00000")
    return made, BookingRequest(hall=hall.id, slot=second.id, item=ITEM, address=ADDRESS)


async def seen() -> list[Visit]:
    """The round as the manager sees it, once everything announced was heard."""
    await all_told()
    return await service.day_round(actor_for(await manager()), DAY, whose="all")


async def state_of(made: Appointment) -> tuple[str, int]:
    """The appointment's state, and how many no-shows count against its person."""
    state = await db.fetchval("SELECT state FROM appointments_appointment WHERE id = $1", made.id)
    counted = """SELECT count(*) FROM appointments_appointment a WHERE a.state = 'missed' AND NOT EXISTS (
        SELECT 1 FROM appointments_excuse e WHERE e.region = a.region AND e.appointment_id = a.id)"""
    return str(state), await db.fetchval(counted)


async def test_a_booked_time_at_home_stands_in_the_round_once() -> None:
    made, _ = await booked(actor_for(await resident(name="李秀兰")))
    [line] = await seen()
    assert (line.place, line.name, line.begins, line.state) == (ADDRESS, "李秀兰", made.starts_at, "planned")
    await service.follow(SYSTEM, made.region, made.id)
    assert [each.id for each in await seen()] == [line.id]
    said = await all_told()
    assert any("上门" in each or "home" in each for each in said)
    assert not any(made.hall_name in each for each in said), "nobody is sent to a hall that comes to them"


async def test_the_appointment_leads_to_who_comes_and_says_how_it_ended(client: httpx.AsyncClient) -> None:
    li = await resident()
    made, _ = await booked(actor_for(li))
    await sign_in_as(client, li)
    assert 'href="/rounds/coming"' in (await client.get(f"/appointments/{made.id}")).text
    [line] = await seen()
    liu = actor_for(await clerk())
    await service.take(liu, line.id)
    await service.finish(liu, line.id, "missed")
    assert "不算爽约" in (await client.get(f"/appointments/{made.id}")).text


async def test_a_moved_appointment_keeps_its_visit_and_its_visitor() -> None:
    mine, liu = actor_for(await resident()), await clerk("刘洋")
    made, other = await booked(mine)
    [line] = await seen()
    await service.take(actor_for(liu), line.id)
    moved = await appointments.reschedule(mine, made.id, RescheduleRequest(slot=other.slot), key="key-00001")
    [after] = await seen()
    assert (after.id, after.begins, after.staff) == (line.id, moved.starts_at, liu.id)
    assert any("刘洋" in each and "9:30" in each for each in await all_told())


async def test_a_move_is_heard_in_any_order() -> None:
    mine = actor_for(await resident())
    made, other = await booked(mine)
    moved = await appointments.reschedule(mine, made.id, RescheduleRequest(slot=other.slot), key="key-00001")
    await service.follow(SYSTEM, moved.region, moved.id, before=made.id)
    await service.follow(SYSTEM, made.region, made.id)
    assert [each.begins for each in await seen()] == [moved.starts_at]


async def test_nobody_goes_to_a_cancelled_appointment() -> None:
    mine = actor_for(await resident())
    made, _ = await booked(mine)
    assert len(await seen()) == 1
    await appointments.cancel(mine, made.id)
    assert await seen() == []


async def test_a_hall_that_closes_takes_the_visit_along() -> None:
    made, _ = await booked(actor_for(await resident()))
    [line] = await seen()
    sun = fresh(await manager())
    await appointments.close_with_care(sun, made.hall, ClosingRequest(day=DAY, reason="检修"))
    assert await seen() == []
    later = await service.day_round(sun, DAY + timedelta(days=7), whose="all")
    assert [each.id for each in later] == [line.id], "moved to the next week with everything"


async def test_a_visit_that_staff_cancel_gives_the_place_back() -> None:
    made, _ = await booked(actor_for(await resident()))
    [line] = await seen()
    await service.cancel(actor_for(await clerk()), line.id)
    assert (await state_of(made))[0] == "cancelled"
    told = await all_told()
    assert sum("取消" in each or "ancelled" in each for each in told) == 1, "told once"


async def test_a_visit_that_is_called_off_when_it_has_begun_is_told_and_ends(frozen: Freeze) -> None:
    li = actor_for(await resident(name="李秀兰"))
    made, _ = await booked(li)
    [line] = await seen()
    liu = actor_for(await clerk())
    await service.take(liu, line.id)
    await all_told()
    frozen(made.starts_at + timedelta(minutes=20))
    await service.cancel(liu, line.id)
    assert (await state_of(made))[0] == "cancelled", "it does not stand as booked for ever"
    await all_told()
    told = "SELECT count(*) FROM notifications_message WHERE template = 'visit-cancelled' AND person = $1"
    assert await db.fetchval(told, li.acting) == 1, "who waits at the door hears it"
    assert await counters_are_true()


async def test_who_was_met_attended() -> None:
    made, _ = await booked(actor_for(await resident()))
    [line] = await seen()
    liu = actor_for(await clerk())
    await service.take(liu, line.id)
    await service.finish(liu, line.id, "met")
    assert await state_of(made) == ("attended", 0)
    await all_told()
    assert await db.fetchval("SELECT appointment_id FROM ratings_visit") == made.id


async def test_who_was_not_met_at_home_is_no_no_show(frozen: Freeze) -> None:
    made, _ = await booked(actor_for(await resident()))
    [line] = await seen()
    liu = actor_for(await clerk())
    await service.take(liu, line.id)
    frozen(made.ends_at + timedelta(hours=5))
    assert await appointments.mark_missed() == 0, "not before whoever went says how it was"
    await service.finish(liu, line.id, "missed")
    assert await state_of(made) == ("missed", 0)


async def test_a_second_visit_decides_and_may_stay_with_the_same_visitor(frozen: Freeze) -> None:
    made, _ = await booked(actor_for(await resident()))
    [line] = await seen()
    liu = actor_for(await clerk("刘洋"))
    await service.take(liu, line.id)
    again = Window(day=DAY + timedelta(days=1), begins=time(14), ends=time(15))
    second = await service.finish(liu, line.id, "missed", again=again, same=True)
    assert await state_of(made) == ("booked", 0), "the second visit decides"
    assert second is not None
    [mine] = await service.day_round(liu, again.day)
    assert mine.id == second and len(mine.code) == 4
    with pytest.raises(service.NotYet):
        await service.finish(liu, second, "met")
    frozen(mine.begins)
    await service.finish(liu, second, "met")
    assert await state_of(made) == ("attended", 0)


async def test_whoever_is_not_on_duty_cannot_come_again() -> None:
    await booked(actor_for(await resident()))
    [line] = await seen()
    post = await clerk()
    liu = actor_for(post)
    await service.take(liu, line.id)
    later = DAY + timedelta(days=1)
    await on_leave(post, await clerk("王强"), later)
    window = Window(day=later, begins=time(14), ends=time(15))
    with pytest.raises(service.NotOnDuty):
        await service.finish(liu, line.id, "missed", again=window, same=True)
    assert (await seen())[0].state == "planned", "nothing was written"
