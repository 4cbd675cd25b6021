"""The pages of a hall's manager: calendar, closing, groups, roster; and what residents then read."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import httpx
import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import ClosingRequest, GroupRequest, HallLimits, NeedRequest
from backend.appointments.pages import hall_closing
from backend.appointments.schemas import Opening
from backend.core.actor import ANONYMOUS
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, open_hall, slots, somebody, wish
from tests.appointments.test_groups import ITEM, OTHER, with_group
from tests.identity.factories import actor_for, csrf_of, fresh, manager, resident, sign_in_as

TUESDAY = date(2026, 11, 24)
RULE = {
    "begins": "2026-11-24", "repeat": "weekly", "weekdays": ["1", "2", "3", "4", "5"], "every": "1", "opens": "08:30",
    "closes": "11:30", "minutes": "30", "capacity": "10",
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def at_desk(client: httpx.AsyncClient) -> Hall:
    hall = await open_hall()
    await sign_in_as(client, await manager())
    return hall


def carried(html: str, action: str) -> dict[str, list[str]]:
    """The unseen fields of the form that goes to an address."""
    part = html[html.index(f'action="{action}"') :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', part[: part.index("</form>")]):
        found.setdefault(name, []).append(value)
    return found


async def test_a_change_is_seen_on_the_calendar_before_it_is_made(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    [old] = await service.rules_of(SYSTEM, hall.id)
    _, mine = await somebody("李秀兰")
    late = (await slots(hall, TUESDAY))[-1]
    await service.book(mine, wish(hall, late), key="key-00000")
    path = f"/desk/hall/{hall.id}/calendar"
    shown = await client.get(path)
    assert shown.status_code == 200
    form = {**RULE, "csrf": csrf_of(shown.text), "ends": str(old.id)}
    seen = await client.post(path, data=form)
    assert seen.status_code == 200 and "李秀兰" in seen.text
    assert len(await service.rules_of(SYSTEM, hall.id)) == 1, "nothing is done yet"
    sure = carried(seen.text, path)
    assert (sure["sure"], sure["weekdays"]) == (["true"], ["1", "2", "3", "4", "5"])
    made = await client.post(path, data={**sure, "csrf": csrf_of(seen.text)})
    assert made.status_code == 303
    assert [each.closes.hour for each in await service.rules_of(SYSTEM, hall.id)] == [16, 11]
    assert (await client.get(made.headers["location"])).status_code == 200
    assert len(await slots(hall, TUESDAY)) == 6


async def test_a_bad_rule_comes_back_with_everything_typed(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    path = f"/desk/hall/{hall.id}/calendar"
    csrf = csrf_of((await client.get(path)).text)
    wrong = await client.post(path, data={**RULE, "csrf": csrf, "begins": "morgen", "season_from": "11-01"})
    assert wrong.status_code == 422
    assert 'value="morgen"' in wrong.text and 'value="11-01"' in wrong.text
    meets = await client.post(path, data={**RULE, "csrf": csrf})
    assert meets.status_code == 422 and 'id="opens-error"' in meets.text


async def test_a_rule_ends_from_a_day_on(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    path = f"/desk/hall/{hall.id}/calendar"
    shown = await client.get(path)
    ends = carried(shown.text, f"{path}/ends")
    seen = await client.post(f"{path}/ends", data={**ends, "csrf": csrf_of(shown.text), "begins": "2026-12-01"})
    sure = carried(seen.text, f"{path}/ends")
    assert (await client.post(f"{path}/ends", data={**sure, "csrf": csrf_of(seen.text)})).status_code == 303
    days = await service.open_days(ANONYMOUS, hall.id)
    assert days[-1].day == date(2026, 11, 30)
    assert (await client.get(f"{path}?month=2027-02")).status_code == 200


async def test_who_is_booked_is_seen_before_a_day_is_closed_and_what_became_of_them_after(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    hall = await at_desk(client)
    _, mine = await somebody("李秀兰")
    await service.book(mine, wish(hall, (await slots(hall, TUESDAY))[0]), key="key-00000")
    path = f"/desk/hall/{hall.id}/closing"
    assert (await client.get(path)).status_code == 200
    assert (await client.get(f"{path}?day=morgen&reason=停电")).status_code == 422
    empty = await client.get(f"{path}?day=morgen&half=day&reason=")
    assert empty.status_code == 422 and 'value="morgen"' in empty.text and "reason-error" in empty.text
    assert 'aria-current="page"' in empty.text, "one sees on which of the hall's pages one is"
    seen = await client.get(f"{path}?day=2026-11-24&half=day&reason=停电检修")
    assert "李秀兰" in seen.text
    done = await client.post(path, data={**carried(seen.text, path), "csrf": csrf_of(seen.text)})
    assert done.status_code == 303
    after = await client.get(done.headers["location"])
    assert "李秀兰" in after.text and "停电检修" in after.text
    lifted = await client.post(f"{done.headers['location']}/end", data={"csrf": csrf_of(after.text)})
    assert lifted.status_code == 303
    assert len(await slots(hall, TUESDAY)) == 13
    frozen(MONDAY + timedelta(minutes=11))
    again = await client.get(f"{path}?day=2026-11-24&half=day&reason=停电检修")
    assert "/sign-in/again?next=" in again.text and '<form method="post" action="' + path not in again.text


async def test_groups_limits_and_times_are_set_on_one_page(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    path = f"/desk/hall/{hall.id}"
    csrf = csrf_of((await client.get(f"{path}/groups")).text)
    wrong = await client.post(f"{path}/groups", data={"csrf": csrf, "name": "社保", "kind": "phone", "items": "NO1"})
    assert wrong.status_code == 422 and ">NO1</textarea>" in wrong.text
    made = await client.post(
        f"{path}/groups",
        data={"csrf": csrf, "name": "社保", "kind": "phone", "items": f"{ITEM} {OTHER}", "themes": ["medical"]},
    )
    assert made.status_code == 303
    [group] = await service.groups_of(ANONYMOUS, hall.id)
    assert (group.kind, group.items, group.themes) == ("phone", [ITEM, OTHER], ["medical"])
    assert 'value="社保"' in (await client.get(f"{path}/groups?group={group.id}")).text
    changed = {"csrf": csrf, "name": "社会保障", "kind": "counter"}
    assert (await client.post(f"{path}/groups/{group.id}", data=changed)).status_code == 303
    assert (await client.post(f"{path}/needs", data={"csrf": csrf, "item": "NO1", "minutes": "9"})).status_code == 422
    assert (await client.post(f"{path}/needs", data={"csrf": csrf, "item": ITEM, "minutes": "45"})).status_code == 303
    limits = {"csrf": csrf, "lead_minutes": "60", "horizon_days": "61"}
    assert (await client.post(f"{path}/limits", data=limits)).status_code == 422
    assert (await client.post(f"{path}/limits", data={**limits, "horizon_days": "20"})).status_code == 303
    assert await service.limits_of(ANONYMOUS, hall.id) == HallLimits(lead_minutes=60, horizon_days=20, rest=False)
    assert (await client.post(f"{path}/groups/{group.id}/end", data={"csrf": csrf})).status_code == 303
    assert ITEM in (await client.get(f"{path}/groups")).text


async def test_times_of_each_group_stand_under_its_name(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    await with_group(hall)
    for mode in ("standard", "elder"):
        page = (await client.get(f"/appointments/new?hall={hall.id}&item={ITEM}&date=2026-11-24&mode={mode}")).text
        assert page.count("社保") == 1, "once over its times, not at each"


async def test_the_roster_of_a_week_is_set_and_taken_over(client: httpx.AsyncClient) -> None:
    hall = await at_desk(client)
    path = f"/desk/hall/{hall.id}"
    csrf = csrf_of((await client.get(f"{path}/roster")).text)
    assert (await client.post(f"{path}/counters", data={"csrf": csrf, "label": "3"})).status_code == 303
    assert (await client.post(f"{path}/counters", data={"csrf": csrf, "label": "3"})).status_code == 422
    shown = await client.get(f"{path}/roster")
    [field] = re.findall(r'<select class="input" name="([^"]+2026-11-24.morning)"', shown.text)
    wanted = {"csrf": csrf, "week": "2026-11-23", field: str(hall.id)}
    seen = await client.post(f"{path}/roster", data=wanted)
    assert seen.status_code == 200
    sure = carried(seen.text, f"{path}/roster")
    assert (await client.post(f"{path}/roster", data={**sure, "csrf": csrf})).status_code == 303
    manager_ = actor_for(await manager())
    assert len((await service.roster_of(manager_, hall.id, TUESDAY)).duties) == 1
    copied = await client.post(f"{path}/roster/copy", data={"csrf": csrf, "week": "2026-11-30"})
    assert copied.status_code == 303
    assert (await client.post(f"{path}/roster/copy", data={"csrf": csrf, "week": "2027-03-01"})).status_code == 422
    counter: UUID = (await service.counters_of(manager_, hall.id))[0].id
    assert (await client.post(f"{path}/counters/{counter}/end", data={"csrf": csrf})).status_code == 409


async def test_another_countys_manager_finds_none_of_these_pages(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    await sign_in_as(client, await manager(region="230102"))
    for page in ("calendar", "closing", "groups", "roster"):
        assert (await client.get(f"/desk/hall/{hall.id}/{page}")).status_code == 404


async def test_a_resident_is_led_to_the_right_counters_or_told_why_not(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    sun, group = await with_group(hall)
    assert "社保" in (await client.get(f"/appointments/new?hall={hall.id}&item={ITEM}")).text
    await service.set_need(sun, hall.id, NeedRequest(item=ITEM, minutes=45))
    assert "45" in (await client.get(f"/appointments/new?hall={hall.id}&item={ITEM}")).text
    await service.set_limits(sun, hall.id, HallLimits(rest=False))
    page = await client.get(f"/appointments/new?hall={hall.id}&item={OTHER}")
    assert page.status_code == 200 and 'class="choice"' not in page.text
    await service.change_group(sun, hall.id, group.id, GroupRequest(name="社保", items=[OTHER]))
    assert 'class="choice"' in (await client.get(f"/appointments/new?hall={hall.id}&item={OTHER}")).text


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_an_address_is_asked_for_when_we_come_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, mode: str
) -> None:
    hall = await open_hall()
    await with_group(hall, kind="home")
    await sign_in_as(client, await resident(name="李秀兰", mode=mode))
    slot = (await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM))[0]
    asked = await client.get(f"/appointments/confirm?hall={hall.id}&slot={slot.id}&item={ITEM}")
    assert 'name="address"' in asked.text
    form = {"csrf": csrf_of(asked.text), "hall": str(hall.id), "slot": str(slot.id), "item": ITEM, "key": "key-00000"}
    assert (await client.post("/appointments", data=form)).status_code == 422
    made = await client.post("/appointments", data={**form, "address": "花园街 12 号"})
    assert made.status_code == 303
    ticket = await client.get(made.headers["location"])
    assert "花园街 12 号" in ticket.text
    assert "花园街 12 号" in (await client.get(made.headers["location"].split("?")[0] + "/slip")).text


async def test_where_it_is_sooner_nearby_is_said_on_the_page(client: httpx.AsyncClient) -> None:
    near = await open_hall("R01", Opening(weekdays=[1, 2], opens=time(10), closes=time(11), minutes=30, capacity=4))
    hall = await open_hall("R02", Opening(weekdays=[3], opens=time(10), closes=time(11), minutes=30, capacity=4))
    await sign_in_as(client, await resident())
    page = await client.get(f"/appointments/new?hall={hall.id}")
    assert f"hall={near.id}" in page.text


async def test_where_one_works_comes_first_of_the_halls_in_ones_county(client: httpx.AsyncClient) -> None:
    """The halls of city and province stand in the same county, and their names come before."""
    for code in ("R01", "R02", "D230103000"):
        await open_hall(code)
    await sign_in_as(client, await manager())
    assert "<h1>南岗区政务服务中心</h1>" in (await client.get("/desk/hall")).text


async def test_a_hall_that_opens_on_saturdays_does_not_say_that_it_is_closed(client: httpx.AsyncClient) -> None:
    for saturdays in (False, True):
        days = [1, 2, 3, 4, 5, 6] if saturdays else [1, 2, 3, 4, 5]
        hours = Opening(weekdays=days, opens=time(9), closes=time(11), minutes=30, capacity=10)
        hall = await open_hall("R02" if saturdays else "R01", hours)
        page = (await client.get(f"/appointments/new?hall={hall.id}")).text
        assert ("周末和节假日不上班" in page) != saturdays and "给打电话和不用手机的人留了位置" in page


async def test_the_sheet_of_a_closure_says_where_it_ends_and_goes_on_with_those_to_be_rung_first(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall_closing, "LISTED", 2)
    hours = Opening(weekdays=[2, 3], opens=time(9), closes=time(10), minutes=30, capacity=4)
    hall = await open_hall(opening=hours)
    for n, name in enumerate(("王一", "王二", "王三")):
        _, who = await somebody(name)
        await service.book(who, wish(hall, (await slots(hall, TUESDAY))[n % 2]), key=f"key-0000{n}")
    sun = await manager()
    await sign_in_as(client, sun)
    path = f"/desk/hall/{hall.id}/closing"
    asked = (await client.get(path, params={"day": str(TUESDAY), "half": "day", "reason": "停电检修"})).text
    assert "3 人" in asked and "这里列出前 2 人" in asked and asked.count('<tr><th scope="row">') == 2
    made = await service.close_with_care(fresh(sun), hall.id, ClosingRequest(day=TUESDAY, reason="停电检修"))
    one = f"/desk/hall/{hall.id}/closings/{made.closing.id}"
    first = (await client.get(one)).text
    assert "第 1 至 2 位，共 3 位" in first
    rest = (await client.get(f"{one}?skip=2")).text
    assert "第 3 至 3 位，共 3 位" in rest and 'rel="next"' not in rest
    outcomes = [each.outcome for each in made.people]
    assert outcomes == sorted(outcomes, key=lambda each: each != "call"), "whoever must be rung is seen first"


async def test_who_reads_english_reads_the_names_of_services_in_english(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    person, who = await somebody()
    at = (await slots(hall, TUESDAY))[0]
    made = await service.book(who, wish(hall, at, ITEM, OTHER), key="key-00000")
    card, permit = "Apply for, renew or replace a resident ID card", "Apply for a residence permit"
    assert card in (await client.get(f"/appointments/new?hall={hall.id}&item={ITEM}&lang=en")).text
    await sign_in_as(client, person)
    assert f"{card}; {permit}" in (await client.get(f"/appointments/{made.id}?lang=en")).text
    assert "居住证申领" in (await client.get(f"/appointments/{made.id}")).text
