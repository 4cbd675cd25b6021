"""The pages of appointments, as residents and desks use them."""

import re
from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.appointments import service
from backend.core import db
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, resident, sign_in_as

TUESDAY = date(2026, 11, 24)
MODES = ("standard.zh_CN.", "elder.zh_CN.", "standard.en.")


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


def hidden(html: str) -> dict[str, str]:
    """The hidden inputs of the main part's form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html[html.index("<main") :]))


@pytest.mark.parametrize("look", MODES)
async def test_choosing_is_open_to_everybody_and_signing_in_comes_last(client: httpx.AsyncClient, look: str) -> None:
    client.cookies.set("linli_ui", look, domain="linli.test")
    hall = await open_hall()
    page = await client.get(f"/appointments/new?hall={hall.id}&date={TUESDAY}")
    assert page.status_code == 200
    slot = re.findall(r'name="slot" value="([^"]+)"', page.text)[0]
    answer = await client.get(f"/appointments/confirm?hall={hall.id}&slot={slot}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/appointments/confirm%3Fhall")


async def test_the_elder_version_lists_free_times_and_counts_the_others(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    free = await slots(hall, TUESDAY)
    await db.execute("UPDATE appointments_share SET taken = capacity WHERE slot_id = $1", free[0].id)
    page = {}
    for mode in ("standard", "elder"):
        client.cookies.set("linli_ui", f"{mode}.zh_CN.", domain="linli.test")
        page[mode] = (await client.get(f"/appointments/new?hall={hall.id}&date={TUESDAY}")).text
    assert "另外 1 个时间已约满" in page["elder"] and 'class="choice full"' not in page["elder"]
    assert "另外" not in page["standard"] and 'class="choice full"' in page["standard"]


@pytest.mark.parametrize("look", MODES)
async def test_a_resident_books_changes_and_cancels(client: httpx.AsyncClient, look: str) -> None:
    mode, lang, _ = look.split(".")
    person = await resident(mode=mode, lang=lang)
    await sign_in_as(client, person)
    hall = await open_hall()
    first, second = (await slots(hall, TUESDAY))[:2]
    confirm = await client.get(f"/appointments/confirm?hall={hall.id}&slot={first.id}")
    form = hidden(confirm.text)
    made = await client.post("/appointments", data=form)
    assert made.status_code == 303
    again = await client.post("/appointments", data=form)
    assert again.headers["location"] == made.headers["location"], "pressing twice books once"
    shown = await client.get(made.headers["location"])
    assert "A01" in shown.text
    row = made.headers["location"].split("/")[2].split("?")[0]
    times = await client.get(f"/appointments/{row}/reschedule?date={TUESDAY}")
    nothing = await client.post(f"/appointments/{row}/reschedule/time", data=hidden(times.text))
    assert nothing.status_code == 422
    kept = await client.post(
        f"/appointments/{row}/reschedule/time", data={**hidden(times.text), "slot": str(second.id)}
    )
    assert kept.status_code == 303
    look = (await client.get(kept.headers["location"])).text
    longer = await client.post(f"/appointments/{row}/reschedule/extension", data=hidden(look))
    assert longer.status_code == 200
    moved = await client.post(f"/appointments/{row}/reschedule", data=hidden(longer.text))
    assert moved.status_code == 303
    row = moved.headers["location"].split("/")[2].split("?")[0]
    asked = await client.get(f"/appointments/{row}/cancellation")
    gone = await client.post(f"/appointments/{row}/cancellation", data=hidden(asked.text))
    assert gone.status_code == 303
    assert (await client.get(f"/appointments/{row}")).status_code == 200
    assert (await client.get("/appointments")).status_code == 200


async def test_the_last_place_gone_leads_to_the_other_times(client: httpx.AsyncClient) -> None:
    person = await resident()
    await sign_in_as(client, person)
    hall = await open_hall()
    slot = (await slots(hall, TUESDAY))[0]
    form = hidden((await client.get(f"/appointments/confirm?hall={hall.id}&slot={slot.id}")).text)
    await db.execute("UPDATE appointments_share SET taken = capacity WHERE slot_id = $1", slot.id)
    answer = await client.post("/appointments", data=form)
    assert answer.status_code == 409
    assert "这个时间刚被约走了" in answer.text
    assert re.findall(r'name="slot" value="', answer.text)


async def test_an_appointment_has_a_slip_a_code_and_a_calendar_file(client: httpx.AsyncClient) -> None:
    from icalendar import Calendar

    person = await resident()
    await sign_in_as(client, person)
    hall = await open_hall()
    slot = (await slots(hall, TUESDAY))[0]
    made = await service.book(actor_for(person), wish(hall, slot), key="key-00000")
    slip = await client.get(f"/appointments/{made.id}/slip")
    assert made.number in slip.text and made.code in slip.text and "换成小票纸" in slip.text
    roll = (await client.get(f"/appointments/{made.id}/slip?paper=80mm")).text
    assert 'class="slip roll"' in roll and "换成 A4 大字" in roll
    code = await client.get(f"/appointments/{made.id}/qr.svg")
    assert code.headers["content-type"].startswith("image/svg+xml") and b"style" not in code.content
    file = await client.get(f"/appointments/{made.id}/calendar.ics")
    event = Calendar.from_ical(file.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == slot.starts_at
    assert str(event["uid"]).startswith(str(made.id))


async def test_a_stranger_finds_nothing(client: httpx.AsyncClient) -> None:
    _, owner = await somebody()
    hall = await open_hall()
    slot = (await slots(hall, TUESDAY))[0]
    made = await service.book(owner, wish(hall, slot), key="key-00000")
    await sign_in_as(client, await resident())
    for end in ("", "/slip", "/qr.svg", "/calendar.ics", "/cancellation", "/reschedule"):
        assert (await client.get(f"/appointments/{made.id}{end}")).status_code == 404


async def test_a_hall_without_times_says_so_and_offers_another_way(client: httpx.AsyncClient) -> None:
    row = await db.fetchval("SELECT id FROM places_hall WHERE status = 'derived' LIMIT 1")
    page = await client.get(f"/appointments/new?hall={row}")
    assert page.status_code == 200
    assert "12345" in page.text


@pytest.mark.parametrize("look", MODES)
async def test_from_a_hall_without_times_one_press_leads_to_one_that_has_them(
    client: httpx.AsyncClient, look: str
) -> None:
    client.cookies.set("linli_ui", look, domain="linli.test")
    hall = await open_hall()
    none = await db.fetchval("SELECT id FROM places_hall WHERE region = '230102' ORDER BY id LIMIT 1")
    page = await client.get(f"/appointments/new?hall={none}")
    assert f"/appointments/new?hall={hall.id}" in page.text
