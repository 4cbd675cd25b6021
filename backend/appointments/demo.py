"""The demonstration world of appointments: halls that open, a few people with places, and any amount of history.

Hours of the listed halls are as publicly listed; how many people a time takes is invented, and so is every booking.
History follows the arrival curve in ``data/arrival_profile.json`` and the working calendar, reproducible by seed.
"""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.appointments import rules, service
from backend.appointments.schemas import BookingRequest, Opening, OpenSlot
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import Conflict
from backend.identity import service as identity
from backend.places import service as places
from backend.places.schemas import Hall

ORDER = 30
SYSTEM = Actor.system("demonstration")
WEEK = [1, 2, 3, 4, 5]
NANGANG = "230103"
PEOPLE = 200
A_DAY = 100  # bookings of one hall on one day of history, about
OUTCOMES = (("attended", 0.88), ("missed", 0.07), ("cancelled", 0.05))
SLOT = ("region", "id", "hall_id", "day", "ordinal", "starts_at", "ends_at", "state")
SHARE = ("region", "slot_id", "pool", "capacity", "taken", "issued")
APPOINTMENT = (
    "region", "id", "slot_id", "hall_id", "item_id", "person_id", "pool", "number", "code", "state", "starts_at",
    "ends_at", "acting", "basis", "channel", "created_at", "ended_at", "request", "request_hash",
)  # fmt: skip
LETTERS = {
    "online": ("A", "web"), "phone": ("B", "phone"), "counter": ("C", "counter"), "kiosk": ("K", "kiosk"),
    "helper": ("H", "field"),
}  # fmt: skip
ITEMS = ("LAW001", "LAW002", "LAW004", None)


async def world() -> None:
    """Opening rules for the halls, and the bookings that the personas show; safe to repeat."""
    halls = await _halls()
    for hall in halls:
        if not await service.rules_of(SYSTEM, hall.id):
            opens, closes = hall.known_hours or (time(8, 30), time(16, 30))
            opening = Opening(weekdays=WEEK, opens=opens, closes=closes, minutes=30, capacity=10)
            source = "listed" if hall.known_hours else "demonstration"
            await service.set_rule(SYSTEM, hall.id, opening, source=source)
    await service.open_slots_ahead()
    home = next(hall for hall in halls if hall.region == NANGANG and hall.level == "county")
    personas = {each.slug: each.actor for each in identity.PERSONAS}
    await _book(personas["zhao-yiming"], home, 1, 3, "LAW002", "LAW004")  # two things in one visit
    await _book(personas["li-xiulan"], home, 2, 1)
    people = [person for person, _ in await identity.demo_people(PEOPLE)]
    await _fill(home, 3, people, leave=0)
    await _fill(home, 4, people, leave=5)


