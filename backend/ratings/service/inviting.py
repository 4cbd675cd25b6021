"""Asking once how it was: after the counter is done, some hours after an appointment, or after we came home."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.appointments import service as appointments
from backend.core import clock, crypto, db, ids
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.queues import service as queues
from backend.ratings import rules
from backend.ratings.access import token_hash
from backend.rounds import service as rounds
from backend.settings import settings

ASKING = Actor.system("ask how a visit was")
ASK = Template(
    id="rate-visit",
    machines=True,  # the link opens the visit to whoever holds it
    title=N_("How was your visit?"),
    next=("/ratings/{about}", N_("Rate the visit")),
    text=N_("How was your visit to {hall} on {date}? It takes a minute, without signing in: {link}"),
)
ASK_AT_HOME = Template(
    id="rate-home-visit",
    machines=True,
    title=N_("How was our visit at your home?"),
    next=("/ratings/{about}", N_("Rate the visit")),
    text=N_("We were with you on {date}. How was it? It takes a minute, without signing in: {link}"),
)
# The appointment's row may be there already: its person checked in before being served.
DONE = """INSERT INTO ratings_visit (region, id, hall_id, ticket_id, appointment_id, person_id, staff, number,
        happened_at, invite_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
    ON CONFLICT (region, appointment_id) WHERE appointment_id IS NOT NULL DO UPDATE
        SET ticket_id = excluded.ticket_id, staff = excluded.staff, number = excluded.number,
            happened_at = excluded.happened_at
        WHERE ratings_visit.ticket_id IS NULL
    RETURNING region, id, hall_id, person_id, happened_at, invited_at"""
KNOWN = "SELECT 1 FROM ratings_visit WHERE region = $1 AND ticket_id = $2"
KEPT = """INSERT INTO ratings_visit (region, id, hall_id, appointment_id, person_id, number, happened_at, invite_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"""
AT_HOME = """INSERT INTO ratings_visit (region, id, hall_id, home_visit_id, person_id, staff, number, happened_at,
        invite_at) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8) ON CONFLICT DO NOTHING"""
DUE = """SELECT region, id, hall_id, person_id, happened_at, invited_at, appointment_id, home_visit_id
    FROM ratings_visit WHERE invited_at IS NULL AND invite_at <= $1
    ORDER BY invite_at LIMIT 500 FOR UPDATE SKIP LOCKED"""
INVITED = "UPDATE ratings_visit SET invited_at = $3 WHERE region = $1 AND id = $2"
LINK = """INSERT INTO ratings_link (region, id, visit_id, token_hash, expires) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, token_hash) DO NOTHING"""


async def ticket_done(region: str, ticket: UUID) -> None:
    """A finished errand can be rated: by its slip, and by a link when we know whose it was. A repeat asks nobody."""
    done = await queues.finished(region, ticket)
    if done is None or await db.fetchval(KNOWN, region, ticket):
        return
    row = await db.fetchrow(
        DONE, region, ids.new(), done.hall, ticket, done.appointment, done.person, done.staff, done.number, done.ended
    )
    if row is not None:
        await _link(row, done.slip)
        await _invite(row)


async def appointment_kept(region: str, appointment: UUID) -> None:
    """Whoever came will be asked, unless the counter does it first."""
    came = await appointments.kept(region, appointment)
    if came is not None:
        later = max(clock.now(), came.starts_at) + rules.AFTER_TIME
        await db.execute(
            KEPT, region, ids.new(), came.hall, appointment, came.person, came.number, came.starts_at, later
        )


async def came_home(region: str, home_visit: UUID) -> None:
    """A visit at home that no appointment stands for: the person will be asked, the county's hall answers."""
    visit = await rounds.met(region, home_visit)
    if visit is None or visit.appointment is not None:
        return
    halls = (await places.halls(ASKING, division=region, level="county", limit=1)).items
    if not halls:
        return
    await db.execute(
        AT_HOME, region, ids.new(), halls[0].id, home_visit, visit.person, visit.staff, visit.begins,
        clock.now() + rules.AFTER_TIME,
    )  # fmt: skip


@verb("ratings.invite_due", N_("Ask how visits were"), "system")
async def invite_due(actor: Actor) -> int:
    """Ask those whose appointment is long over; at most five hundred at a time."""
    async with db.transaction():
        rows = await db.fetch(DUE, clock.now())
        for row in rows:
            await _invite(row, at_home=await _was_at_home(row))
    return len(rows)


async def new_link(region: str, visit: UUID) -> str:
    """An address that opens the visit for thirty days. The token is in the message only; we keep its hash."""
    token = crypto.token()
    await _link({"region": region, "id": visit}, token_hash(token))
    return f"{settings().public_url.rstrip('/')}/r/{token}"


async def _was_at_home(row: Any) -> bool:
    if row["home_visit_id"] is not None:
        return True
    appointment = row["appointment_id"]
    return appointment is not None and await appointments.at_home(row["region"], appointment) is not None


async def _invite(row: Any, *, at_home: bool = False) -> None:
    if row["invited_at"] is not None:
        return
    await db.execute(INVITED, row["region"], row["id"], clock.now())
    if row["person_id"] is None:
        return
    person = (await identity.people([row["person_id"]])).get(row["person_id"])
    if person is None:
        return
    by_person = await notifications.by_person(person.id, person.phone_masked, person.notice_by)
    if by_person and not (at_home and person.notice_by == "letter"):
        # The slip, an operator and the list on 我的 are there; a call or letter for this would be a nuisance. Whom we
        # came to has no slip, so a letter brings the link.
        return
    values, template = await words_of(row["hall_id"], row["happened_at"]), ASK_AT_HOME if at_home else ASK
    values["link"] = await new_link(row["region"], row["id"])
    await identity.tell(ASKING, person.id, template, values, about=row["id"], once=f"{ASK.id}:{row['id']}")


async def words_of(hall_id: UUID, happened_at: datetime) -> dict[str, str]:
    """What every message says of a visit."""
    hall = await places.hall(ASKING, hall_id)
    return {"hall": hall.name, "date": clock.local(happened_at).date().isoformat()}


async def _link(row: Any, hashed: bytes) -> None:
    await db.execute(LINK, row["region"], ids.new(), row["id"], hashed, clock.now() + rules.OPEN_FOR)
