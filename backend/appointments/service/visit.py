"""The day at the hall: who is expected, who came."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from backend.appointments import access
from backend.appointments.events import AppointmentMissed
from backend.appointments.schemas import DayLine
from backend.appointments.service import meeting
from backend.appointments.service.meeting import Met
from backend.appointments.service.reading import item_names, said
from backend.core import clock, db, trail
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.places import service as places

# More than a day at the largest hall: a list that ended early would leave people out, and nobody would see it.
DAY = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE region = $1 AND hall_id = $2 AND starts_at >= $3 AND starts_at < $4
        AND state IN ('booked', 'attended', 'missed')
    ORDER BY starts_at, number LIMIT 3000"""
MISSED = """UPDATE appointments_appointment SET state = 'missed', ended_at = $1
    WHERE (region, id) IN (SELECT region, id FROM appointments_appointment
        WHERE state = 'booked' AND ends_at < $2 AND NOT EXISTS (SELECT 1 FROM appointments_visit v
            WHERE v.region = appointments_appointment.region AND v.id = appointments_appointment.id)
        ORDER BY ends_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
    RETURNING region, id"""
MISSING = Actor.system("close the past")
REMEMBERED = timedelta(days=1100)  # day lists are for running the hall: three years back, and nothing absurd
GRACE = timedelta(hours=2)  # clerks may check people in after the end of their slot


@verb("appointments.hall_day", N_("See who is expected at a hall"), *access.HALL_STAFF)
async def hall_day(actor: Actor, hall: UUID, day: date) -> list[DayLine]:
    """The day list of a hall that the actor's post covers. Each person on it can see that it was read."""
    known = await places.hall(actor, hall)
    if not actor.covers(known.seat, *access.HALL_STAFF) or abs(day - clock.today()) > REMEMBERED:
        raise NotFound()
    begin, end = clock.at(day, time.min), clock.at(day + timedelta(days=1), time.min)
    rows = await db.fetch(DAY, known.region, hall, begin, end)
    people = await identity.people_seen(actor, [row["person_id"] for row in rows])
    names = await item_names(rows)
    purpose = N_("Preparing the day at the hall")
    await trail.viewed_all(
        actor,
        region=known.region,
        people=sorted({row["person_id"] for row in rows}),
        what="appointment",
        purpose=purpose,
    )
    met = await meeting.of_rows(rows)
    how = [met.get(row["id"], meeting.AT_THE_COUNTER) for row in rows]
    numbers = await _to_ring(day, rows, met, people)
    return [
        DayLine(
            id=row["id"], number=row["number"], starts_at=row["starts_at"], state=row["state"], pool=row["pool"],
            person=row["person_id"], name=people[row["person_id"]].name if row["person_id"] in people else "",
            item_name=said(row, names)["item_name"], units=row["units"], kind=each.kind, video=each.room.address,
            ring=each.room.ring, phone=numbers.get(row["id"], ""),
        )
        for row, each in zip(rows, how, strict=True)
    ]  # fmt: skip


async def _to_ring(
    day: date, rows: list[Any], met: dict[UUID, Met], people: dict[UUID, PersonSummary]
) -> dict[UUID, str]:
    """The numbers that the hall rings today, by appointment: by phone, and by video where the picture fails."""
    asked = {row["id"]: row["person_id"] for row in rows if row["state"] == "booked" and _rings(met.get(row["id"]))}
    if day != clock.today() or not asked:
        return {}
    whole = await identity.numbers_seen([people[each] for each in set(asked.values()) if each in people])
    return {row_id: whole[person] for row_id, person in asked.items() if person in whole}


def _rings(how: Met | None) -> bool:
    return how is not None and how.kind in meeting.RUNG


async def mark_missed() -> int:
    """Appointments that ended two hours ago without check-in become ``missed``; at most a thousand at a time.

    Not those at home: there we come, and whoever went says how it was.
    """
    now = clock.now()
    async with db.transaction():
        rows = await db.fetch(MISSED, now, now - GRACE)
        for row in rows:
            await announce(MISSING, AppointmentMissed(region=row["region"], subject=row["id"]))
    return len(rows)
