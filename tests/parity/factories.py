"""A month of places at two halls of two counties, through the tables: thousands of bookings would take minutes."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.parity import rules
from backend.places import service as places
from tests.appointments.factories import SYSTEM, hall
from tests.identity.factories import resident

OCTOBER = date(2026, 10, 1)
SLOT = """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')"""
SHARE = """INSERT INTO appointments_share (region, slot_id, pool, capacity, taken, issued)
    VALUES ($1, $2, $3, 200, $4, $4)"""
APPOINTMENT = """INSERT INTO appointments_appointment (region, id, slot_id, hall_id, person_id, pool, number, code,
        state, starts_at, ends_at, ended_at, acting, basis, channel, created_at, request, request_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, '000000', $8, $9, $10, $10, $11, 'self', 'web', $12, $13, $13)"""


async def second_hall() -> UUID:
    """A hall of another county."""
    found = (await places.halls(SYSTEM, division="230102", derived=None, limit=1)).items[0]
    return found.id


async def slot(hall_id: UUID, day: date, pools: dict[str, int]) -> tuple[str, UUID, datetime]:
    """A past time with shares of which so many are taken."""
    region = (await places.hall(SYSTEM, hall_id)).region
    new, starts = ids.new(), clock.at(day, time(9))
    await db.execute(SLOT, region, new, hall_id, day, 1, starts, starts + timedelta(minutes=30))
    await db.executemany(SHARE, [(region, new, pool, taken) for pool, taken in pools.items()])
    return region, new, starts


async def went(
    at: tuple[str, UUID, datetime], hall_id: UUID, people: list[UUID], pool: str, *, came: bool = True, days: int = 3,
    helper: UUID | None = None,
) -> None:  # fmt: skip
    """Everybody of the list had a place of this channel, asked for so many days before."""
    region, slot_id, starts = at
    ends, asked, state = starts + timedelta(minutes=30), starts - timedelta(days=days), "attended" if came else "missed"
    rows: list[tuple[Any, ...]] = []
    for person in people:
        new = ids.new()
        who = helper or person
        rows.append(
            (region, new, slot_id, hall_id, person, pool, new.hex[-12:], state, starts, ends, who, asked, new.bytes)
        )
    await db.executemany(APPOINTMENT, rows)


async def people(many: int, born: int | None) -> list[UUID]:
    """Residents of one year of birth, or of none known."""
    birth = date(born, 3, 5) if born else None
    return [(await resident(birth=birth, name="")).id for _ in range(many)]


async def october() -> tuple[UUID, list[UUID]]:
    """In the county of the first hall 70 older people, most by telephone and after five days; 90 younger, most online
    and after two. Of each kind some were helped and some did not come. One person went to both halls.
    """
    first, second = (await hall()).id, await second_hall()
    old, young, middle = await people(70, 1950), await people(60, 1995), await people(30, 1975)
    here = await slot(first, date(2026, 10, 12), {"phone": 90, "online": 90})
    there = await slot(second, date(2026, 10, 20), {"online": 31})
    await went(here, first, old[:15], "phone", days=5, helper=young[0])
    await went(here, first, old[15:38], "phone", days=5)
    await went(here, first, old[38:50], "phone", days=5, came=False)
    await went(here, first, old[50:], "online", days=5)
    await went(here, first, [*young[:25], *middle[:15]], "phone", days=2)
    await went(here, first, [*young[25:47], *middle[15:]], "online", days=2)
    await went(here, first, young[47:], "online", days=2, came=False)
    await went(there, second, [old[0], *await people(30, 1990)], "online", days=1)
    return first, old


def facts(seed: int, halls: dict[str, list[str]], most: int) -> list[rules.Fact]:
    """Anything that a month can be, from few people to many."""
    chance = random.Random(seed)
    return [
        rules.Fact(
            county, each, chance.choice(rules.CHANNELS), chance.choice(rules.AGES), chance.randrange(14),
            chance.random() < 0.9, chance.random() < 0.3,
        )
        for county, inside in halls.items() for each in inside for _ in range(chance.randrange(most))
    ]  # fmt: skip
