"""A clerk whose post is a township calls and serves at the township's hall, and at no other of the county."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.appointments import service as appointments
from backend.core import clock, db, walls
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.identity.schemas import StaffPost
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import CounterRequest
from tests.appointments.factories import MONDAY, SYSTEM, WEEK, hall, slots, somebody, wish
from tests.identity.factories import actor_for, clerk, csrf_of, manager, sign_in_as
from tests.queues.factories import ticket

HERE, NEIGHBOUR = "230103101", "230103201"  # 王岗镇, 红旗满族乡


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def hall_of(township: str) -> Hall:
    """The township's hall, open, with one counter."""
    found = await hall(f"D{township}")
    await appointments.set_rule(SYSTEM, found.id, WEEK, source="demonstration")
    return found


async def clerk_of(township: str) -> tuple[StaffPost, Actor]:
    """A clerk with one post, in the township."""
    liu = await clerk("刘洋")
    await db.execute("UPDATE identity_post SET division = $2 WHERE staff = $1", liu.id, township)
    return liu, msgspec.structs.replace(actor_for(liu), grants=frozenset({("clerk", township)}))


async def counter_in(at: Hall, label: str = "1") -> UUID:
    sun = actor_for(await manager())
    return (await service.set_up_counter(sun, CounterRequest(hall=at.id, label=label, items=[]))).id


async def test_a_whole_turn_at_the_desk_over_the_second_wall(client: httpx.AsyncClient) -> None:
    at = await hall_of(HERE)
    liu, _ = await clerk_of(HERE)
    counter = await counter_in(at)
    number = (await ticket(at)).number
    await sign_in_as(client, liu)
    desk = (await client.get("/desk/queue")).text
    assert at.name in desk
    press = {"csrf": csrf_of(desk), "counter": str(counter)}
    for path in ("/desk/queue/counter/opening", "/desk/queue/next"):
        assert (await client.post(path, data=press)).status_code == 303, path
    desk = (await client.get("/desk/queue")).text
    assert number in desk
    [at_counter] = set(re.findall(r'action="/desk/queue/tickets/([0-9a-f-]{36})/', desk))
    for step in ("service", "completion"):
        done = await client.post(f"/desk/queue/tickets/{at_counter}/{step}", data=press)
        assert done.status_code == 303, step
    assert await db.fetchval("SELECT state FROM queues_ticket") == "done"


async def test_an_appointment_at_the_townships_hall_is_seen_and_checked_in(client: httpx.AsyncClient) -> None:
    at = await hall_of(HERE)
    liu, _ = await clerk_of(HERE)
    _, li = await somebody("李秀兰")
    made = await appointments.book(li, wish(at, (await slots(at, clock.today()))[0]), key="key-00000")
    await sign_in_as(client, liu)
    day = await client.get(f"/desk/counter?hall={at.id}")
    assert day.status_code == 200 and made.number in day.text and "李秀兰" in day.text
    came = await client.post(f"/api/v1/appointments/{made.id}/attendance")
    assert came.status_code == 204
    assert await db.fetchval("SELECT state FROM appointments_appointment") == "attended"


async def test_the_neighbour_townships_day_is_not_there(client: httpx.AsyncClient) -> None:
    at = await hall_of(NEIGHBOUR)
    liu, outside = await clerk_of(HERE)
    counter, number = await counter_in(at), (await ticket(at)).number
    _, li = await somebody("李秀兰")
    made = await appointments.book(li, wish(at, (await slots(at, clock.today()))[0]), key="key-00000")
    today = clock.today()
    for attempt in (
        service.open_counter(outside, counter), service.counters(outside, at.id), service.waiting(outside, at.id),
        appointments.hall_day(outside, at.id, today), appointments.get(outside, made.id),
        appointments.arrive(outside, made.id), service.help_calls(outside, at.id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await attempt
    await sign_in_as(client, liu)
    assert at.name not in (await client.get("/desk/queue")).text
    csrf = csrf_of((await client.get("/desk")).text)
    refused = await client.post("/desk/queue/counter/opening", data={"csrf": csrf, "counter": str(counter)})
    assert refused.status_code == 404
    assert number not in (await client.get("/desk/queue")).text


async def test_a_township_post_does_not_reach_the_countys_hall_and_the_countys_reaches_both() -> None:
    county, town = await hall(), await hall_of(HERE)
    _, outside = await clerk_of(HERE)
    with pytest.raises(NotFound):
        await service.counters(outside, county.id)
    wang = actor_for(await clerk("王强"))
    assert await service.counters(wang, county.id) == [] == await service.counters(wang, town.id)
    assert outside.covers(town.seat, "clerk") and not outside.covers(county.seat, "clerk")


async def test_behind_the_wall_a_forgotten_check_shows_the_own_halls_rows_alone() -> None:
    own, other = await hall_of(HERE), await hall_of(NEIGHBOUR)
    for at in (own, other):
        await ticket(at)

    _, inside = await clerk_of(HERE)
    async with db.scoped(walls.sight_of(inside)):
        rows = await db.fetch("SELECT hall_id FROM queues_ticket")
    assert [row["hall_id"] for row in rows] == [own.id]
