"""One caller, one screen: three presses to a booking, and nothing typed is lost when the call drops."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from backend.appointments import service as appointments
from backend.calls import service
from backend.calls.schemas import Draft
from backend.core import db
from backend.core.problems import Forbidden
from backend.core.search import Index, SearchDocument, live
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.appointments.test_groups import ITEM, with_group
from tests.identity.factories import actor_for, clerk, csrf_of, operator, resident, sign_in_as

Freeze = Callable[[datetime], None]
PHONE = "13712340078"
CHECKED = ["registered-number", "home-address"]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def press(client: httpx.AsyncClient, page: httpx.Response, action: str, **values: object) -> httpx.Response:
    answer = await client.post(action, data={"csrf": csrf_of(page.text), **values})
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def choice(page: httpx.Response, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]+)"', page.text)[0])


async def test_a_caller_is_found_verified_and_booked_for_with_three_presses(client: httpx.AsyncClient) -> None:
    await open_hall()
    li = await resident(name="李秀兰", phone=PHONE)
    await sign_in_as(client, await operator())
    empty = await client.get("/desk/phone")
    assert "先核对来电的人是谁" in empty.text
    found = await press(client, empty, "/desk/phone/caller", phone=PHONE, q="身份证")
    assert "李秀兰" in found.text and "PHONE" not in str(found.url)
    ready = await press(
        client, found, "/desk/phone/begin", person=str(li.id), verified=CHECKED, phone=PHONE, q="身份证"
    )
    assert "电话渠道" in ready.text or 'name="slot"' in ready.text
    form = {name: choice(ready, name) for name in ("hall", "key", "slot")}
    said = await press(client, ready, "/desk/phone", **form)
    assert "给您约好了" in said.text
    [mine] = (await appointments.mine(actor_for(li))).items
    assert (mine.channel, mine.helped) == ("phone", True) and mine.number in said.text

    moved = await press(
        client, said, "/desk/phone", move=str(mine.id), key="another-key",
        hall=choice(said, "hall"), slot=re.findall(r'name="slot" value="([^"]+)"', said.text)[-1],
    )  # fmt: skip
    [there] = [each for each in (await appointments.mine(actor_for(li))).items if each.live]
    assert there.starts_at != mine.starts_at and there.number in moved.text
    gone = await press(client, moved, "/desk/phone/cancellation", appointment=str(there.id))
    assert "取消" not in gone.text.split("<main")[1].split("什么时候")[0] or there.number not in gone.text
    assert not [each for each in (await appointments.mine(actor_for(li))).items if each.live]
    ended = await press(client, gone, "/desk/phone/end")
    assert "李秀兰" not in ended.text and PHONE not in ended.text
    assert await db.fetchval("SELECT count(*) FROM calls_draft") == 0


async def test_the_keyboard_stands_at_the_next_question(client: httpx.AsyncClient) -> None:
    await open_hall()
    li = await resident(name="李秀兰", phone=PHONE)
    await sign_in_as(client, await operator())

    def stands(page: httpx.Response) -> list[str]:
        return re.findall(r'name="(\w+)"[^>]* autofocus', page.text)

    empty = await client.get("/desk/phone")
    assert stands(empty) == ["phone"]
    found = await press(client, empty, "/desk/phone/caller", phone=PHONE)
    assert stands(found) == ["verified"]
    wrong = await press(client, found, "/desk/phone/begin", person=str(li.id), phone=PHONE)
    assert stands(wrong) == [], "the summary of what is missing comes first"
    ready = await press(client, found, "/desk/phone/begin", person=str(li.id), verified=CHECKED, phone=PHONE)
    assert stands(ready) == ["q"]
    chosen = await press(client, ready, "/desk/phone/choice", q="没有这样的词", hall=choice(ready, "hall"))
    assert stands(chosen) in (["q"], ["slot"])
    form = {name: choice(chosen, name) for name in ("hall", "key", "slot")}
    said = await press(client, chosen, "/desk/phone", **form)
    assert said.text.count(" autofocus") == 1 and '<blockquote class="script"' in said.text.split(" autofocus")[0][-90:]
    [mine] = (await appointments.mine(actor_for(li))).items
    again = await press(client, said, "/desk/phone", **{**form, "key": "another-key"})
    assert again.status_code == 409 and again.text.count(" autofocus") == 1
    gone = await press(client, said, "/desk/phone/cancellation", appointment=str(mine.id))
    assert "号已退回" in gone.text and gone.text.count(" autofocus") == 1


async def test_with_too_little_checked_everything_typed_stays(client: httpx.AsyncClient) -> None:
    li = await resident(name="李秀兰", phone=PHONE)
    await sign_in_as(client, await operator())
    empty = await client.get("/desk/phone")
    found = await press(client, empty, "/desk/phone/caller", phone=PHONE, q="老年证")
    few = await press(
        client, found, "/desk/phone/begin", person=str(li.id), verified=["home-address"], phone=PHONE, q="老年证"
    )
    assert few.status_code == 422 and "至少" in few.text
    assert PHONE in few.text and 'value="home-address" checked' in few.text and "老年证" in few.text


async def test_what_was_typed_is_there_again_after_the_call_dropped(client: httpx.AsyncClient, frozen: Freeze) -> None:
    await sign_in_as(client, await operator())
    empty = await client.get("/desk/phone")
    nobody = await press(client, empty, "/desk/phone/caller", phone="13700000000", q="社保卡")
    assert "登记来电人" in nobody.text
    again = await client.get("/desk/phone")
    assert "13700000000" in again.text and "社保卡" in again.text
    body = await db.fetchval("SELECT body FROM calls_draft")
    assert b"13700000000" not in body
    frozen(MONDAY + timedelta(minutes=31))
    await sign_in_as(client, await operator())
    assert "13700000000" not in (await client.get("/desk/phone")).text


async def test_a_wrong_day_of_birth_is_named_beside_its_field(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await operator())
    page = await press(client, await client.get("/desk/phone"), "/desk/phone/caller", name="李秀兰", birth="前天")
    assert page.status_code == 422 and 'id="birth-error"' in page.text and "李秀兰" in page.text


async def test_a_time_that_has_just_gone_is_told_and_the_others_are_there(client: httpx.AsyncClient) -> None:
    hall, li, chen = await open_hall(), await resident(name="李秀兰", phone=PHONE), await operator()
    await sign_in_as(client, chen)
    empty = await client.get("/desk/phone")
    await press(client, empty, "/desk/phone/caller", phone=PHONE)
    ready = await press(client, empty, "/desk/phone/begin", person=str(li.id), verified=CHECKED, phone=PHONE)
    slot = choice(ready, "slot")
    days = (MONDAY.date(), MONDAY.date() + timedelta(days=1))
    [found] = [each for day in days for each in await slots(hall, day) if str(each.id) == slot]
    await appointments.book(actor_for(chen, helping=li), wish(hall, found), key="a-colleague")
    twice = await press(client, ready, "/desk/phone", slot=slot, hall=str(hall.id), key="by-the-operator")
    assert twice.status_code == 409 and 'name="slot"' in twice.text


async def test_where_to_come_is_not_typed_twice_when_no_time_was_chosen(client: httpx.AsyncClient) -> None:
    hall, li = await open_hall(), await resident(name="李秀兰", phone=PHONE)
    await with_group(hall, kind="home")
    await sign_in_as(client, await operator())
    page = await client.get("/desk/phone")
    await press(client, page, "/desk/phone/begin", person=str(li.id), verified=CHECKED, phone=PHONE)
    await press(client, page, "/desk/phone/choice", item=ITEM, hall=str(hall.id))
    given = {"hall": str(hall.id), "item": ITEM, "key": "one-press-only", "address": "学府路 7 号"}
    again = await press(client, page, "/desk/phone", **given)
    assert again.status_code == 422 and 'value="学府路 7 号"' in again.text and "请选一个时间" in again.text


async def test_each_operator_has_a_draft_of_their_own_and_nobody_else_has_one() -> None:
    chen, other = actor_for(await operator()), actor_for(await operator())
    await service.keep(chen, Draft(phone=PHONE))
    assert (await service.draft(chen)).phone == PHONE
    assert (await service.draft(other)).phone == ""
    await service.wipe(chen)
    assert (await service.draft(chen)) == Draft()
    with pytest.raises(Forbidden):
        await service.draft(actor_for(await clerk()))


async def test_the_service_that_the_page_shows_as_chosen_is_the_one_that_is_booked(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [
        SearchDocument(kind="item", id=each, title=title, url="/services")
        for each, title in (("T1", "身份证申领"), ("T2", "身份证挂失"), ("T3", "护照签发"))
    ]
    monkeypatch.setattr(live, "current", lambda: Index.build(known))
    await open_hall()
    li = await resident(name="李秀兰", phone=PHONE)
    await sign_in_as(client, await operator())
    empty = await client.get("/desk/phone")
    await press(client, empty, "/desk/phone/caller", phone=PHONE)
    ready = await press(client, empty, "/desk/phone/begin", person=str(li.id), verified=CHECKED, phone=PHONE)
    found = await press(client, ready, "/desk/phone/choice", q="身份证")
    [shown] = re.findall(r'name="item" value="([^"]+)" form="choice" checked', found.text)
    assert f'type="hidden" name="item" value="{shown}"' in found.text

    more = await press(client, found, "/desk/phone/choice", q="护照", item=shown)
    assert re.findall(r'name="(\w+)"[^>]* autofocus', more.text) == ["item"], "which of these comes before the time"
    other = choice(more, "item")
    both = await press(client, more, "/desk/phone/choice", q="护照", item=other, also="on")
    assert f'type="hidden" name="item" value="{shown},{other}"' in both.text
