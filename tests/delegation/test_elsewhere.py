"""Where nobody goes to a hall, what a delegate did says how one meets: we come, we ring, or we meet by video."""

from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import BookingRequest, RescheduleRequest
from backend.delegation import service
from tests.appointments.factories import MONDAY, open_hall
from tests.appointments.test_groups import ITEM, with_group
from tests.delegation.factories import acting, standing, told
from tests.identity.factories import actor_for, resident, sign_in_as

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


@pytest.mark.parametrize(("kind", "said"), [("home", "上门办理"), ("phone", "给您打电话"), ("video", "视频办理")])
async def test_the_principal_hears_how_one_meets(kind: str, said: str, client: httpx.AsyncClient) -> None:
    li, wang = await resident(notice_by="sms"), await resident(name="王敏")
    actor, hall = await acting(wang, await standing(li, wang)), await open_hall()
    await with_group(hall, kind=kind)
    first, other = await appointments.open_slots(actor, hall.id, TUESDAY, item=ITEM)
    wanted = BookingRequest(hall=hall.id, slot=first.id, item=ITEM, address="花园街 12 号" if kind == "home" else "")
    made = await appointments.book(actor, wanted, key="key-00000")
    moved = await appointments.reschedule(actor, made.id, RescheduleRequest(slot=other.id), key="key-00001")
    await appointments.cancel(actor, moved.id)
    messages = {each.template: each.body for each in await told(li)}
    for step in ("Booked", "Moved", "Cancelled"):
        body = messages[f"Appointment{step}-by-delegate-{kind}"]
        assert "女儿王敏" in body and (said in body or said[-4:] in body or "电话办理" in body), step
        assert (hall.name in body) == (kind != "home"), step
        assert "到" + hall.name not in body, "nobody is sent there"
    for each in (await service.household(actor_for(li))).acts:
        assert "kind" not in each.values and ("hall" in each.values) == (kind != "home")
    await sign_in_as(client, li)
    for lang in ("zh_CN", "en"):
        page = await client.get(f"/household?lang={lang}")
        assert page.status_code == 200
    assert "arranged" in page.text


async def test_a_person_hears_of_a_cancelled_visit_without_the_name_of_a_hall() -> None:
    li, hall = await resident(notice_by="sms"), await open_hall()
    await with_group(hall, kind="home")
    mine = actor_for(li)
    slot = (await appointments.open_slots(mine, hall.id, TUESDAY, item=ITEM))[0]
    wanted = BookingRequest(hall=hall.id, slot=slot.id, item=ITEM, address="花园街 12 号")
    made = await appointments.book(mine, wanted, key="key-00000")
    await appointments.cancel(mine, made.id)
    [body] = [each.body for each in await told(li) if each.template == "appointment-cancelled-home"]
    assert "上门办理已取消" in body and hall.name not in body
