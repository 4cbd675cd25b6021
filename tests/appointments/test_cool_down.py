"""After two no-shows one online place at a time: explained, never for those who call, come or are helped, excusable."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.appointments import service
from backend.appointments.schemas import Appointment, ExcuseRequest, RescheduleRequest
from backend.core import db, events
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.notifications import service as notifications
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, clerk, csrf_of, helping, operator, sign_in_as

TUESDAY = date(2026, 11, 24)
AGO = timedelta(days=2)
MISSED = """UPDATE appointments_appointment SET state = 'missed', ended_at = $2, starts_at = $2,
    ends_at = $2::timestamptz + interval '30 minutes' WHERE id = $1"""


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def missed(actor: Actor, hall: Hall, *days: int) -> list[UUID]:
    """Appointments so many days ago to which the person did not come."""
    rows = []
    for number, ago in enumerate(days):
        free = (await slots(hall, TUESDAY))[-1 - number]
        made = await service.book(actor, wish(hall, free), key=f"missed-{ago}")
        await db.execute(MISSED, made.id, MONDAY - timedelta(days=ago))
        rows.append(made.id)
    return rows


async def booked(actor: Actor, hall: Hall, nth: int) -> Appointment:
    return await service.book(actor, wish(hall, (await slots(hall, TUESDAY))[nth]), key=f"key-{nth:05d}")


async def test_after_two_no_shows_one_online_place_at_a_time_can_be_held() -> None:
    hall, (_, own) = await open_hall(), await somebody()
    await missed(own, hall, 2, 40)
    first = await booked(own, hall, 0)
    with pytest.raises(service.CoolingDown) as refused:
        await booked(own, hall, 1)
    assert refused.value.code == "cool-down"
    said = refused.value.values
    assert (said["first"], said["last"], said["until"]) == ("2026-10-14", "2026-11-21", "2026-12-21")
    assert said["phone"]
    other = (await slots(hall, TUESDAY))[2]
    await service.reschedule(own, first.id, RescheduleRequest(slot=other.id), key="move-00000")


async def test_callers_visitors_and_the_helped_book_as_before() -> None:
    hall, (li, own) = await open_hall(), await somebody()
    await missed(own, hall, 2, 40)
    await booked(own, hall, 0)
    await booked(actor_for(await operator(), helping=li), hall, 1)
    await booked(actor_for(await clerk(), helping=li), hall, 2)
    await booked(msgspec.structs.replace(own, channel="kiosk"), hall, 3)


async def test_no_shows_of_callers_and_old_ones_count_for_nothing() -> None:
    hall, (li, own) = await open_hall(), await somebody()
    await missed(actor_for(await operator(), helping=li), hall, 3, 5)
    await missed(own, hall, 2, 63)
    assert await service.cool_down(own) is None
    await booked(own, hall, 0)
    await booked(own, hall, 1)


async def test_it_ends_by_itself(frozen: Callable[[datetime], None]) -> None:
    hall, (_, own) = await open_hall(), await somebody()
    await missed(own, hall, 2, 40)
    found = await service.cool_down(own)
    assert found is not None and found.until == MONDAY + timedelta(days=28)
    frozen(MONDAY + timedelta(days=28))
    assert await service.cool_down(own) is None


async def test_an_excuse_lifts_it_and_the_person_is_told_once() -> None:
    hall, (_, own) = await open_hall(), await somebody()
    late, _ = await missed(own, hall, 2, 40)
    await booked(own, hall, 0)
    zhao = actor_for(await clerk())
    for reason in ("came", "hall"):
        await service.excuse(zhao, late, ExcuseRequest(reason=reason))
    assert await service.cool_down(own) is None
    await booked(own, hall, 1)
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass
    told = [each.template for each in await notifications.latest() if each.template == "appointment-excused"]
    assert len(told) == 1
    assert [each.reason for each in await service.excuses_of(own.person)] == ["came"]


async def test_only_a_missed_appointment_of_ones_own_county_can_be_excused() -> None:
    hall, (_, own) = await open_hall(), await somebody()
    [row] = await missed(own, hall, 2)
    live = await booked(own, hall, 0)
    came = ExcuseRequest(reason="came")
    with pytest.raises(NotFound):
        await service.excuse(actor_for(await clerk(region="230202")), row, came)
    with pytest.raises(NotFound):
        await service.excuse(actor_for(await operator()), row, came)
    with pytest.raises(service.NotMissed):
        await service.excuse(actor_for(await clerk()), live.id, came)


async def test_the_limit_holds_across_parallel_bookings(own_database: str) -> None:
    hall, (_, own) = await open_hall(), await somebody()
    await missed(own, hall, 2, 40)

    async def tried(nth: int) -> str:
        try:
            await booked(own, hall, nth)
        except service.CoolingDown as no:
            return no.code
        return "done"

    assert sorted(await asyncio.gather(*(tried(nth) for nth in range(8)))) == ["cool-down"] * 7 + ["done"]


@pytest.mark.parametrize("look", ["standard.zh_CN.", "elder.zh_CN."])
async def test_the_list_and_the_refusal_say_until_when_and_what_still_works(
    client: httpx.AsyncClient, look: str
) -> None:
    client.cookies.set("linli_ui", look, domain="linli.test")
    hall, (li, own) = await open_hall(), await somebody()
    await sign_in_as(client, li)
    assert "照常可约" not in (await client.get("/appointments")).text
    await missed(own, hall, 2, 40)
    await booked(own, hall, 0)
    shown = (await client.get("/appointments")).text
    assert "网上每次只能约一个" in shown and "照常可约" in shown and 'href="tel:' in shown
    free = (await slots(hall, TUESDAY))[1]
    confirm = await client.get(f"/appointments/confirm?hall={hall.id}&slot={free.id}")
    data = {"csrf": csrf_of(confirm.text), "hall": str(hall.id), "slot": str(free.id), "key": "some-key-1"}
    refused = await client.post("/appointments", data=data)
    assert refused.status_code == 409
    assert "2026-12-21" in refused.text and "照常可约" in refused.text


async def test_a_clerk_excuses_from_the_list_of_the_day(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    hall, (_, own) = await open_hall(), await somebody()
    made = await booked(own, hall, 0)
    await db.execute("UPDATE appointments_appointment SET state = 'missed', ended_at = ends_at WHERE id = $1", made.id)
    frozen(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    await sign_in_as(client, await clerk())
    day = await client.get(f"/desk/counter?hall={hall.id}&day={TUESDAY}")
    path = f"/desk/counter/{made.id}/excuse"
    assert f'href="{path}"' in day.text
    asked = await client.get(path)
    assert asked.status_code == 200
    empty = await client.post(path, data={"csrf": csrf_of(asked.text)})
    assert empty.status_code == 422
    done = await client.post(path, data={"csrf": csrf_of(asked.text), "reason": "hindered"})
    assert done.status_code == 303
    assert "已不计入爽约" in (await client.get(done.headers["location"])).text


async def test_an_operator_excuses_for_a_caller(client: httpx.AsyncClient) -> None:
    hall, (li, own) = await open_hall(), await somebody("李秀兰")
    [row] = await missed(own, hall, 2)
    chen = await operator()
    await sign_in_as(client, chen)
    await helping(client, chen, li)
    shown = await client.get(f"/appointments/{row}")
    assert f'href="/desk/counter/{row}/excuse"' in shown.text
    asked = await client.get(f"/desk/counter/{row}/excuse")
    assert f'href="/appointments/{row}"' in asked.text
    done = await client.post(f"/desk/counter/{row}/excuse", data={"csrf": csrf_of(asked.text), "reason": "came"})
    assert done.status_code == 303
    assert [each.reason for each in await service.excuses_of(li.id)] == ["came"]
