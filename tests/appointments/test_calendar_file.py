"""The calendar file of an appointment, and that three independent readers find the same in it (RFC 5545)."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser

from backend.appointments import service
from backend.appointments.schemas import Appointment, RescheduleRequest
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.appointments.readers import Entry, by_browser, by_icalendar, by_node, by_vobject, has_node
from tests.identity.factories import actor_for, resident, sign_in_as

TUESDAY = date(2026, 11, 24)
ITEM = "LAW001"
Read = Callable[[UUID], Awaitable[Entry]]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


@pytest.fixture
def read(request: pytest.FixtureRequest, client: httpx.AsyncClient) -> Read:
    """The file as the portal hands it out, read by all three; they must agree on every word."""
    chromium: Browser | None = None if has_node() else request.getfixturevalue("browser")

    async def reading(appointment: UUID) -> Entry:
        answer = await client.get(f"/appointments/{appointment}/calendar.ics")
        assert answer.headers["content-type"].partition(";")[0] == "text/calendar"
        first = by_icalendar(answer.content)
        third = await by_browser(chromium, answer.content) if chromium else by_node(answer.content)
        assert first == by_vobject(answer.content) == third
        return first

    return reading


def expected(made: Appointment, *, uid: str, sequence: int, status: str) -> Entry:
    """What a person wants in their calendar: what for, where, when, and to be reminded the evening before."""
    return Entry(
        events=1, method="PUBLISH", uid=uid, sequence=sequence, status=status, starts=made.starts_at,
        ends=made.ends_at, summary=f"{made.number} {made.item_name}", location=f"{made.hall_name} {made.hall_address}",
        alarms=["DISPLAY"], reminders=[timedelta(hours=-15)], words=[made.hall_name],
    )  # fmt: skip


async def test_three_readers_agree_on_a_booked_and_on_a_cancelled_appointment(
    read: Read, client: httpx.AsyncClient
) -> None:
    person = await resident()
    await sign_in_as(client, person)
    hall = await open_hall()
    made = await service.book(actor_for(person), wish(hall, (await slots(hall, TUESDAY))[0], ITEM), key="key-00000")
    booked = await read(made.id)
    assert booked == expected(made, uid=booked.uid, sequence=0, status="CONFIRMED")
    gone = await service.cancel(actor_for(person), made.id)
    cancelled = await read(made.id)
    assert cancelled == expected(gone, uid=booked.uid, sequence=cancelled.sequence, status="CANCELLED")
    assert cancelled.sequence > booked.sequence, "a calendar takes over only what has a higher number"


async def test_an_appointment_that_moves_stays_the_same_entry_of_the_calendar(
    read: Read, client: httpx.AsyncClient
) -> None:
    person = await resident()
    await sign_in_as(client, person)
    actor, hall = actor_for(person), await open_hall()
    first, second, third = (await slots(hall, TUESDAY))[:3]
    made = await service.book(actor, wish(hall, first, ITEM), key="key-00000")
    seen = [await read(made.id)]
    for nth, slot in enumerate((second, third)):
        made = await service.reschedule(actor, made.id, RescheduleRequest(slot=slot.id), key=f"key-0000{nth + 1}")
        seen.append(await read(made.id))
        assert seen[-1] == expected(made, uid=seen[0].uid, sequence=seen[-1].sequence, status="CONFIRMED")
    await service.cancel(actor, made.id)
    seen.append(await read(made.id))
    assert {entry.uid for entry in seen} == {seen[0].uid}, "another UID would leave the old time in the calendar"
    assert [entry.sequence for entry in seen] == sorted({entry.sequence for entry in seen})
    assert [entry.status for entry in seen] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
