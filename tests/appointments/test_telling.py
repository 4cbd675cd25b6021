"""After a booking the person is told, once, in their way, whoever pressed the button."""

from datetime import date

from backend.appointments import service
from backend.appointments.schemas import RescheduleRequest
from backend.core import clock, db, events
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.identity.factories import actor_for, operator, resident

TUESDAY = date(2026, 11, 24)


async def deliver() -> None:
    while await events.relay():
        pass


async def test_mrs_li_hears_of_what_the_operator_did_for_her_once_each() -> None:
    with clock.frozen(MONDAY):
        hall, chen, li = await open_hall(), await operator(), await resident(notice_by="call")
        helping = actor_for(chen, helping=li)
        first, other = (await slots(hall, TUESDAY, helping))[:2]
        made = await service.book(helping, wish(hall, first), key="key-00000")
        await deliver()
        [booked] = await notifications.latest()
        assert (booked.template, booked.channel) == ("appointment-booked", "call")
        assert made.number in booked.body and hall.name in booked.body and "2026-11-24 8:30" in booked.body
        assert chen.name not in booked.body

        moved = await service.reschedule(helping, made.id, RescheduleRequest(slot=other.id), key="key-00001")
        await service.cancel(helping, moved.id)
        await deliver()
        await db.execute("UPDATE core_announcement SET delivered_at = NULL, next_try = at")
        await deliver()
        told = [each.template for each in await notifications.latest()]
        assert sorted(told) == ["appointment-booked", "appointment-cancelled", "appointment-moved"]
