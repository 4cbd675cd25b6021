"""The clerk's desk, by its buttons; the manager's counters."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Request

from backend.core import alerts, clock, db
from backend.core.actor import ANONYMOUS
from backend.core.alerts import Standing
from backend.identity import service as identity
from backend.queues import service
from backend.queues.pages import screen
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY
from tests.identity.factories import clerk, csrf_of, manager, resident, sign_in_as
from tests.queues.factories import booked_for, open_counter, the_hall, ticket


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def press(client: httpx.AsyncClient, page: httpx.Response, action: str, **values: str) -> httpx.Response:
    """Press the button of the form that posts to ``action`` and see where it leads."""
    counter = re.findall(r'name="counter" value="([^"]+)"', page.text)
    data = {"csrf": csrf_of(page.text), **({"counter": counter[0]} if counter else {}), **values}
    answer = await client.post(action, data=data)
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def test_a_clerk_sits_down_calls_serves_and_leaves(client: httpx.AsyncClient) -> None:
    hall, sun = await the_hall(), await manager()
    _, _ = await open_counter(hall, "7")
    await ticket(hall), await ticket(hall)
    await sign_in_as(client, sun)
    screen = await client.get("/desk/queue/counters")
    added = await client.post(
        "/desk/queue/counters", data={"csrf": csrf_of(screen.text), "hall": str(hall.id), "label": "8"}
    )
    assert added.status_code == 303

    await sign_in_as(client, await clerk())
    screen = await client.get("/desk/queue")
    assert "您今天坐哪个窗口？" in screen.text and "窗口 8" in screen.text
    screen = await press(client, screen, "/desk/queue/counter/opening")
    assert "叫下一位" in screen.text and "W001" in screen.text
    screen = await press(client, screen, "/desk/queue/next")
    assert re.search(r"<h1[^>]*>W001</h1>", screen.text)
    [finish] = re.findall(r'action="(/desk/queue/tickets/[^"]+/completion)"', screen.text)
    screen = await press(client, screen, finish, next="on", note="下午再来")
    assert re.search(r"<h1[^>]*>W002</h1>", screen.text)
    busy = await press(client, screen, "/desk/queue/counter/closing")
    assert busy.status_code == 409 and "您窗口还有人" in busy.text


async def test_a_step_that_does_not_exist_is_refused(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    mine = await ticket(hall)
    await sign_in_as(client, await clerk())
    screen = await client.get("/desk/queue")
    answer = await client.post(
        f"/desk/queue/tickets/{mine.id}/explosion", data={"csrf": csrf_of(screen.text), "counter": str(mine.id)}
    )
    assert answer.status_code == 422


async def test_a_counter_without_a_name_is_asked_for_again(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await sign_in_as(client, await manager())
    screen = await client.get(f"/desk/queue/counters?hall={hall.id}")
    answer = await client.post("/desk/queue/counters", data={"csrf": csrf_of(screen.text), "hall": str(hall.id)})
    assert answer.status_code == 422 and "窗口名称" in answer.text


async def test_the_desk_is_for_clerks(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    assert (await client.get("/desk/queue")).status_code == 403
    assert (await client.get("/desk/queue/counters")).status_code == 403


async def test_somebody_in_the_hall_takes_a_number_and_watches_it(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await ticket(hall)
    await sign_in_as(client, await resident(mode="elder"))
    form = await client.get(f"/queue/{hall.id}")
    key = re.findall(r'name="key" value="([^"]+)"', form.text)[0]
    other = "0000" if digits(hall.id) != "0000" else "1111"
    data = {"csrf": csrf_of(form.text), "hall": str(hall.id), "key": key, "presence": other}
    wrong = await client.post(f"/queue/{hall.id}", data=data)
    assert wrong.status_code == 422 and "请输入大厅屏幕上的四位数字" in wrong.text
    taken = await client.post(f"/queue/{hall.id}", data=data | {"presence": digits(hall.id), "green": "true"})
    assert taken.status_code == 303
    seen = await client.get(taken.headers["location"])
    assert "L001" in seen.text and "下一位就是您" in seen.text
    assert "no-store" in seen.headers["cache-control"]


async def test_wrong_digits_are_said_beside_the_appointment_that_they_were_typed_for(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    frozen(MONDAY)
    hall, actor, made = await booked_for(20)
    await sign_in_as(client, (await identity.people([actor.person]))[actor.person])
    form = await client.get(f"/queue/{hall.id}")
    other = "0000" if digits(hall.id) != "0000" else "1111"
    data = {"csrf": csrf_of(form.text), "hall": str(hall.id), "appointment": str(made.id), "key": "check-in-at-home"}
    wrong = await client.post(f"/queue/{hall.id}/check-in", data=data | {"presence": other})
    assert wrong.status_code == 422 and '<a href="#presence-1">' in wrong.text
    assert wrong.text.count('aria-invalid="true"') == 1
    assert re.search(rf'id="presence-1" name="presence" value="{other}"', wrong.text), (
        "what was typed stays where it was"
    )
    right = await client.post(f"/queue/{hall.id}/check-in", data=data | {"presence": digits(hall.id)})
    assert right.headers["location"].startswith("/t/")


async def test_a_slip_that_is_none_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/t/{'x' * 22}")).status_code == 404


async def test_the_screen_is_public_and_tells_news(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await ticket(hall)
    liu, counter = await open_counter(hall, "3")
    await service.call_next(liu, counter)
    wall = await client.get(f"/screens/{hall.id}")
    assert wall.status_code == 200 and "W001" in wall.text and "窗口 3" in wall.text
    board = await service.board(ANONYMOUS, hall.id)
    stream = screen._stream(Request({"type": "http", "headers": [], "path": "/"}), hall.id, "")  # type: ignore[arg-type]
    first = [await anext(stream), await anext(stream)]
    assert first[1].id == screen.mark(board, []) and '"W001","3"' in str(first[1].data)
    await stream.aclose()  # type: ignore[attr-defined]


async def test_the_wall_says_what_stands_for_its_area_until_it_is_over(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await the_hall()
    until = clock.now() + timedelta(hours=1)
    here = Standing(division=hall.division, title="燃气泄漏", href="/emergencies/1", until=until, english="Gas leak")
    away = Standing(division="239900", title="山火", href="/emergencies/2", until=until)
    quiet = screen.mark(await service.board(ANONYMOUS, hall.id), alerts.at(hall.division))
    monkeypatch.setattr(alerts, "_standing", [here, away])
    wall = await client.get(f"/screens/{hall.id}")
    assert "燃气泄漏" in wall.text and "山火" not in wall.text
    assert "Gas leak" in (await client.get(f"/screens/{hall.id}?lang=en")).text
    assert f'data-mark="{quiet}"' not in wall.text, "screens that hang there already look again"


async def test_a_hall_is_called_by_its_english_name_on_english_pages(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    slip = await ticket(hall)
    await sign_in_as(client, await resident())
    for page in (f"/t/{slip.token}", f"/queue/{hall.id}", f"/ratings/halls/{hall.id}"):
        shown = (await client.get(f"{page}?lang=en")).text
        assert hall.english in shown and hall.name not in shown


async def test_the_rule_is_explained_with_its_price(client: httpx.AsyncClient) -> None:
    page = await client.get("/queues/policy")
    assert page.status_code == 200 and "四条承诺" in page.text and "模拟结果" in page.text


async def test_a_clerk_takes_and_prints_a_number_for_somebody_without_a_phone(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await ticket(hall, green=True)
    await sign_in_as(client, await clerk())
    form = await client.get(f"/desk/queue/tickets?hall={hall.id}")
    key = re.findall(r'name="key" value="([^"]+)"', form.text)[0]
    data = {"csrf": csrf_of(form.text), "hall": str(hall.id), "key": key, "green": "true"}
    taken, again = [await client.post("/desk/queue/tickets", data=data) for _ in range(2)]
    assert taken.status_code == 303 and taken.headers["location"] == again.headers["location"]
    slip = await client.get(taken.headers["location"])
    assert 'class="slip roll"' in slip.text and "L002" in slip.text and "前面还有 1 位" in slip.text
    [address] = re.findall(r'src="(/t/[^"]+/qr.svg)"', slip.text)
    picture = await client.get(address)
    assert picture.headers["content-type"] == "image/svg+xml" and picture.text.startswith("<svg")
    large = await client.get(taken.headers["location"].removesuffix("?paper=80mm"))
    assert 'class="slip"' in large.text


async def test_a_clerk_checks_somebody_in_by_the_number_on_their_slip(client: httpx.AsyncClient) -> None:
    hall, actor, made = await booked_for(10)
    phone = (await identity.person(actor, actor.person)).phone_masked[-4:]
    await sign_in_as(client, await clerk())
    form = await client.get(f"/desk/queue/tickets?hall={hall.id}")
    data = {"csrf": csrf_of(form.text), "hall": str(hall.id), "key": "a-key-of-the-desk", "number": made.number}
    wrong = await client.post("/desk/queue/check-ins", data=data | {"digits": "0000"})
    assert wrong.status_code == 422 and "没有找到" in wrong.text and f'value="{made.number}"' in wrong.text
    right = await client.post("/desk/queue/check-ins", data=data | {"digits": phone})
    assert "A001" in (await client.get(right.headers["location"])).text
    twice = await client.post("/desk/queue/check-ins", data=data | {"digits": phone, "key": "another-key"})
    assert twice.status_code == 409 and "您今天在这里已经有号了" in twice.text


async def test_the_entrance_of_another_city_shows_no_hall_of_ours(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await sign_in_as(client, await clerk(region="230203"))
    form = await client.get(f"/desk/queue/tickets?hall={hall.id}")
    assert form.status_code == 200 and 'name="key"' not in form.text


async def test_the_reception_desk_is_for_staff_only(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    assert (await client.get("/desk/queue/tickets")).status_code == 403
    csrf = csrf_of((await client.get("/me/edit")).text)
    for path in ("/desk/queue/tickets", "/desk/queue/check-ins"):
        assert (await client.post(path, data={"csrf": csrf})).status_code == 403, path


async def test_a_call_for_help_stands_on_every_desk_until_somebody_settles_it(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    who = await clerk()
    await open_counter(hall, "2", who=who)
    liu, counter = await open_counter(hall, "5")
    await service.call_help(liu, counter)
    await sign_in_as(client, who)
    desk = await client.get("/desk/queue")
    assert "5 号窗口紧急求助" in desk.text and 'role="alert"' in desk.text
    assert "5 号窗口紧急求助" in (await client.get(f"/desk/queue/tickets?hall={hall.id}")).text
    [going] = re.findall(r'action="(/desk/queue/alerts/[^"]+/answer)"', desk.text)
    going_there = await press(client, desk, going)
    assert "正赶过去" in going_there.text and "/answer" not in going_there.text
    again = await press(client, desk, going)
    assert again.status_code == 200, "a colleague was faster: the desk shows who"
    settled = await press(client, desk, going.replace("answer", "solution"))
    assert "紧急求助" not in settled.text
    alerts = await client.get("/desk/queue/alerts")
    assert "现在没有人求助" in alerts.text and (await press(client, desk, going + "x")).status_code == 422


async def test_a_clerk_passes_on_by_name_adds_an_errand_and_takes_a_missed_call_back(client: httpx.AsyncClient) -> None:
    hall, who = await the_hall(), await clerk()
    _, two = await open_counter(hall, "2")
    await open_counter(hall, "1", who=who)
    first, second = await ticket(hall), await ticket(hall)
    await sign_in_as(client, who)
    desk = await press(client, await client.get("/desk/queue"), "/desk/queue/next")
    steps = f"/desk/queue/tickets/{first.id}"
    desk = await press(client, desk, f"{steps}/absence", next="on")
    assert "人在，撤销过号" in desk.text
    desk = await press(client, desk, f"{steps}/absence-undone")
    desk = await press(client, desk, f"/desk/queue/tickets/{second.id}/completion", next="on")
    assert re.search(r"<h1[^>]*>W001</h1>", desk.text)
    desk = await press(client, desk, f"{steps}/transfer", errand="on", item="card")
    assert re.search(r"<h1[^>]*>W001</h1>", desk.text), "the next errand of the same person, here"
    desk = await press(client, desk, f"{steps}/transfer", errand="on", item="", planned="passport")
    said = "SELECT errands[cardinality(errands)] || ', ' || item_id FROM queues_ticket WHERE number = 'W001'"
    assert await db.fetchval(said) == "card, passport", "none chosen: what was booked comes next"
    desk = await press(client, desk, "/desk/queue/questions")
    assert desk.status_code == 200
    desk = await press(client, desk, f"{steps}/transfer", to=str(two))
    assert "W001" in desk.text
    assert (await press(client, desk, "/desk/queue/next")).status_code == 200, "nobody for this counter"