async def populate(scale: int, seed: int, report: Callable[[int, int], None]) -> None:
    """Make ``scale`` past appointments by COPY, a hall's day at a time, going back as far as needed; then the coming
    days, as far as there are people."""
    people = [person for person, _ in await identity.demo_people(max(1000, scale // 10))]
    halls = await _all_county_halls()
    made, day = 0, clock.today()
    chance = random.Random(seed)
    while made < scale:
        day -= timedelta(days=1)
        if day.isoweekday() <= 5:
            async with db.transaction(gucs={"statement_timeout": "10min"}):
                made += await _day(chance, halls, day, people, scale - made)
            report(min(made, scale), scale)
    await db.execute(COUNTED)
    await _ahead(chance, people)


async def _ahead(chance: random.Random, people: list[UUID]) -> None:
    """Take places of the coming days, the nearer the fuller; nobody gets two, so every rule of booking holds."""
    busy = {row["person_id"] for row in await db.fetch(BUSY)}
    crowd = iter([person for person in people if person not in busy])
    now, rows, counts = clock.now(), [], []
    for free in await db.fetch(UNTOUCHED, now + timedelta(days=1)):
        near = max(0.15, 0.85 - 0.06 * (free["starts_at"] - now).days)
        places = [person for _, person in zip(range(round(free["capacity"] * near)), crowd, strict=False)]
        for number, person in enumerate(places, 1):
            rows.append(_booked(chance, free, number, person, now))
        if places:
            counts.append((free["region"], free["slot_id"], free["pool"], len(places)))
    async with db.transaction(gucs={"statement_timeout": "10min"}):
        await db.executemany(TAKEN, counts)
        await db.copy_records("appointments_appointment", APPOINTMENT, rows)


# So much has just come that plans from before it go through all shares once for each slot: 25 s instead of a moment.
COUNTED = "ANALYZE appointments_slot, appointments_share, appointments_appointment"
BUSY = "SELECT DISTINCT person_id FROM appointments_appointment WHERE state = 'booked'"
UNTOUCHED = """SELECT h.region, h.slot_id, h.pool, h.capacity, s.hall_id, s.ordinal, s.starts_at, s.ends_at
    FROM appointments_share h JOIN appointments_slot s ON s.region = h.region AND s.id = h.slot_id
    WHERE s.state = 'open' AND s.starts_at > $1 AND h.issued = 0 AND h.taken = 0
    ORDER BY s.starts_at, h.region, s.hall_id, h.pool"""
TAKEN = """UPDATE appointments_share SET taken = $4, issued = $4
    WHERE region = $1 AND slot_id = $2 AND pool = $3 AND issued = 0 AND taken = 0"""


def _booked(chance: random.Random, free: Any, number: int, person: UUID, now: datetime) -> tuple[Any, ...]:
    row = _id(chance)
    letter, channel = LETTERS[free["pool"]]
    return (
        free["region"], row, free["slot_id"], free["hall_id"], chance.choice(ITEMS), person, free["pool"],
        f"{letter}{free['ordinal']:02d}{number:02d}", f"{chance.randrange(10**6):06d}", "booked", free["starts_at"],
        free["ends_at"], person, "self", channel, now - timedelta(minutes=chance.randrange(1, 10_000)), None, row.bytes,
        row.bytes,
    )  # fmt: skip


async def _day(chance: random.Random, halls: list[Hall], day: date, people: list[UUID], most: int) -> int:
    """One day of history in all halls that have no slots on it yet; returns the number of appointments."""
    taken = {row["hall_id"] for row in await db.fetch("SELECT hall_id FROM appointments_slot WHERE day = $1", day)}
    slots: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for hall in halls:
        if hall.id not in taken and len(rows) < most:
            for booking in islice(_hall_day(chance, hall, day, people, slots, shares), most - len(rows)):
                rows.append(booking)
    await db.copy_records("appointments_slot", SLOT, slots)
    await db.copy_records("appointments_share", SHARE, shares)
    await db.copy_records("appointments_appointment", APPOINTMENT, rows)
    last = slots[-20:]
    await db.execute(RECOUNT, [slot[0] for slot in last], [slot[1] for slot in last])
    return len(rows)


# The last hall of a run may have been cut off in the middle of a slot.
RECOUNT = """UPDATE appointments_share h SET taken = (SELECT count(*) FROM appointments_appointment a
        WHERE a.region = h.region AND a.slot_id = h.slot_id AND a.pool = h.pool AND a.state <> 'cancelled')
    WHERE (h.region, h.slot_id) IN (SELECT region, slot FROM unnest($1::text[], $2::uuid[]) AS last (region, slot))"""


def _hall_day(
    chance: random.Random, hall: Hall, day: date, people: list[UUID],
    slots: list[tuple[Any, ...]], shares: list[tuple[Any, ...]],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    times = list(rules.slots_of(time(8, 30), time(16, 30), 30))
    curve = [_weight(begin.hour) for begin, _ in times]
    for ordinal, ((begin, end), weight) in enumerate(zip(times, curve, strict=True), 1):
        slot, starts, ends = _id(chance), clock.at(day, begin), clock.at(day, end)
        slots.append((hall.region, slot, hall.id, day, ordinal, starts, ends, "open"))
        came = round(A_DAY * weight / sum(curve) * chance.uniform(0.7, 1.3))
        for pool, part in rules.shares(came).items():
            outcomes = chance.choices([o for o, _ in OUTCOMES], [w for _, w in OUTCOMES], k=part)
            live = part - outcomes.count("cancelled")
            shares.append((hall.region, slot, pool, live + 2, live, part))
            for number, outcome in enumerate(outcomes, 1):
                yield _past(chance, hall, slot, pool, ordinal, number, outcome, starts, ends, people)


def _past(
    chance: random.Random, hall: Hall, slot: UUID, pool: str, ordinal: int, number: int, outcome: str,
    starts: datetime, ends: datetime, people: list[UUID],
) -> tuple[Any, ...]:  # fmt: skip
    person, row = chance.choice(people), _id(chance)
    letter, channel = LETTERS[pool]
    booked = starts - timedelta(hours=chance.randrange(2, 200))
    return (
        hall.region, row, slot, hall.id, chance.choice(ITEMS), person, pool, f"{letter}{ordinal:02d}{number:02d}",
        f"{chance.randrange(10**6):06d}", outcome, starts, ends, person, "self", channel, booked, ends, row.bytes,
        row.bytes,
    )  # fmt: skip


async def _book(actor: Actor, hall: Hall, ahead: int, nth: int, *items: str) -> None:
    """A persona's place some open days ahead; one that they have already is enough."""
    if await service.next_for(actor) is None:
        slots = await _slots(hall, ahead, *items)
        free = [slot for slot in slots[nth:] if slot.left > 0]
        if free:
            wanted = BookingRequest(hall=hall.id, slot=free[0].id, items=list(items))
            await service.book(actor, wanted, key=f"demonstration-{clock.today()}")


async def _fill(hall: Hall, ahead: int, people: list[UUID], *, leave: int) -> None:
    """Take the online places of a day, but for some, so that the pages can show a full day."""
    crowd = iter(people)
    left = sum(slot.left for slot in await _slots(hall, ahead)) - leave
    for slot in await _slots(hall, ahead):
        for _ in range(min(slot.left, max(0, left))):
            person = next(crowd, None)
            if person is None:
                return
            left -= 1
            actor = Actor(acting=person, principal=person, roles=frozenset({"resident"}))
            try:
                await service.book(actor, BookingRequest(hall=hall.id, slot=slot.id), key=f"demonstration-{slot.id}")
            except Conflict:
                continue


async def _slots(hall: Hall, ahead: int, *items: str) -> list[OpenSlot]:
    days = await service.open_days(SYSTEM, hall.id)
    return await service.open_slots(SYSTEM, hall.id, days[min(ahead, len(days) - 1)].day, items=items) if days else []


async def _halls() -> list[Hall]:
    """The listed halls, and the county hall of the personas' home."""
    listed = (await places.halls(SYSTEM, derived=False, limit=100)).items
    own = (await places.halls(SYSTEM, division=NANGANG, level="county", limit=5)).items
    return [*listed, *(hall for hall in own if hall.id not in {each.id for each in listed})]


async def _all_county_halls() -> list[Hall]:
    found: list[Hall] = []
    after = ""
    while True:
        piece = await places.halls(SYSTEM, level="county", after=after, limit=100)
        found += piece.items
        if piece.next is None:
            return found
        after = piece.next


def _id(chance: random.Random) -> UUID:
    """A version 7 id that the seed decides."""
    stamp, more, rest = chance.getrandbits(40), chance.getrandbits(12), chance.getrandbits(62)
    return UUID(int=stamp << 80 | 0x7 << 76 | more << 64 | 0b10 << 62 | rest)


def _weight(hour: int) -> float:
    return float(_profile()["hall_hour_share_assumed"].get(str(hour), 0.05))


@cache
def _profile() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "arrival_profile.json").read_text())
    return loaded
