"""How one meets: at the counter, by phone or video (we ring), at home (上门: we come), or in a session with others."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments.opening_schemas import CounterGroup
from backend.appointments.schemas import BookingRequest, Kind, VideoRoom
from backend.appointments.sealed import seal, unseal
from backend.appointments.service import groups
from backend.appointments.service.rooms import RUNG as NO_ROOM
from backend.appointments.service.rooms import rooms_of
from backend.core import clock, db
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.identity import service as identity

RUNG = ("phone", "video")
WHY = """SELECT s.group_id, appointments_suits($1, $2, $3) AS suits FROM appointments_slot s
    WHERE s.region = $1 AND s.id = $2"""
ADD = """INSERT INTO appointments_visit (region, id, person_id, address, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, id) DO NOTHING"""
ADDRESSES = "SELECT id, address FROM appointments_visit WHERE region = ANY ($1::text[]) AND id = ANY ($2::uuid[])"


class NotHandledHere(Conflict):
    """The counters of this time do not do this service, or the time is shorter than it needs."""

    code, title = "not-handled-here", N_("This time is not for this service")


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
    addresses = await _addresses([row for row in special if kinds[row["id"]] == "home"])
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
    row = await db.fetchrow(WHY, region, wanted.slot, wanted.item or None)
    if row is None:
        return
    back = f"/appointments/new?hall={wanted.hall}" + (f"&item={wanted.item}" if wanted.item else "")
    kind = _kind(await groups.known([row["group_id"]] if row["group_id"] else []), row["group_id"])
    if not row["suits"]:
        raise NotHandledHere(
            N_("Other counters do it, or it takes longer than this time. The page shows the right times."),
            next_step=(back, N_("See the right times")),
        )
    if kind == "home" and not wanted.address:
        raise Invalid({"address": N_("Please say where we are to come")})
    if kind in RUNG:
        raise NoNumber(
            N_("Add a mobile number first, or choose a time at the counter."), next_step=(back, N_("See other times"))
        )


async def address_of(row: Any) -> str:
    """Where we are to come for an appointment; empty for all others."""
    return (await _addresses([row])).get(row["id"], "") if row["group_id"] else ""


async def keep(row: Any, address: str) -> None:
    """Keep where we are to come with a booking just made, in the running transaction; only for times at home."""
    if not address or row["group_id"] is None:
        return
    if _kind(await groups.known([row["group_id"]]), row["group_id"]) == "home":
        await db.execute(ADD, row["region"], row["id"], row["person_id"], seal(row["id"], address), clock.now())


async def _addresses(rows: Sequence[Any]) -> dict[UUID, str]:
    if not rows:
        return {}
    found = await db.fetch(ADDRESSES, sorted({row["region"] for row in rows}), [row["id"] for row in rows])
    return {row["id"]: unseal(row["id"], row["address"]) for row in found}


def _kind(known: dict[UUID, CounterGroup], group: UUID | None) -> Kind:
    return known[group].kind if group in known else "counter"
