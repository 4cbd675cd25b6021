"""The demonstration's home visits."""

from collections.abc import Callable
from datetime import datetime

import pytest

from backend.core import db
from backend.identity import demo as people
from backend.identity import service as identity
from backend.rounds import demo, service
from tests.appointments.factories import MONDAY

pytestmark = pytest.mark.usefixtures("as_owner")


async def test_mrs_li_knows_who_comes_and_a_repeat_adds_nothing(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    await people.world()
    await demo.world()
    await demo.world()
    assert await db.fetchval("SELECT count(*) FROM rounds_visit") == 4
    li = next(each for each in identity.PERSONAS if each.slug == "li-xiulan")
    [coming] = await service.coming(li.actor)
    assert coming.staff_name == "刘洋（模拟）" and len(coming.code) == 4
