"""Holds and the waiting list, as people use them: each mode, without JavaScript, by themselves and with help."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import httpx
import pytest

from backend.appointments import service
from backend.appointments.schemas import KeepRequest, Opening, OpenSlot, WaitRequest
from backend.core import db
from backend.identity import service as identity
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.appointments.test_pages import MODES, hidden
from tests.identity.factories import actor_for, helping, operator, resident, sign_in_as

TUESDAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
ONE = Opening(weekdays=[2], opens=time(14), closes=time(15), minutes=30, capacity=1)
Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def full() -> tuple[Hall, list[OpenSlot]]:
    hall = await open_hall(opening=ONE)
    times = await slots(hall, TUESDAY)
    for each in times:
        await service.book((await somebody())[1], wish(hall, each), key="key-00000")
    return hall, times


async def free_again(hall: Hall) -> None:
    """Somebody gives the first place up."""
    row = await db.fetchrow("SELECT id, person_id FROM appointments_appointment ORDER BY starts_at LIMIT 1")
    assert row is not None
    (person,) = (await identity.people([row["person_id"]])).values()
    await service.cancel(actor_for(person), row["id"])


@pytest.mark.parametrize("look", MODES)
async def test_the_chosen_time_is_kept_and_more_time_loses_nothing(client: httpx.AsyncClient, look: str) -> None:
    mode, lang, _ = look.split(".")
    person = await resident(name="", mode=mode, lang=lang)
    await sign_in_as(client, person)
    hall = await open_hall()
    when = await client.get(f"/appointments/new?hall={hall.id}&date={TUESDAY}")
    assert 'action="/appointments/holds"' in when.text
    slot = re.findall(r'name="slot" value="([^"]+)"', when.text)[0]
    kept = await client.post("/appointments/holds", data={**hidden(when.text), "slot": slot})
    assert kept.status_code == 303
    last = await client.get(kept.headers["location"])
    assert "8:40" in last.text
    more = re.findall(r'formaction="([^"]+)"', last.text)
    assert len(more) == 1
    longer = await client.post(more[0], data={**hidden(last.text), "name": "王小芳"})
    assert "8:50" in longer.text and 'value="王小芳"' in longer.text
    assert bool(re.findall(r'formaction="([^"]+)"', longer.text)) == (mode == "elder")
    made = await client.post("/appointments", data={**hidden(longer.text), "name": "王小芳"})
    assert made.status_code == 303


async def test_when_the_time_is_over_one_press_keeps_it_again(client: httpx.AsyncClient, frozen: Freeze) -> None:
    person = await resident(name="")
    await sign_in_as(client, person)
    hall = await open_hall(opening=ONE)
    times = await slots(hall, TUESDAY)
    await service.hold(actor_for(person), KeepRequest(hall=hall.id, slot=times[0].id))
    address = f"/appointments/confirm?hall={hall.id}&slot={times[0].id}&kept=1"
    frozen(MONDAY + 11 * MINUTE)
    over = await client.get(address)
    assert "十分钟的保留时间已到" in over.text
    again = await client.post("/appointments/holds", data={**hidden(over.text), "name": "王芳"})
    assert "8:51" in again.text and 'value="王芳"' in again.text
    frozen(MONDAY + 30 * MINUTE)
    await service.settle_due()
    _, other = await somebody()
    await service.book(other, wish(hall, times[0]), key="key-00000")
    gone = await client.get(address)
    assert "已被别人约走" in gone.text
    refused = await client.post("/appointments", data=hidden(again.text))
    assert refused.status_code == 409 and re.findall(r'name="slot" value="', refused.text)


async def test_a_form_without_a_time_comes_back_with_what_is_missing(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    hall = await open_hall()
    when = await client.get(f"/appointments/new?hall={hall.id}&date={TUESDAY}")
    answer = await client.post("/appointments/holds", data=hidden(when.text))
    assert answer.status_code == 422
    assert re.findall(r'name="slot" value="', answer.text)


@pytest.mark.parametrize("look", MODES)
async def test_a_full_day_leads_to_the_line_and_the_line_to_a_place(
    client: httpx.AsyncClient, look: str, frozen: Freeze
) -> None:
    mode, lang, _ = look.split(".")
    person = await resident(mode=mode, lang=lang)
    await sign_in_as(client, person)
    hall, _ = await full()
    when = await client.get(f"/appointments/new?hall={hall.id}")
    (join,) = set(re.findall(r'href="(/appointments/waiting/new[^"]+)"', when.text))
    asked = await client.get(join.replace("&amp;", "&"))
    wrong = await client.post(
        "/appointments/waiting", data={**hidden(asked.text), "first": "2026-11-30", "last": "2026-11-24"}
    )
    assert wrong.status_code == 422 and 'id="last-error"' in wrong.text
    joined = await client.post(
        "/appointments/waiting", data={**hidden(asked.text), "first": "2026-11-23", "last": "2026-11-24"}
    )
    assert joined.status_code == 303
    line = joined.headers["location"]
    assert (await client.get(line)).status_code == 200
    assert line in (await client.get("/appointments")).text
    await free_again(hall)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    offered = await client.get(line)
    assert "14:00" in offered.text and "10:36" in offered.text
    yes = await client.post(f"{line}/acceptance", data=hidden(offered.text))
    assert yes.headers["location"].startswith("/appointments/")
    assert (await client.get(yes.headers["location"])).status_code == 200
    assert (await client.get(line)).status_code == 200


async def test_no_and_leaving_are_one_press_each_and_too_late_is_said(
    client: httpx.AsyncClient, frozen: Freeze
) -> None:
    person = await resident()
    await sign_in_as(client, person)
    hall, _ = await full()
    joined = await service.join_line(actor_for(person), WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY))
    line = f"/appointments/waiting/{joined.id}"
    shown = await client.get(line)
    late = await client.post(f"{line}/acceptance", data=hidden(shown.text))
    assert late.status_code == 409 and "不再为您保留" in late.text
    await free_again(hall)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    assert (await client.post(f"{line}/refusal", data=hidden(shown.text))).status_code == 303
    assert (await client.post(f"{line}/departure", data=hidden(shown.text))).status_code == 303
    assert "已退出候补" in (await client.get(line)).text


async def test_whoever_has_an_appointment_can_wait_for_something_earlier(client: httpx.AsyncClient) -> None:
    person = await resident()
    await sign_in_as(client, person)
    hall = await open_hall(opening=ONE)
    early, late = await slots(hall, TUESDAY)
    await service.book((await somebody())[1], wish(hall, early), key="key-00000")
    mine = await service.book(actor_for(person), wish(hall, late), key="key-00000")
    one = await client.get(f"/appointments/{mine.id}")
    (link,) = re.findall(r'href="(/appointments/waiting/new[^"]+)"', one.text)
    asked = await client.get(link)
    joined = await client.post(
        "/appointments/waiting", data={**hidden(asked.text), "first": "2026-11-23", "last": "2026-11-24"}
    )
    assert joined.status_code == 303


async def test_an_operator_puts_a_caller_in_line(client: httpx.AsyncClient) -> None:
    caller, chen = await resident(name="李秀兰"), await operator()
    hall, _ = await full()
    await helping(client, chen, caller)
    desk = await client.get(f"/desk/phone?hall={hall.id}")
    (link,) = set(re.findall(r'href="(/appointments/waiting/new[^"]+)"', desk.text))
    asked = await client.get(link.replace("&amp;", "&"))
    assert asked.status_code == 200
    joined = await client.post(
        "/appointments/waiting", data={**hidden(asked.text), "first": "2026-11-23", "last": "2026-11-24"}
    )
    assert (await client.get(joined.headers["location"])).status_code == 200
    assert joined.headers["location"] in (await client.get("/desk/phone")).text
    row = await db.fetchrow("SELECT pool, slow, acting FROM appointments_wait")
    assert row is not None and (row["pool"], row["acting"]) == ("phone", chen.id)
