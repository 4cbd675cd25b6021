"""A full morning: Mrs Li waits by telephone. A young man's place is not hers; a caller's is, and she is rung and asked.

Told through the verbs of each door with the clock moved, not in a browser: nothing here is a page.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.schemas import Opening, WaitRequest
from backend.core import db, events
from backend.core.actor import Actor
from backend.notifications import service as notifications
from backend.notifications.schemas import CallAnswer
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, wish
from tests.identity.factories import actor_for, operator, resident

TUESDAY = date(2026, 11, 24)
ONE_EACH = Opening(weekdays=[2], opens=time(9), closes=time(10), minutes=60, capacity=5)  # one place for each channel
MINUTE = timedelta(minutes=1)


async def the_worker() -> None:
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    await appointments.settle_due()
    while await events.relay():
        pass
    await notifications.advance()


async def left_for(actor: Actor, hall: UUID) -> int:
    (day,) = [each for each in await appointments.open_days(actor, hall) if each.day == TUESDAY]
    return day.left


async def test_mrs_li_waits_by_telephone_and_is_rung_when_her_share_has_a_place(
    frozen: Callable[[datetime], None],
) -> None:
    frozen(MONDAY)
    chen, hall = await operator(), await open_hall(opening=ONE_EACH)
    wang, zhou = actor_for(await resident(name="王敏")), await resident(name="周强")
    li = await resident(name="李秀兰", notice_by="call")
    for_zhou, for_li = actor_for(chen, helping=zhou), actor_for(chen, helping=li)
    (online,), (phone,) = await slots(hall, TUESDAY, wang), await slots(hall, TUESDAY, for_zhou)
    hers = await appointments.book(wang, wish(hall, online), key="wang-0001")
    his = await appointments.book(for_zhou, wish(hall, phone), key="zhou-0001")

    waits = await appointments.join_line(for_li, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY))
    assert (waits.ahead, waits.state) == (0, "waiting")

    await appointments.cancel(wang, hers.id)
    frozen(MONDAY + 6 * MINUTE)
    await the_worker()
    assert (await appointments.line(for_li, waits.id)).state == "waiting"  # an online place stays online
    assert (await left_for(wang, hall.id), await left_for(for_li, hall.id)) == (1, 0)

    await appointments.cancel(for_zhou, his.id)
    frozen(MONDAY + 12 * MINUTE)
    await the_worker()
    offered = await appointments.line(for_li, waits.id)
    assert offered.state == "offered" and offered.offer is not None
    assert await left_for(for_zhou, hall.id) == 0  # kept for her, nobody else gets it

    (waiting,) = await notifications.waiting(actor_for(chen))
    sheet = await notifications.begin_call(actor_for(chen), waiting.person)
    assert waiting.person == li.id and "9:00" in sheet.messages[0].body
    booked = await appointments.accept_offer(for_li, waits.id)
    await notifications.answer_call(actor_for(chen), sheet.id, CallAnswer(answer="reached"))
    assert (booked.starts_at, booked.channel, booked.number[0]) == (phone.starts_at, "phone", "B")
    assert [each.id for each in (await appointments.mine(actor_for(li))).items] == [booked.id]
    assert await counters_are_true()
