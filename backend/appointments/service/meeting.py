"""How one meets: at the counter, by phone or video (we ring), at home (上门: we come), or in a session with others."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments.opening_schemas import CounterGroup
from backend.appointments.schemas import BookingRequest, Kind, VideoRoom, services
from backend.appointments.sealed import seal, unseal
from backend.appointments.service import groups, visits
from backend.appointments.service.rooms import RUNG as NO_ROOM
from backend.appointments.service.rooms import rooms_of
from backend.core import clock, db
from backend.core.problems import Conflict, Invalid
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity

RUNG = ("phone", "video")
# Whether all services are done at the counters of a time, whether any counters of the hall do all, and whether the
# visit fits in.
WHY = """SELECT s.group_id, coalesce(s.group_id, s.hall_id) = ANY (d.desks) AS here,
        cardinality(d.desks) > 0 AS somewhere, appointments_run($1, $2, $3) IS NOT NULL AS fits
    FROM appointments_slot s CROSS JOIN LATERAL (SELECT appointments_desks($1, s.hall_id, $3) AS desks) d
    WHERE s.region = $1 AND s.id = $2 AND s.hall_id = $4"""
ADD = """INSERT INTO appointments_visit (region, id, person_id, address, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, id) DO NOTHING"""
FORGET = "DELETE FROM appointments_visit WHERE region = $1 AND id = $2"
ADDRESSES = "SELECT id, address FROM appointments_visit WHERE region = ANY ($1::text[]) AND id = ANY ($2::uuid[])"


class NotHandledHere(Conflict):
    """The counters of this time do not do this service."""

    code, title = "not-handled-here", N_("This time is not for this service")


class NotTogether(Conflict):
    """No counters of the hall do all of these services."""

    code, title = "services-not-together", N_("These are not done at the same counters")


class NotLongEnough(Conflict):
    """The visit is longer than what is open from this time on."""

    code, title = "not-long-enough", N_("From this time on there is not enough time for it")


class NoNumber(Conflict):
    """We would ring, and know no number."""

    code, title = "no-number", N_("We have no number to ring")


class Met(NamedTuple):
    """How one meets for an appointment."""

    kind: Kind = "counter"
    group_name: str = ""
    phone_masked: str = ""
    address: str = ""
    room: VideoRoom = NO_ROOM


AT_THE_COUNTER = Met()


async def of_rows(rows: Sequence[Any]) -> dict[UUID, Met]:
    """What appointments say of how one meets, by id; nothing, and nothing read, for those at the general counters."""
    special = [row for row in rows if row["group_id"]]
    if not special:
        return {}
    known = await groups.known({row["group_id"] for row in special})
    kinds = {row["id"]: _kind(known, row["group_id"]) for row in special}
    people = await identity.people(sorted({row["person_id"] for row in special if kinds[row["id"]] in RUNG}))
    homes = await _addresses([row for row in special if kinds[row["id"]] == "home"])
    addresses = {each: legible("visit", each, "address", sealed) for each, sealed in homes.items()}
    rooms = await rooms_of([row for row in special if kinds[row["id"]] == "video"])
    said: dict[UUID, Met] = {}
    for row in special:
        kind, person = kinds[row["id"]], people.get(row["person_id"])
        name = known[row["group_id"]].name if row["group_id"] in known else ""
        phone = person.phone_masked if person and kind in RUNG else ""
        said[row["id"]] = Met(kind, name, phone, addresses.get(row["id"], ""), rooms.get(row["id"], NO_ROOM))
    return said


async def explain(region: str, wanted: BookingRequest) -> None:
    """Raise why a time that is there could not be taken; return when there is no such time at all."""
    items = services(wanted.item, wanted.items)
    row = await db.fetchrow(WHY, region, wanted.slot, items, wanted.hall)
    if row is None:
        return
    back = visits.query(wanted.hall, items)
    kind = _kind(await groups.known([row["group_id"]] if row["group_id"] else []), row["group_id"])
    if len(items) > 1 and not row["somewhere"]:
        raise NotTogether(
            N_("Book them one after the other: each has its own counters."),
            next_step=(visits.query(wanted.hall, items[:1]), N_("Begin with the first")),
        )
    if not row["here"]:
        raise NotHandledHere(
            N_("Other counters do it. The page shows the right times."), next_step=(back, N_("See the right times"))
        )
    if not row["fits"]:
        raise NotLongEnough(
            N_("The counters close before it would be done. The page shows the times that are long enough."),
            next_step=(back, N_("See the right times")),
        )
    if kind == "home" and not wanted.address:
        raise Invalid({"address": N_("Please say where we are to come")})
    if kind in RUNG:
        raise NoNumber(
            N_("Add a mobile number first, or choose a time at the counter."), next_step=(back, N_("See other times"))
        )


async def kind_of(row: Any) -> Kind:
    """How one meets for an appointment."""
    return _kind(await groups.known([row["group_id"]]), row["group_id"]) if row["group_id"] else "counter"


async def address_of(row: Any) -> str:
    """Where we are to come for an appointment; empty for all others."""
    return await remembered(row) if row["group_id"] else ""


async def keep(row: Any, address: str) -> None:
    """Keep where we are to come with a booking just made, in the running transaction; only for times at home."""
    if not address or row["group_id"] is None:
        return
    if _kind(await groups.known([row["group_id"]]), row["group_id"]) == "home":
        await db.execute(ADD, row["region"], row["id"], row["person_id"], seal(row["id"], address), clock.now())


async def remember(region: str, wait: UUID, person: UUID, address: str) -> None:
    """Keep where we are to come for somebody in line, so that a visit at home can be offered."""
    await db.execute(ADD, region, wait, person, seal(wait, address), clock.now())


async def remembered(row: Any) -> str:
    """Where we are to come for somebody in line; empty where nobody asked."""
    sealed = (await _addresses([row])).get(row["id"])
    return unseal(row["id"], sealed) if sealed else ""


async def forget(row: Any) -> None:
    """The line has ended: an appointment keeps its own address."""
    await db.execute(FORGET, row["region"], row["id"])


async def _addresses(rows: Sequence[Any]) -> dict[UUID, bytes]:
    if not rows:
        return {}
    found = await db.fetch(ADDRESSES, sorted({row["region"] for row in rows}), [row["id"] for row in rows])
    return {row["id"]: row["address"] for row in found}


def _kind(known: dict[UUID, CounterGroup], group: UUID | None) -> Kind:
    return known[group].kind if group in known else "counter"
