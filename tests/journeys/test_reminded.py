"""Two people are reminded: one by text, who answers 2; one with nothing but a neighbour, whom somebody goes to see.

Told through the verbs and the gateway's protocol with the clock moved, not in a browser: nothing here is a page.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.appointments import service as appointments
from backend.core import clock, db, events, ids
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.notifications.schemas import CallAnswer
from tests.appointments.factories import open_hall, slots, wish
from tests.identity.factories import actor_for, clerk, operator, resident, staff

MONDAY = clock.at(date(2026, 11, 23), datetime(2026, 1, 1, 9).time())
FRIDAY = date(2026, 11, 27)
Frozen = Callable[[datetime], None]


async def an_hour(frozen: Frozen, at: datetime) -> None:
    """What the worker does in the hour that begins now."""
    frozen(at)
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass
    await notifications.run_plans()
    await notifications.advance()
    await notifications.deliver()


async def live(frozen: Frozen, start: datetime, until: datetime) -> None:
    """Time goes by; the worker looks twice a day, and at the end."""
    while start < until:
        start = min(start + timedelta(hours=12), until)
        await an_hour(frozen, start)


async def phone_book(person: PersonSummary) -> list[dict[str, Any]]:
    """What the gateway was given for this person, the first one first."""
    sql = """SELECT d.id, m.template, d.channel FROM notifications_delivery d
        JOIN notifications_message m ON m.region = d.region AND m.id = d.message
        WHERE d.person = $1 AND d.sent_at IS NOT NULL ORDER BY d.id"""
    return [dict(row) for row in await db.fetch(sql, person.id)]


async def booked(frozen: Frozen, person: PersonSummary, post: Any) -> tuple[UUID, datetime]:
    helping = actor_for(post, helping=person)
    hall = await open_hall()
    slot = next(each for each in await slots(hall, FRIDAY, helping) if clock.local(each.starts_at).hour == 10)
    made = await appointments.book(helping, wish(hall, slot), key=str(ids.new()))
    await an_hour(frozen, clock.now())
    return made.id, made.starts_at


@pytest.fixture
def monday(frozen: Frozen) -> None:
    frozen(MONDAY)


async def test_a_text_two_days_before_is_answered_with_2_and_the_place_is_free(monday: None, frozen: Frozen) -> None:
    li, chen = await resident(name="李秀兰"), await operator()
    row_id, starts = await booked(frozen, li, chen)
    await live(frozen, MONDAY, starts - timedelta(hours=47))
    sent = await phone_book(li)
    assert [each["template"] for each in sent] == ["appointment-booked", "appointment-in-two-days"]
    await notifications.play(sent[-1]["id"], "delivered")
    await notifications.play(sent[-1]["id"], "received", "2")
    assert (await appointments.get(actor_for(li), row_id)).state == "cancelled"
    await live(frozen, starts - timedelta(hours=47), starts)
    said = [each["template"] for each in await phone_book(li)]
    assert said[2:] == ["appointment-cancelled"], "no second reminder of what was given back"


async def test_who_has_nothing_but_a_neighbour_is_visited_and_comes(monday: None, frozen: Frozen) -> None:
    han, liu, grid = await resident(name="韩德山", phone=""), await clerk(), await staff("grid")
    row_id, starts = await booked(frozen, han, liu)
    await live(frozen, MONDAY, starts - timedelta(hours=47))
    assert await phone_book(han) == [], "no machine reaches him"
    (line,) = await notifications.waiting(actor_for(grid))
    assert (line.person, line.door, line.messages) == (han.id, True, 2)
    sheet = await notifications.begin_call(actor_for(grid), han.id)
    assert any("来请回复1" in each.body or "Answer 1" in each.body for each in sheet.messages)
    await notifications.answer_call(actor_for(grid), sheet.id, CallAnswer(answer="reached"))
    await live(frozen, starts - timedelta(hours=47), starts - timedelta(hours=1))
    (again,) = await notifications.waiting(actor_for(grid))
    assert again.messages == 1, "the second reminder, for somebody who lives near"
    assert (await appointments.get(actor_for(han), row_id)).state == "booked"
    await an_hour(frozen, starts)
    assert await notifications.waiting(actor_for(grid)) == [], "nobody knocks about what has begun"
