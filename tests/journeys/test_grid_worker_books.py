"""Gao Shan, a grid worker on his round, books for Mrs Li in her kitchen, on the phone in his hand."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.appointments import service as appointments
from backend.core import db
from backend.identity import service as identity
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, open_hall
from tests.identity.factories import csrf_of

ITEM = "LAW005"
Browse = Callable[[], httpx.AsyncClient]


@pytest.fixture(autouse=True)
async def world(as_owner: None, frozen: Callable[[object], None]) -> None:
    """A working day, a hall that opens, and the people of the demonstration."""
    frozen(MONDAY)
    await identity.make_personas()
    await open_hall()
    await db.execute(f"SET LOCAL ROLE {db.ROLE}")


async def at_the_door(gao: httpx.AsyncClient) -> str:
    """He looks at Mrs Li's document and types its number; the page that follows."""
    asked = (await gao.get("/desk/field/verification")).text
    begun = await gao.post(
        "/desk/field/verification", data={"csrf": csrf_of(asked), "document": identity.demo_document()}
    )
    assert (begun.status_code, begun.headers["location"]) == (303, "/desk/field")
    return (await gao.get("/desk/field")).text


async def test_a_grid_worker_books_moves_and_gives_back_for_a_neighbour_who_has_no_use_for_a_phone(
    browse: Browse,
) -> None:
    gao, li = browse(), browse()
    stepped = await gao.post("/demo/personas/gao-shan")
    assert stepped.headers["location"] == "/desk"
    assert "上门帮办" in (await gao.get("/desk")).text
    assert (await gao.get("/desk/field")).headers["location"] == "/desk/field/verification", "nobody is helped yet"
    assert (await gao.get("/appointments")).status_code == 403

    kitchen = await at_the_door(gao)
    assert "李秀兰" in kitchen and "帮办渠道的号源" in kitchen
    page = (await gao.get("/desk/field", params={"item": ITEM})).text
    hidden = dict(re.findall(r'name="(csrf|hall|item|key)" value="([^"]+)"', page))
    slots = re.findall(r'name="slot" value="([0-9a-f-]{36})"', page)
    booked = await gao.post("/desk/field", data=hidden | {"slot": slots[0]})
    assert booked.status_code == 303
    said = (await gao.get(booked.headers["location"])).text
    number = re.search(r"H[0-9]{4}", said)
    assert number and "给您约好了" in said, "a place of the helpers' share, to be read aloud"
    row = await db.fetchrow("SELECT id, pool, basis, channel FROM appointments_appointment WHERE state = 'booked'")
    assert row is not None and tuple(row)[1:] == ("helper", "assisted", "field")
    told = {each.template for each in await notifications.latest(10)}
    assert "helped-at-home" in told

    one = (await gao.get(f"/appointments/{row['id']}")).text
    assert number.group() in one and "/slip" not in one
    other = (await gao.get(f"/appointments/{row['id']}/reschedule")).text
    wish = {"csrf": csrf_of(other), "key": "another-time", "slot": slots[1]}
    moved = (await gao.post(f"/appointments/{row['id']}/reschedule", data=wish)).headers["location"].partition("?")[0]
    assert (await gao.get(moved)).status_code == 200
    back = await gao.post(f"{moved}/cancellation", data={"csrf": csrf_of(one)})
    assert back.status_code == 303
    ended = await gao.post("/desk/assist/end", data={"csrf": csrf_of(one), "next": "/desk/field"})
    assert ended.headers["location"] == "/desk/field"
    assert (await gao.get(moved)).status_code in (403, 404), "when helping has ended, the record is closed"

    await li.post("/demo/personas/li-xiulan")
    assert "上门" in (await li.get("/disclosures")).text
    (mine,) = (
        await appointments.mine(next(each.actor for each in identity.PERSONAS if each.slug == "li-xiulan"))
    ).items
    assert (mine.state, mine.helped) == ("cancelled", True)
