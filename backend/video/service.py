"""The verbs of video meetings; the only writer of their tables."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.schemas import VideoAsked, VideoRoom
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.places import service as places
from backend.settings import settings
from backend.video import rules
from backend.video.events import MeetingSet, RingInstead
from backend.video.schemas import MeetingRequest, MeetingView, VideoHeld
from backend.video.sealed import seal

MANAGERS = ("manager", "city")
ADDRESS = "SELECT address FROM video_meeting WHERE region = $1 AND id = $2"
ADDRESSES = "SELECT id, address FROM video_meeting WHERE id = ANY($1::uuid[])"
SET = """INSERT INTO video_meeting (region, id, address, changed, changed_by) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, id) DO UPDATE SET address = excluded.address, changed = excluded.changed,
        changed_by = excluded.changed_by"""
REMOVE = "DELETE FROM video_meeting WHERE region = $1 AND id = $2"
ROOMS = "SELECT id, room, ring FROM video_room WHERE region = ANY($1::text[]) AND id = ANY($2::uuid[])"
# Of two who look at once both see the one room.
MAKE = """INSERT INTO video_room (region, id, person_id, room, made) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, id) DO UPDATE SET room = coalesce(video_room.room, excluded.room) RETURNING room"""
RING = """INSERT INTO video_room (region, id, person_id, made, ring) VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (region, id) DO UPDATE SET ring = excluded.ring WHERE video_room.ring IS NULL RETURNING id"""
OF_PERSON = "SELECT made, ring FROM video_room WHERE person_id = $1 ORDER BY made DESC LIMIT 1000"


class NotByVideo(Conflict):
    """The appointment is over, was given back, or is not by video."""

    code, title = "not-by-video", N_("This appointment is not by video")


@verb("video.meeting", N_("See where a hall meets by video"), *MANAGERS)
async def meeting(actor: Actor, hall: UUID, group: UUID) -> MeetingView:
    """The address template of a group of the hall; empty where the hall rings."""
    region = await _group(actor, hall, group)
    return MeetingView(
        address=await db.fetchval(ADDRESS, region, group) or "", hosts=rules.hosts(settings().video_hosts)
    )


@verb("video.set_meeting", N_("Say where a hall meets by video"), *MANAGERS)
async def set_meeting(actor: Actor, hall: UUID, group: UUID, wanted: MeetingRequest) -> None:
    """For all appointments of the group that have not begun; rooms keep their names."""
    region = await _group(actor, hall, group)
    if wanted.address and not rules.allowed(wanted.address, rules.hosts(settings().video_hosts)):
        raise Invalid({"address": N_("An address like https://host/*, on one of the hosts that are allowed")})
    async with db.transaction():
        if wanted.address:
            await db.execute(SET, region, group, wanted.address, clock.now(), actor.acting)
        else:
            await db.execute(REMOVE, region, group)
        await announce(actor, MeetingSet(region=region, subject=group, there=bool(wanted.address)))


@verb(
    "video.ring_instead", N_("Ask to be rung instead of meeting by video"),
    "resident", "operator", "clerk", "grid", "volunteer", scope="appointments",
)  # fmt: skip
async def ring_instead(actor: Actor, appointment: UUID) -> None:
    """改打电话, one tap; twice is once. The hall sees it in its day list."""
    found = await appointments.get(actor, appointment)
    if found.kind != "video" or not found.live or found.ends_at <= clock.now():
        raise NotByVideo(next_step=("/appointments", N_("See my appointments")))
    async with db.transaction():
        if await db.fetchval(RING, found.region, appointment, actor.person, clock.now()) is not None:
            await announce(actor, RingInstead(region=found.region, subject=appointment))


async def rooms(asked: Sequence[VideoAsked]) -> dict[UUID, VideoRoom]:
    """The rooms of appointments whose group meets by video somewhere; the address only while one can enter."""
    there = {row["id"]: row["address"] for row in await db.fetch(ADDRESSES, sorted({each.group for each in asked}))}
    known = {
        row["id"]: row
        for row in await db.fetch(ROOMS, sorted({each.region for each in asked}), [each.id for each in asked])
    }
    now, allow, found = clock.now(), rules.hosts(settings().video_hosts), {}
    for each in asked:
        row, template = known.get(each.id), there.get(each.group, "")
        enters = rules.allowed(template, allow)  # a host may have been taken off the list since
        address = ""
        if enters and each.live and rules.is_open(each.starts_at, each.ends_at, now):
            room = await _room(each, row["room"] if row else None)
            address = rules.entered(template, room) if room else ""
        ring = row is not None and row["ring"] is not None
        found[each.id] = VideoRoom(opens_at=rules.opens(each.starts_at) if enters else None, address=address, ring=ring)
    return found


async def held(person: UUID) -> list[VideoHeld]:
    """For the person's own export."""
    return [VideoHeld(made=row["made"], ring=row["ring"]) for row in await db.fetch(OF_PERSON, person)]


async def _room(asked: VideoAsked, known: bytes | None) -> str:
    sealed = known or await db.fetchval(
        MAKE, asked.region, asked.id, asked.person, seal(asked.id, secrets.token_hex(16)), clock.now()
    )
    return legible("video", asked.id, "room", sealed)


async def _group(actor: Actor, hall: UUID, group: UUID) -> str:
    """The region of a video group of a hall that the manager's post covers."""
    known = await places.hall(actor, hall)
    groups = {each.id: each for each in await appointments.groups_of(actor, hall)}
    if not actor.covers(known.seat, *MANAGERS) or group not in groups or groups[group].kind != "video":
        raise NotFound()
    return known.region


appointments.use_rooms(rooms)
