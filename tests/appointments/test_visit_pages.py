"""Several services in one visit, on the pages: one after the other, without a script, and nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import httpx
import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import GroupRequest
from backend.appointments.schemas import BookingRequest, WaitRequest
from backend.core import db
from backend.core.problems import Invalid
from tests.appointments.factories import MONDAY, SYSTEM, open_hall, slots, somebody, wish
from tests.appointments.test_groups import with_group
from tests.appointments.test_pages import hidden
from tests.identity.factories import actor_for, clerk, csrf_of, helping, resident, sign_in_as
from tests.rounds.factories import all_told

TUESDAY = date(2026, 11, 24)
A, B = "LAW001", "LAW002"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_a_second_service_is_added_the_visit_booked_and_named_everywhere(
    client: httpx.AsyncClient, mode: str
) -> None:
    person = await resident(mode=mode)
    await sign_in_as(client, person)
    hall = await open_hall()
    first = await client.get(f"/appointments/new?hall={hall.id}&item={A}")
    more = re.search(r'href="(/appointments/more\?[^"]+)"', first.text)
    assert more
    offered = await client.get(more.group(1).replace("&amp;", "&"))
    assert offered.status_code == 200 and 'name="q"' in offered.text
    assert (await client.get(f"/appointments/more?item={A}&hall={hall.id}&q=公证")).status_code == 200
    both = (await client.get(f"/appointments/new?hall={hall.id}&item={A},{B}&date={TUESDAY}")).text
    assert re.search(r"1?\d:\d\d–1?\d:\d\d", both)
    slot = (await service.open_slots(actor_for(person), hall.id, TUESDAY, items=[A, B]))[0]
    kept = await client.post("/appointments/holds", data={**hidden(both), "slot": str(slot.id)})
    assert kept.status_code == 303
    look = (await client.get(kept.headers["location"])).text
    made = await client.post("/appointments", data=hidden(look))
    assert made.status_code == 303
    [mine] = (await service.mine(actor_for(person))).items
    assert (mine.items, mine.units) == ([A, B], 2)
    row = made.headers["location"].partition("?")[0]
    for path in (row, f"{row}/slip", "/appointments"):
        shown = (await client.get(path)).text
        assert all(name in shown for name in mine.item_names), path
    file = (await client.get(f"{row}/calendar.ics")).text.replace("\r\n ", "")
    assert all(name in file for name in mine.item_names)


async def test_services_of_other_counters_are_not_offered_for_the_same_visit(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    await service.add_group(SYSTEM, hall.id, GroupRequest(name="公证", kind="counter", items=[B], themes=[]))
    page = (await client.get(f"/appointments/new?hall={hall.id}&item={A},{B}")).text
    assert f"item={A}&" in page.replace("&amp;", "&")  # each can be taken out again
    assert 'name="slot"' not in page


async def test_a_clerk_books_several_for_a_visitor_and_sees_them_at_the_hall(client: httpx.AsyncClient) -> None:
    hall, liu, li = await open_hall(), await clerk(), await resident(name="李秀兰")
    await sign_in_as(client, liu)
    await helping(client, liu, li)
    screen = (await client.get(f"/desk/visitor?hall={hall.id}&item={A},{B}&date={TUESDAY}")).text
    slot = re.findall(r'name="slot" value="([^"]+)"', screen)[0]
    key = re.findall(r'name="key" value="([^"]+)"', screen)[0]
    wanted = {"csrf": csrf_of(screen), "hall": str(hall.id), "item": f"{A},{B}", "slot": slot, "key": key}
    made = await client.post("/desk/visitor", data=wanted)
    assert made.status_code == 303
    [mine] = (await service.mine(actor_for(li))).items
    assert mine.units == 2
    [line] = await service.hall_day(actor_for(liu), hall.id, TUESDAY)
    assert (line.item_name, line.units) == (mine.item_name, 2)


async def test_the_api_takes_one_service_as_before_or_several(client: httpx.AsyncClient) -> None:
    person = await resident()
    await sign_in_as(client, person)
    hall = await open_hall()
    one = (await client.get(f"/api/v1/halls/{hall.id}/slots?day={TUESDAY}&item={A}")).json()
    two = (await client.get(f"/api/v1/halls/{hall.id}/slots?day={TUESDAY}&item={A}&item={B}")).json()
    assert {each["units"] for each in one} == {1} and {each["units"] for each in two} == {2}
    days = (await client.get(f"/api/v1/halls/{hall.id}/days?item={A}&item={B}")).json()
    assert days[0]["left"] < (await client.get(f"/api/v1/halls/{hall.id}/days?item={A}")).json()[0]["left"]
    many = await client.get(f"/api/v1/halls/{hall.id}/days", params={"item": [f"LAW00{n}" for n in range(1, 6)]})
    assert (many.status_code, many.json()["code"]) == (409, "too-many-services")


async def test_waiting_for_a_visit_at_home_asks_where_and_the_offer_can_then_be_made() -> None:
    hall, (_, mine) = await open_hall(), await somebody()
    group = await service.add_group(SYSTEM, hall.id, GroupRequest(name="上门", kind="home", items=[A], themes=[]))
    assert group
    wanted = {"hall": hall.id, "first": TUESDAY, "last": TUESDAY, "item": A}
    with pytest.raises(Invalid) as no:
        await service.join_line(mine, WaitRequest(**wanted))  # type: ignore[arg-type]
    assert "address" in no.value.fields
    joined = await service.join_line(mine, WaitRequest(**wanted, address="学府路7号"))  # type: ignore[arg-type]
    assert joined.state == "waiting"


@pytest.mark.parametrize("end", ["over", "lapsed", "served"])
async def test_where_somebody_lives_is_forgotten_with_the_line_however_it_ends(
    frozen: Callable[[datetime], None], end: str
) -> None:
    hall, (_, mine) = await open_hall(), await somebody()
    await with_group(hall, kind="home")
    mine_of = WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY, item=A, address="学府路7号")
    await db.execute(
        "UPDATE appointments_slot SET state = 'closed' WHERE hall_id = $1 AND group_id IS NOT NULL", hall.id
    )
    line = await service.join_line(mine, mine_of)
    if end == "over":
        frozen(MONDAY + timedelta(days=2))
        assert await service.end_old_lines() == 1
    else:
        reopened = "UPDATE appointments_slot SET state = 'open' WHERE hall_id = $1 AND group_id IS NOT NULL"
        await db.execute(reopened, hall.id)
        assert await service.serve_lines() == 1
    if end == "lapsed":
        for hours in (3, 6):
            frozen(MONDAY + timedelta(hours=hours))
            await service.settle_due()
            await service.serve_lines()
    if end == "served":
        offer = (await service.line(mine, line.id)).offer
        assert offer is not None
        wanted = BookingRequest(hall=hall.id, slot=offer.slot, item=A, address="学府路7号")
        await service.book(mine, wanted, key="the-offered-time")
    await all_told()
    assert (await service.line(mine, line.id)).state == end
    kept = await db.fetch("SELECT id FROM appointments_visit")
    assert [each["id"] for each in kept] == (
        [] if end != "served" else [(await service.line(mine, line.id)).appointment]
    )


async def test_a_message_about_several_services_names_them(client: httpx.AsyncClient) -> None:
    from backend.appointments.events import BOOKED
    from backend.appointments.naming import naming

    hall, (_, mine) = await open_hall(), await somebody()
    made = await service.book(mine, wish(hall, (await slots(hall, TUESDAY))[0], A, B), key="visit-01")
    template, more, item = await naming(BOOKED, {"item_id": A, "further_items": [B], "kind": None})
    assert "{services}" in template.text and more == {"services": made.item_name} and item == ""
    assert await naming(BOOKED, {"item_id": A, "further_items": [], "kind": "counter"}) == (BOOKED, {}, A)
