"""The demonstration's appointments: a world to look at, and as much history as a benchmark wants."""

import hashlib

import pytest

from backend.appointments import demo, service
from backend.core import clock, db
from backend.identity import demo as people
from backend.identity import service as identity
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, hall

pytestmark = pytest.mark.usefixtures("as_owner")


class Undo(Exception):
    """Takes a populated world away again."""


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


async def test_the_world_has_a_place_for_everybody_and_a_full_day() -> None:
    with clock.frozen(MONDAY):
        await people.world()
        await demo.world()
        before = await db.fetchval("SELECT count(*) FROM appointments_appointment")
        await demo.world()
        assert await db.fetchval("SELECT count(*) FROM appointments_appointment") == before
        listed = [rule.source for rule in await service.rules_of(SYSTEM, (await hall("R02")).id)]
        assert listed == ["listed"]
        personas = {each.slug: each.actor for each in identity.PERSONAS}
        for slug in ("zhao-yiming", "li-xiulan"):
            assert await service.next_for(personas[slug]) is not None
        [several] = (await service.mine(personas["zhao-yiming"])).items
        assert (several.units, len(several.items)) == (2, 2)
        home = next(each for each in await demo._halls() if each.region == demo.NANGANG and each.level == "county")
        left = [each.left for each in await service.open_days(SYSTEM, home.id)]
        assert 0 in left and 5 in left
        assert await counters_are_true()


async def populated(seed: int) -> tuple[int, int, str]:
    """Past and coming appointments, and a fingerprint of them; nothing stays."""
    found: tuple[int, int, str] | None = None
    try:
        async with db.transaction():
            await people.populate(1200, seed, quiet)
            await demo.world()
            await demo.populate(2000, seed, quiet)
            assert await counters_are_true()
            rows = await db.fetch(
                """SELECT hall_id, number, state, starts_at, person_id FROM appointments_appointment
                WHERE request = decode(replace(id::text, '-', ''), 'hex') ORDER BY starts_at, hall_id, number"""
            )
            past = sum(row["starts_at"] < MONDAY for row in rows)
            mark = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
            found = past, len(rows) - past, mark
            raise Undo
    except Undo:
        assert found is not None
        return found


async def test_history_has_the_asked_size_true_counters_and_the_same_face_for_the_same_seed() -> None:
    with clock.frozen(MONDAY):
        await people.world()
        past, ahead, mark = await populated(3)
        assert past == 2000
        assert ahead > 500
        assert (await populated(3))[2] == mark
        assert (await populated(4))[2] != mark
