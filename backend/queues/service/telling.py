"""快到您了: whoever is third in line or nearer is told once, so that nobody has to stare at the screen."""

from datetime import timedelta
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.queues import rules
from backend.queues.service.reading import streak_of

TELLING = Actor.system("tell who is soon")
NEAR = 3  # places from the front of the line
MATTERS = timedelta(minutes=20)  # about three visits; later it would mislead. A silent channel has a quarter of it
SOON = Template(
    id="ticket-soon",
    title=N_("It is nearly your turn"),
    text=N_("Number {number} at {hall}: people before you: {n}. Please come near the counters now."),
    spoken=True,
)
LINE = """SELECT id, kind, since, due, passed, person_id IS NOT NULL AND told IS NULL AS untold FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state = 'waiting'"""
MARK = """UPDATE queues_ticket SET told = $3
    WHERE region = $1 AND id = ANY($2::uuid[]) AND told IS NULL AND person_id IS NOT NULL AND state = 'waiting'
    RETURNING id, number, person_id"""


async def not_soon_any_more(ticket: UUID) -> None:
    """Called, or out of the line: "nearly your turn" must not come after that."""
    await notifications.call_off(TELLING, ticket, [SOON.id])


async def tell_who_is_soon(region: str, hall: UUID) -> None:
    """Tell those at the front of today's line who have not been told; a repeat tells nobody twice."""
    today, now = clock.today(), clock.now()
    rows = await db.fetch(LINE, region, hall, today)
    if not any(row["untold"] for row in rows):
        return
    waiting = [rules.Waiting(row["id"], row["kind"], row["since"], row["due"], row["passed"]) for row in rows]
    streak = await streak_of(region, hall, today)
    front = {each.id: nth for nth, each in enumerate(rules.order(waiting, streak, now)[:NEAR])}
    if not any(row["untold"] for row in rows if row["id"] in front):
        return
    marked = await db.fetch(MARK, region, list(front), now)
    people = await identity.people([row["person_id"] for row in marked])
    name = (await places.hall(TELLING, hall)).name
    for row in marked:
        person = people.get(row["person_id"])
        if person is None or (not (person.phone_masked and person.notice_by == "call") and await _too_late(person)):
            continue
        values = {"number": row["number"], "hall": name, "n": str(front[row["id"]])}
        once = f"{SOON.id}:{row['id']}"
        await identity.tell(TELLING, person.id, SOON, values, about=row["id"], once=once, expires=now + MATTERS)


async def _too_late(person: PersonSummary) -> bool:
    """A letter, or somebody who goes there, arrives when it is over."""
    return await notifications.by_person(person.id, person.phone_masked, person.notice_by)
