"""A hall must close tomorrow: nobody stands at a locked door, whether they read, are rung, or are helped."""

from collections.abc import Callable
from datetime import date, datetime, time

import httpx

from backend.appointments import service
from backend.appointments.schemas import Opening
from backend.core import db, events
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish
from tests.appointments.test_hall_pages import carried
from tests.identity.factories import actor_for, csrf_of, manager, operator, resident, sign_in_as

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
LATER = "UPDATE appointments_slot SET state = 'closed' WHERE hall_id = $1 AND day > $2"
TOLD = "SELECT template, channel FROM notifications_message WHERE person = $1 ORDER BY id DESC LIMIT 1"


async def test_a_hall_closes_and_everybody_is_seen_to(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    """Wang booked online, old Mrs Li by telephone and without a phone of her own, and one place is left to move to."""
    frozen(MONDAY)
    hall = await open_hall(opening=Opening(weekdays=[2, 3], opens=time(9), closes=time(9, 30), minutes=30, capacity=10))
    await db.execute(
        "UPDATE appointments_slot SET state = 'closed' WHERE hall_id = $1 AND day > $2", hall.id, WEDNESDAY
    )
    _, wang = await somebody("王芳")
    li = await resident(name="李秀兰", phone="")
    helped = actor_for(await operator(), helping=li)
    first, second = (await slots(hall, TUESDAY))[0], (await slots(hall, WEDNESDAY))[0]
    online = await service.book(wang, wish(hall, first), key="key-wang")
    phone = await service.book(helped, wish(hall, first), key="key-li")
    left = (await service.slot(helped, hall.id, second.id)).left
    for n in range(left):  # the telephone share of Wednesday is full
        other = actor_for(await operator(), helping=await resident(name="邻居"))
        await service.book(other, wish(hall, second), key=f"key-{n}")

    await sign_in_as(client, await manager())
    path = f"/desk/hall/{hall.id}/closing"
    seen = await client.get(f"{path}?day=2026-11-24&half=day&reason=暖气抢修")
    assert "王芳" in seen.text and "李秀兰" in seen.text and "没有空号，电话联系" in seen.text
    done = await client.post(path, data={**carried(seen.text, path), "csrf": csrf_of(seen.text)})
    after = await client.get(done.headers["location"])
    assert "已改约 1 人" in after.text and "电话联系 1 人" in after.text
    while await events.relay():
        pass

    [moved] = (await service.mine(wang)).items
    assert (moved.starts_at, (await service.get(wang, online.id)).state) == (second.starts_at, "moved")
    row = await db.fetchrow(TOLD, wang.acting)
    assert row is not None and row["template"] == "appointment-closed-moved"
    assert "暖气抢修" in (await notifications.messages_of(wang.person))[0].body
    assert (await service.get(helped, phone.id)).state == "cancelled", "nobody is counted as missing at a locked door"
    grid = await db.fetchrow(TOLD, li.id)
    assert grid is not None and (grid["template"], grid["channel"]) == ("appointment-closed-call", "letter")
    waits = [each.person for each in await notifications.waiting(actor_for(await operator()))]
    assert li.id in waits, "without a phone somebody goes there"
    assert await counters_are_true()
