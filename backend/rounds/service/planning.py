"""A visit is agreed: where, when about, for what; and a second one where nobody was met."""

from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from backend.appointments.schemas import HomeAppointment
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid, KeyReused
from backend.core.words import N_
from backend.identity import service as identity
from backend.places import service as places
from backend.rounds import access, rules
from backend.rounds.events import VisitPlanned
from backend.rounds.schemas import Visit, VisitRequest, Window
from backend.rounds.sealed import seal, unseal
from backend.rounds.service.showing import shown

PLAN = f"""INSERT INTO rounds_visit (region, id, person_id, item_id, place, phone, day, begins, ends, asked_by, made,
        request, division, further_items, follows, appointment_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (region, request) DO NOTHING RETURNING {access.COLUMNS}"""
SAME = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE region = $1 AND request = $2"
COUNTY = 6  # digits; a longer code names a street or a community
NOT_YOURS = N_("Please choose a place that you work for")
NOT_THEN = {
    "day": N_("A visit can be planned from now until 30 days ahead"),
    "ends": N_("The window is half an hour to four hours long"),
}


class AlreadyPlanned(Conflict):
    """The same errand on the same day."""

    code, title = "visit-already-planned", N_("A visit for this is planned for that day already")


@verb("rounds.plan", N_("Plan a home visit"), *access.PLANNERS)
async def plan(actor: Actor, wanted: VisitRequest, *, key: str) -> Visit:
    """For whoever is being helped. The same key makes one visit."""
    person = actor.person
    region, division = await _where(actor, person, wanted)
    begins, ends = times(wanted.day, wanted.begins, wanted.ends)
    new, request = ids.new(), sha256(f"{actor.acting}:{person}:{key}".encode()).digest()
    columns: tuple[Any, ...] = (
        region, new, person, wanted.item or None, seal(new, "place", wanted.place), seal(new, "phone", wanted.phone),
        wanted.day, begins, ends, actor.acting, clock.now(), request, division,
        [], None, None,
    )  # fmt: skip
    row = await _insert(actor, columns)
    if row is None:
        row = await db.fetchrow(SAME, region, request)
        _same(row, wanted, begins, ends)
    return (await shown(actor, [row]))[0]


async def plan_again(actor: Actor, before: Any, again: Window) -> Any:
    """A second visit for the same errand, in the running transaction; the one before names it once."""
    begins, ends = times(again.day, again.begins, again.ends, within="again")
    new, old = ids.new(), before["id"]
    columns = (
        before["region"], new, before["person_id"], before["item_id"], seal(new, "place", _open(before, "place")),
        seal(new, "phone", _open(before, "phone")), again.day, begins, ends, actor.acting, clock.now(),
        sha256(f"again:{old}".encode()).digest(), before["division"] if len(before["division"]) > COUNTY else None,
        list(before["further_items"]), old, before["appointment_id"],
    )  # fmt: skip
    return await _insert(actor, columns)


async def plan_appointment(actor: Actor, region: str, appointment: UUID, home: HomeAppointment) -> None:
    """The visit of an appointment at home, in the running transaction; once. In the street that the address names, else
    where the person lives; where neither tells, whoever plans the round says it (``locate``)."""
    new, known = ids.new(), (await identity.people([home.person])).get(home.person)
    lives = known.home if known and known.home.startswith(region) and len(known.home) > COUNTY else None
    street = await places.named_in(actor, home.address, region) or lives
    columns = (
        region, new, home.person, home.item or None, seal(new, "place", home.address), None,
        clock.local(home.starts_at).date(), home.starts_at, home.ends_at, home.booked_by, clock.now(),
        sha256(f"appointment:{appointment}".encode()).digest(), street, home.further, None, appointment,
    )  # fmt: skip
    await _insert(actor, columns)


def _same(row: Any, wanted: VisitRequest, begins: datetime, ends: datetime) -> None:
    """Raise when the visit of this key is another one: nobody may believe that a second one was planned."""
    was = row["begins"], row["ends"], row["item_id"] or "", _open(row, "place"), _open(row, "phone")
    if was != (begins, ends, wanted.item, wanted.place, wanted.phone):
        raise KeyReused()


def times(day: date, begins: time, ends: time, *, within: str = "") -> tuple[datetime, datetime]:
    """The window as instants; raises ``Invalid`` for one that cannot be."""
    first, last = clock.at(day, begins), clock.at(day, ends)
    if wrong := rules.window_fits(day, first, last, clock.now(), clock.today()):
        raise Invalid({f"{within}.{wrong}" if within else wrong: NOT_THEN[wrong]})
    return first, last


async def _insert(actor: Actor, columns: tuple[Any, ...]) -> Any:
    region, new, follows = columns[0], columns[1], columns[-2]
    try:
        async with db.transaction():
            row = await db.fetchrow(PLAN, *columns)
            if row is not None:
                await announce(actor, VisitPlanned(region=region, subject=new, follows=follows))
    except asyncpg.UniqueViolationError:
        raise AlreadyPlanned(N_("Cancel that one first, or choose another day.")) from None
    return row


async def _where(actor: Actor, person: UUID, wanted: VisitRequest) -> tuple[str, str | None]:
    """County and, where known, street or community: what was chosen, else what the address names, else where the person
    lives, so that the staff of that place see it; elsewhere the actor's own post."""
    if wanted.division and not actor.covers(wanted.division, *access.PLANNERS):
        raise Invalid({"division": NOT_YOURS})
    known = (await identity.people([person])).get(person)
    home = known.home if known and known.home and actor.covers(known.home, *access.PLANNERS) else ""
    fallback = home or actor.divisions(*access.PLANNERS)[0]
    said = wanted.division or await places.named_in(actor, wanted.place, fallback[:COUNTY])
    place = said if said and actor.covers(said, *access.PLANNERS) else fallback
    return place[:COUNTY], place if len(place) > COUNTY else None


def _open(row: Any, field: str) -> str:
    return unseal(row["id"], field, row[field])
