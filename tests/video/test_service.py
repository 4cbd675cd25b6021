"""Meeting by video: where, from when, for whom; and the phone stays."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.appointments import service as appointments
from backend.appointments.opening_schemas import CounterGroup, GroupRequest, OpeningChange, RuleRequest
from backend.appointments.schemas import Appointment
from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity.schemas import PersonSummary
from backend.places.schemas import Hall
from backend.settings import settings
from backend.video import rules, service
from backend.video.register import HELD
from backend.video.schemas import MeetingRequest
from tests.appointments.factories import MONDAY, open_hall, wish
from tests.identity.factories import actor_for, clerk, csrf_of, manager, resident, sign_in_as
from tests.rounds.factories import all_told

Freeze = Callable[[datetime], None]
TUESDAY = date(2026, 11, 24)
FARTHEST = 60  # days that a hall can be booked ahead (HallLimits)
NINE = datetime(2026, 11, 24, 1, tzinfo=UTC)  # 9:00 in Shanghai
ADDRESS = "https://meet.hrb.example/zwdt-*"


@pytest.fixture(autouse=True)
def here(frozen: Freeze, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(MONDAY)
    chosen = msgspec.structs.replace(settings(), video_hosts=".hrb.example, meet.gov.example")
    monkeypatch.setattr(service, "settings", lambda: chosen)


async def with_video(address: str = ADDRESS) -> tuple[Actor, Hall, CounterGroup]:
    """A hall with a group of kind video, open tomorrow from nine to ten; and its manager."""
    hall, sun = await open_hall(), actor_for(await manager())
    group = await appointments.add_group(sun, hall.id, GroupRequest(name="视频", kind="video", items=["LAW001"]))
    hours = RuleRequest(group=group.id, weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=10)
    await appointments.change_opening(sun, hall.id, OpeningChange(begins=TUESDAY, rule=hours))
    await service.set_meeting(sun, hall.id, group.id, MeetingRequest(address=address))
    return sun, hall, group


async def booked(hall: Hall, person: PersonSummary) -> Appointment:
    """Tomorrow at nine."""
    actor = actor_for(person)
    free = await appointments.open_slots(actor, hall.id, TUESDAY, item="LAW001")
    return await appointments.book(actor, wish(hall, free[0], "LAW001"), key="one-video-visit")


def test_a_wish_to_be_rung_is_kept_as_long_as_an_appointment_can_be_ahead() -> None:
    """It is made when the person books, and counts on the day."""
    (room,) = [each for each in HELD if each.table == "video_room"]
    assert room.keep is not None
    assert room.keep >= timedelta(days=FARTHEST) + timedelta(days=30)


def test_an_address_is_https_on_an_allowed_host_with_one_room() -> None:
    allow = rules.hosts(".hrb.example, meet.gov.example")
    for good in (ADDRESS, "https://meet.gov.example/r?name=*", "https://a.b.hrb.example/#*"):
        assert rules.allowed(good, allow)
    for bad in (
        "http://meet.hrb.example/*", "https://hrb.example/*", "https://evilhrb.example/*",
        "https://meet.gov.example.evil/*", "https://x@meet.gov.example/*", "https://*.hrb.example/",
        "https://meet.gov.example:8443/*", "https://meet.gov.example/", "https://meet.gov.example/*/*",
        'https://meet.gov.example/*" onclick="x', "javascript:alert(1)//*", "https://meet.gov.example\\@evil/*",
    ):  # fmt: skip
        assert not rules.allowed(bad, allow), bad
    assert not rules.allowed(ADDRESS, [])


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_only_allowed_hosts_pass(before: str, after: str) -> None:
    address = f"https://{before}{rules.ROOM}{after}"
    if rules.allowed(address, ["meet.gov.example"]):
        assert re.match(r"^https://meet\.gov\.example/", address) and not re.search(r"[\s<>\"'\\]", address)


async def test_the_room_shows_from_ten_minutes_before_until_the_end_the_same_for_both(frozen: Freeze) -> None:
    _, hall, _ = await with_video()
    li = await resident()
    made = await booked(hall, li)
    assert (made.kind, made.video, made.video_opens) == ("video", "", NINE - timedelta(minutes=10))
    shown = {}
    for minutes in (-11, -10, 29, 30):
        frozen(NINE + timedelta(minutes=minutes))
        shown[minutes] = (await appointments.get(actor_for(li), made.id)).video
    assert shown[-11] == shown[30] == "" and shown[-10] == shown[29]
    assert re.fullmatch(r"https://meet\.hrb\.example/zwdt-[0-9a-f]{32}", shown[-10])
    frozen(NINE)
    [line] = await appointments.hall_day(actor_for(await clerk()), hall.id, TUESDAY)
    assert (line.kind, line.video) == ("video", shown[-10])
    assert shown[-10][-32:].encode() not in await db.fetchval("SELECT room FROM video_room")


async def test_rooms_differ_and_close_with_the_appointment_or_the_list_of_hosts(
    frozen: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, hall, _ = await with_video()
    li, wang = await resident(), await resident(name="王芳")
    first, second = await booked(hall, li), await booked(hall, wang)
    frozen(NINE - timedelta(minutes=5))
    rooms = {(await appointments.get(actor_for(li), first.id)).video}
    rooms.add((await appointments.get(actor_for(wang), second.id)).video)
    assert len(rooms) == 2 and "" not in rooms
    monkeypatch.setattr(service, "settings", settings)
    closed = await appointments.get(actor_for(li), first.id)
    assert (closed.video, closed.video_opens) == ("", None), "the hall rings, as before"


async def test_the_manager_of_the_hall_says_where_and_nobody_else(frozen: Freeze) -> None:
    sun, hall, group = await with_video()
    for bad in ("http://meet.hrb.example/*", "https://evil.example/*", "https://meet.hrb.example/room"):
        with pytest.raises(Invalid):
            await service.set_meeting(sun, hall.id, group.id, MeetingRequest(address=bad))
    with pytest.raises(NotFound):
        await service.set_meeting(actor_for(await manager(region="230203")), hall.id, group.id, MeetingRequest())
    with pytest.raises(Forbidden):
        await service.set_meeting(actor_for(await clerk()), hall.id, group.id, MeetingRequest())
    counter = await appointments.add_group(sun, hall.id, GroupRequest(name="社保", items=["LAW002"]))
    with pytest.raises(NotFound):
        await service.set_meeting(sun, hall.id, counter.id, MeetingRequest(address=ADDRESS))
    await service.set_meeting(sun, hall.id, group.id, MeetingRequest())
    assert (await service.meeting(sun, hall.id, group.id)).address == ""
    assert (await booked(hall, await resident())).video_opens is None


async def test_messages_carry_no_address_of_the_meeting(frozen: Freeze) -> None:
    _, hall, _ = await with_video()
    await booked(hall, await resident())
    frozen(NINE - timedelta(minutes=9))
    assert not any("meet.hrb.example" in each for each in await all_told())


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_one_tap_asks_to_be_rung_instead(client: httpx.AsyncClient, frozen: Freeze, mode: str) -> None:
    _, hall, _ = await with_video()
    li = await resident(mode=mode)
    made = await booked(hall, li)
    frozen(NINE - timedelta(minutes=5))
    await sign_in_as(client, li)
    path = f"/appointments/{made.id}?mode={mode}"
    shown = (await client.get(path)).text
    assert "进入视频" in shown and 'href="https://meet.hrb.example/zwdt-' in shown and "视频打不开也不要紧" in shown
    assert "请准备好" in shown and "别忘了带" not in shown, "nobody goes anywhere"
    assert "请准备好身份证" in (await client.get(f"/appointments/{made.id}/slip")).text
    assert "我预约了" not in (await client.get(f"/queue/{hall.id}")).text, "there is nothing to check in for"
    home = (await client.get(f"/?mode={mode}")).text
    assert "今天 9:00 视频办理" in home and "到大厅办：" not in home
    pressed = await client.post(f"/video/{made.id}/ring-instead", data={"csrf": csrf_of(shown)})
    assert pressed.status_code == 303
    assert "进入视频" not in (await client.get(path)).text
    home = (await client.get(f"/?mode={mode}")).text
    assert "电话办理，我们打给您" in home and f"{made.id}/reschedule" in home
    frozen(NINE + timedelta(minutes=2))
    home = (await client.get(f"/?mode={mode}")).text
    assert "今天 9:00 电话办理" in home and f"{made.id}/reschedule" not in home, "what has begun is still on"
    frozen(NINE - timedelta(minutes=5))
    await service.ring_instead(actor_for(li), made.id)
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'RingInstead'") == 1
    [line] = await appointments.hall_day(actor_for(await clerk()), hall.id, TUESDAY)
    assert line.ring and line.phone.startswith("1")
    await sign_in_as(client, await clerk())
    assert f'href="tel:{line.phone}"' in (await client.get(f"/desk/counter?hall={hall.id}")).text
    list_ = (await client.get(f"/desk/counter?hall={hall.id}")).text
    assert "联系上了" in list_ and ">到了<" not in list_
    press = {"csrf": csrf_of(list_), "hall": str(hall.id), "day": str(TUESDAY)}
    came = await client.post(f"/desk/counter/{made.id}/attendance", data=press)
    done = (await client.get(came.headers["location"])).text
    assert f"{made.number} 记好了" in done and "已签到" not in done and "已到" not in done
    await sign_in_as(client, li)
    assert "我们和您联系过了" in (await client.get(path)).text, "nobody was at the hall"


async def test_whole_numbers_are_shown_on_the_day_on_which_one_rings(frozen: Freeze) -> None:
    _, hall, _ = await with_video()
    await booked(hall, await resident())
    [line] = await appointments.hall_day(actor_for(await clerk()), hall.id, TUESDAY)
    assert line.phone == ""
    frozen(NINE - timedelta(minutes=5))
    [line] = await appointments.hall_day(actor_for(await clerk()), hall.id, TUESDAY)
    assert line.phone.startswith("1")


async def test_others_cannot_ask_for_it_and_not_for_another_kind(frozen: Freeze) -> None:
    _, hall, _ = await with_video()
    li = await resident()
    made = await booked(hall, li)
    with pytest.raises(NotFound):
        await service.ring_instead(actor_for(await resident()), made.id)
    general = await appointments.open_slots(actor_for(li), hall.id, TUESDAY, item="LAW002")
    counter = await appointments.book(actor_for(li), wish(hall, general[-1], "LAW002"), key="at-the-counter")
    with pytest.raises(service.NotByVideo):
        await service.ring_instead(actor_for(li), counter.id)


async def test_the_clerk_enters_from_the_list_and_the_manager_sets_it_on_a_page(
    client: httpx.AsyncClient, frozen: Freeze
) -> None:
    _, hall, group = await with_video()
    await booked(hall, await resident())
    frozen(NINE - timedelta(minutes=5))
    await sign_in_as(client, await clerk())
    assert 'href="https://meet.hrb.example/zwdt-' in (await client.get(f"/desk/counter?hall={hall.id}")).text
    await sign_in_as(client, await manager())
    path = f"/desk/video/{hall.id}/{group.id}"
    form = (await client.get(path)).text
    assert ADDRESS in form and ".hrb.example" in form
    assert f'href="{path}"' in (await client.get(f"/desk/hall/{hall.id}/groups?group={group.id}")).text
    bad = await client.post(path, data={"csrf": csrf_of(form), "address": "https://evil.example/*"})
    assert bad.status_code == 422 and "https://evil.example/*" in bad.text
    assert (await client.post(path, data={"csrf": csrf_of(form), "address": ADDRESS})).status_code == 303
