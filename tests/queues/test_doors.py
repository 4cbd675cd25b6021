"""What a door of the queue must not do: reach another hall, note an arrival that was refused, give one person two."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Request

from backend.appointments import service as appointments
from backend.core import db
from backend.core.actor import Actor
from backend.core.memo import Memo
from backend.core.problems import NotFound
from backend.identity import service as identity
from backend.identity.schemas import DeviceRequest
from backend.queues import service
from backend.queues.pages import screen
from backend.queues.schemas import Board, CheckIn, TicketRequest
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, somebody
from tests.identity.factories import actor_for, clerk, csrf_of, manager, sign_in_as
from tests.queues.factories import booked_for, device, open_counter, the_hall
from tests.support.web import Browse

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_who_checks_in_too_early_has_not_come() -> None:
    at, actor, made = await booked_for(90)
    with pytest.raises(service.TooEarly):
        await service.check_in(
            actor, CheckIn(hall=at.id, appointment=made.id, presence=digits(at.id)), key="early-bird"
        )
    assert (await appointments.get(actor, made.id)).state == "booked"


async def test_who_checks_in_at_another_hall_has_not_come() -> None:
    _, actor, made = await booked_for(10)
    other = await db.fetchval("SELECT id FROM places_hall WHERE code <> 'R02' LIMIT 1")
    with pytest.raises(NotFound):
        await service.check_in(actor, CheckIn(hall=other, appointment=made.id, presence=digits(other)), key="elsewhere")
    assert (await appointments.get(actor, made.id)).state == "booked"


async def test_machines_and_clerks_of_another_county_take_no_number_here() -> None:
    at = await the_hall()
    for stranger in (
        device("230203"),
        actor_for(await clerk(region="230203")),
        actor_for(await manager(region="230203")),
    ):
        with pytest.raises(NotFound):
            await service.take_ticket(stranger, TicketRequest(hall=at.id), key="from-elsewhere")


async def test_a_repeat_after_a_lost_answer_gives_the_same_number_to_a_person_too() -> None:
    at, (_, actor) = await the_hall(), await somebody()
    wanted = TicketRequest(hall=at.id, presence=digits(at.id))
    first = await service.take_ticket(actor, wanted, key="one-wish-1")
    again = await service.take_ticket(actor, wanted, key="one-wish-1")
    assert (first.id, first.token) == (again.id, again.token)


async def test_only_the_halls_own_screens_and_staff_read_the_four_digits() -> None:
    at, (_, walker) = await the_hall(), await somebody()
    liu, stranger = actor_for(await clerk()), actor_for(await clerk(region="230203"))
    shown = [(await service.board(who, at.id)).presence for who in (Actor(), walker, stranger, device("230203"))]
    assert shown == ["", "", "", ""]
    assert {(await service.board(who, at.id)).presence for who in (device(), liu)} == {digits(at.id)}


async def test_a_screen_that_the_desk_set_up_shows_the_digits_and_the_same_page_at_home_does_not(
    client: httpx.AsyncClient, browse: Browse
) -> None:
    at = await the_hall()
    wanted = DeviceRequest(kind="screen", name="大厅正面", region=at.region, hall=at.id)
    made = await identity.set_up_device(actor_for(await manager()), wanted)
    wall = browse()
    await wall.post("/kiosk/enrol", data={"code": made.code})
    assert f"data-presence>{digits(at.id)}<" in (await wall.get(f"/screens/{at.id}")).text
    assert "data-presence" not in (await client.get(f"/screens/{at.id}")).text
    larger = [(await each.get(f"/screens/{at.id}?mode=elder")).text for each in (client, wall)]
    assert ['data-mode="elder"' in each for each in larger] == [True, False], "the wall stays as large as the wall"
    larger = [(await each.get(f"/screens/{at.id}?mode=elder")).text for each in (client, wall)]
    assert ['data-mode="elder"' in each for each in larger] == [True, False], "the wall stays as large as the wall"
    other = await db.fetchval("SELECT id FROM places_hall WHERE code <> 'R02' LIMIT 1")
    assert "data-presence" not in (await wall.get(f"/screens/{other}")).text


@pytest.mark.parametrize(
    ("page", "action"), [("tickets", "tickets"), ("tickets", "check-ins"), ("counters", "counters")]
)
async def test_a_hall_that_is_none_is_not_found(client: httpx.AsyncClient, page: str, action: str) -> None:
    await sign_in_as(client, await manager())
    form = await client.get(f"/desk/queue/{page}")
    answer = await client.post(f"/desk/queue/{action}", data={"csrf": csrf_of(form.text), "hall": "x" * 36})
    assert answer.status_code == 404


async def test_the_desk_leads_to_the_screen_of_its_hall(client: httpx.AsyncClient) -> None:
    at, liu = await the_hall(), await clerk()
    await open_counter(at, who=liu)
    await sign_in_as(client, liu)
    for page in ("/desk/queue", "/desk/queue/tickets"):
        assert f'href="/screens/{at.id}"' in (await client.get(page)).text


def at_the_wall() -> Any:
    return Request({"type": "http", "headers": [], "path": "/"})  # type: ignore[arg-type]


async def test_many_who_watch_one_hall_cost_one_look_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_seen", Memo("screens", lives=screen.LOOK))
    at, looks = await the_hall(), 0

    async def counted(actor: Actor, hall: UUID) -> Board:
        nonlocal looks
        looks += 1
        return await service.board(actor, hall)

    monkeypatch.setattr(screen, "service", SimpleNamespace(board=counted))
    streams = [screen._stream(at_the_wall(), at.id, "") for _ in range(5)]
    told = [[await anext(each), await anext(each)][1].id for each in streams]
    assert (looks, len(set(told)), len(screen._open)) == (1, 1, 5)
    for each in streams:
        await each.aclose()  # type: ignore[attr-defined]
    assert not screen._open


async def test_one_too_many_is_told_and_sent_away_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_seen", Memo("screens", lives=screen.LOOK))
    monkeypatch.setattr(screen, "MOST", 0)
    at = await the_hall()
    told = [each async for each in screen._stream(at_the_wall(), at.id, "")]
    assert [each.retry for each in told] == [screen.CROWDED, None] and told[1].data
    assert [each async for each in screen._stream(at_the_wall(), at.id, str(told[1].id))][1:] == []
