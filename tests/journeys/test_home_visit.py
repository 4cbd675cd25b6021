"""Han Deshan has no phone and cannot come to a hall: a visit is booked for him, nobody opens, and the second time."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from backend.core import db
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.ratings import service as ratings
from tests.appointments.factories import MONDAY, SYSTEM, open_hall
from tests.appointments.test_groups import ITEM, with_group
from tests.identity.factories import csrf_of, helping, operator, resident, sign_in_as, staff
from tests.rounds.factories import DAY, all_told

Browse = Callable[[], httpx.AsyncClient]
Freeze = Callable[[datetime], None]
DOOR = "南岗区花园街 12 号 3 单元 401"


@pytest.fixture(autouse=True)
def a_monday(frozen: Freeze) -> None:
    frozen(MONDAY)


async def booked_by_phone(desk: httpx.AsyncClient, han: PersonSummary) -> None:
    """A neighbour lends him a phone; the operator is told first that an address is missing."""
    hall = await open_hall()
    await with_group(hall, kind="home")
    await helping(desk, await operator(), han)
    page = (await desk.get("/desk/phone", params={"item": ITEM, "hall": str(hall.id)})).text
    form = dict(re.findall(r'name="(hall|item|key)" value="([^"]+)"', page))
    form |= {"csrf": csrf_of(page), "slot": re.findall(r'name="slot" value="([0-9a-f-]{36})"', page)[0]}
    assert (await desk.post("/desk/phone", data=form)).status_code == 422
    done = await desk.post("/desk/phone", data={**form, "address": DOOR})
    said = (await desk.get(done.headers["location"])).text
    assert DOOR in said and "上门不收费" in said
    await all_told()


async def test_he_gets_a_second_visit_and_a_letter_that_asks_how_it_was(browse: Browse, frozen: Freeze) -> None:
    desk, round_, paper = browse(), browse(), browse()
    han = await resident(name="韩德山", phone="", notice_by="letter")
    await booked_by_phone(desk, han)

    await sign_in_as(round_, await staff("grid", name="高山", region="230103"))
    found = (await round_.get(f"/desk/rounds?day={DAY}&whose=open")).text
    assert "花园街" in found and DOOR not in found, "the door and the name are for whoever goes there"
    visit = re.findall(r'action="(/desk/rounds/[0-9a-f-]{36})"', found)[0]
    press = {"csrf": csrf_of(found), "day": str(DAY)}
    assert (await round_.post(visit, data={**press, "turn": "take"})).status_code == 303
    mine = (await round_.get(f"/desk/rounds?day={DAY}")).text
    assert DOOR in mine and "韩德山" in mine
    await all_told()
    assert "高山" in (await desk.get("/rounds/coming")).text, "read out when he rings again"

    frozen(MONDAY + timedelta(days=1))
    later = DAY + timedelta(days=1)
    again = {"again_day": str(later), "again_begins": "14:00", "again_ends": "15:00", "same": "true"}
    assert (await round_.post(visit, data={**press, "turn": "missed", **again})).status_code == 303
    second = (await round_.get(f"/desk/rounds?day={later}")).text
    assert "第二次上门" in second
    visit = re.findall(r'action="(/desk/rounds/[0-9a-f-]{36})"', second)[0]
    frozen(MONDAY + timedelta(days=2))
    assert (await round_.post(visit, data={**press, "day": str(later), "turn": "met"})).status_code == 303
    assert await db.fetchval("SELECT state FROM appointments_appointment") == "attended"

    await all_told()
    frozen(MONDAY + timedelta(days=3))
    await ratings.invite_due(SYSTEM)
    letter = next(each for each in await notifications.latest(9) if each.template == "rate-home-visit")
    assert letter.channel == "letter"
    link = urlsplit(re.findall(r"https://\S+/r/[A-Za-z0-9_-]+", letter.body)[0]).path
    assert (await paper.get(link)).status_code == 200
    assert (await paper.post(link, data={"level": "5"})).status_code == 303
    assert await db.fetchval("SELECT level FROM ratings_rating") == 5
