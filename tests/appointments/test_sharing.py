"""A hall divides its places; a manager sees what it becomes; times on offer stay as they are."""

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.appointments import rules, service
from backend.appointments.schemas import HallPolicy, SharePlan
from backend.core import clock, db, ids
from backend.core.problems import Forbidden, Invalid, NotFound
from tests.appointments.factories import MONDAY, hall, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, csrf_of, manager, resident, sign_in_as

TUESDAY = date(2026, 11, 24)
FIRST = date(2026, 12, 8)  # the first day without times
EVEN = SharePlan(online=40, phone=30, counter=10, kiosk=10, helper=10)
PERCENT = {pool: getattr(EVEN, pool) for pool in rules.POOLS}
SPLIT = importlib.import_module("backend.appointments.migrations.appointments_2026_11_26t17_00_00_000000").SPLIT


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


def form(values: SharePlan = EVEN, **more: str) -> dict[str, str]:
    return {name: str(getattr(values, name)) for name in values.__struct_fields__} | more


@given(st.integers(0, 1000))
def test_another_plan_gives_every_place_away_once_too(capacity: int) -> None:
    given_away = rules.shares(capacity, PERCENT)
    assert sum(given_away.values()) == capacity
    assert min(given_away.values()) >= (capacity >= 5)


def test_the_default_plan_keeps_the_promise_that_is_asked_of_every_hall() -> None:
    assert sum(rules.SHARES.values()) == 100
    assert rules.SHARES["online"] <= 100 - rules.OFFLINE_LEAST
    assert min(rules.SHARES.values()) > 0


async def test_a_new_division_holds_for_times_made_later_only(frozen: Callable[[datetime], None]) -> None:
    at, sun = await open_hall(), actor_for(await manager())
    before = await service.share_plan(sun, at.id)
    assert (before.holds_from, before.size, before.plans) == (FIRST, 10, [])
    after = await service.set_shares(sun, at.id, EVEN)
    assert [(each.valid_from, each.plan) for each in after.plans] == [(FIRST, EVEN)]
    frozen(datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    await service.open_slots_ahead(at.id)
    assert (await slots(at, TUESDAY))[-1].left == rules.shares(10)["online"]
    assert (await slots(at, FIRST))[0].left == 4


async def test_a_division_must_add_up_and_leave_every_way_something() -> None:
    at, sun = await open_hall(), actor_for(await manager())
    wrong = {
        SharePlan(online=70, phone=10, counter=10, kiosk=5, helper=5): {"online"},
        SharePlan(online=50, phone=10, counter=10, kiosk=5, helper=5): {"online"},
        SharePlan(online=60, phone=40, counter=0, kiosk=0, helper=0): {"counter", "kiosk", "helper"},
    }
    for plan, fields in wrong.items():
        for verb in (service.set_shares, service.preview_shares):
            with pytest.raises(Invalid) as refused:
                await verb(sun, at.id, plan)
            assert set(refused.value.fields) == fields


async def test_the_table_itself_refuses_an_unfair_plan() -> None:
    at = await hall()
    for values in ((70, 10, 10, 5, 5), (60, 40, 0, 0, 0), (60, 20, 10, 5, 6)):
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction():
                await db.execute(
                    """INSERT INTO appointments_share_plan VALUES
                    ('230103', $1, $2, $3, $4, $5, $6, $7, $8, now())""",
                    ids.new(), at.id, FIRST, *values,
                )  # fmt: skip


async def test_only_managers_of_the_hall_divide_its_places() -> None:
    at, li = await open_hall(), actor_for(await resident())
    with pytest.raises(NotFound):
        await service.set_shares(actor_for(await manager(region="230202")), at.id, EVEN)
    with pytest.raises(NotFound):
        await service.set_policy(actor_for(await manager(region="230202")), at.id, HallPolicy())
    with pytest.raises(Forbidden):
        await service.set_shares(li, at.id, EVEN)


async def test_the_use_of_the_last_weeks_stands_beside_the_plan(frozen: Callable[[datetime], None]) -> None:
    at = await open_hall()
    _, own = await somebody()
    await service.book(own, wish(at, (await slots(at, TUESDAY))[0]), key="key-00000")
    frozen(datetime(2026, 11, 25, 0, 30, tzinfo=UTC))
    used = {each.pool: (each.places, each.taken) for each in (await service.share_plan(own, at.id)).lines}
    assert used["online"] == (26 * 5, 1)  # two days of thirteen times
    assert used["phone"] == (26 * 2, 0)


async def test_a_manager_looks_at_a_division_before_saving_it(client: httpx.AsyncClient) -> None:
    at = await open_hall()
    await sign_in_as(client, await manager())
    shown = await client.get(f"/desk/hall/shares?hall={at.id}")
    assert shown.status_code == 200 and "从2026年12月8日" in shown.text.replace(" ", "")
    typed = form(csrf=csrf_of(shown.text), hall=str(at.id))
    seen = await client.post("/desk/hall/shares", data=typed | {"act": "preview"})
    assert seen.status_code == 200 and "还没有保存" in seen.text and 'value="40"' in seen.text
    assert await db.fetchval("SELECT count(*) FROM appointments_share_plan") == 0
    wrong = await client.post("/desk/hall/shares", data=typed | {"act": "save", "online": "80"})
    assert wrong.status_code == 422 and "最多 60%" in wrong.text and 'value="80"' in wrong.text
    saved = await client.post("/desk/hall/shares", data=typed | {"act": "save"})
    assert saved.status_code == 303
    assert "分配已保存" in (await client.get(saved.headers["location"])).text


async def test_a_manager_says_when_unused_places_are_released(client: httpx.AsyncClient) -> None:
    at = await open_hall()
    await sign_in_as(client, await manager())
    shown = await client.get(f"/desk/hall/shares?hall={at.id}")
    typed = {"csrf": csrf_of(shown.text), "hall": str(at.id), "release_hours": "48", "keep": "2", "others_days": ""}
    wrong = await client.post("/desk/hall/shares/policy", data=typed | {"release_hours": "2"})
    assert wrong.status_code == 422 and 'value="2"' in wrong.text
    saved = await client.post("/desk/hall/shares/policy", data=typed)
    assert saved.status_code == 303
    assert await service.policy_of(actor_for(await resident()), at.id) == HallPolicy(release_hours=48, keep=2)


@pytest.mark.parametrize("look", ["standard.zh_CN.", "elder.zh_CN."])
async def test_residents_read_when_unused_places_are_released(client: httpx.AsyncClient, look: str) -> None:
    client.cookies.set("linli_ui", look, domain="linli.test")
    at = await open_hall()
    shown = await client.get(f"/appointments/new?hall={at.id}&date=2026-11-26")
    told = "未用完的电话和窗口名额" in shown.text
    assert told and "11月25日 8:30" in shown.text.replace("周三 ", "")


async def test_far_days_of_a_hall_are_for_its_residents_first_and_the_refusal_says_how_long() -> None:
    at = await open_hall()
    await service.set_policy(actor_for(await manager()), at.id, HallPolicy(others_days=7))
    far, near = (await slots(at, date(2026, 12, 3)))[0], (await slots(at, date(2026, 11, 30)))[0]
    own, guest = actor_for(await resident(home="230103")), actor_for(await resident(home="230202"))
    await service.book(own, wish(at, far), key="key-00000")
    with pytest.raises(service.ResidentsFirst) as refused:
        await service.book(guest, wish(at, far), key="key-00000")
    assert (refused.value.values["days"], refused.value.values["last"]) == (7, "2026-11-30")
    await service.book(guest, wish(at, near), key="key-00001")


@pytest.mark.parametrize("look", ["standard.zh_CN.", "elder.zh_CN."])
async def test_the_choice_of_a_day_says_that_residents_book_first(client: httpx.AsyncClient, look: str) -> None:
    client.cookies.set("linli_ui", look, domain="linli.test")
    at = await open_hall()
    assert "先让本地居民" not in (await client.get(f"/appointments/new?hall={at.id}")).text
    await service.set_policy(actor_for(await manager()), at.id, HallPolicy(others_days=7))
    assert "今天可约到11月30日" in (await client.get(f"/appointments/new?hall={at.id}")).text


async def test_times_of_before_get_the_five_shares_as_the_rule_would_give_them(as_owner: None) -> None:
    sizes = {ids.new(): size for size in range(1, 61)}
    touched, begin = ids.new(), datetime(2099, 1, 1, tzinfo=UTC)
    for number, (slot, size) in enumerate([*sizes.items(), (touched, 10)]):
        at = begin + timedelta(hours=number)
        await db.execute(
            """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at)
            VALUES ('230103', $1, $2, $3, 1, $4, $5)""",
            slot, ids.new(), at.date(), at, at + timedelta(minutes=30),
        )  # fmt: skip
        for pool, part in {"online": size * 3 // 5, "phone": 0, "counter": size - size * 3 // 5}.items():
            await db.execute(
                """INSERT INTO appointments_share (region, slot_id, pool, capacity, taken, issued)
                VALUES ('230103', $1, $2, $3, $4, $4)""",
                slot, pool, part, int(slot == touched and pool == "online"),
            )  # fmt: skip
    for statement in SPLIT:
        await db.execute(statement)
    for slot, size in sizes.items():
        assert await _shares(slot) == rules.shares(size), size
    assert await _shares(touched) == {"online": 6, "phone": 0, "counter": 4, "kiosk": 0, "helper": 0}
    await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def _shares(slot: UUID) -> dict[str, int]:
    rows = await db.fetch("SELECT pool, capacity FROM appointments_share WHERE slot_id = $1", slot)
    return {row["pool"]: row["capacity"] for row in rows}


def test_released_before_is_counted_from_each_time() -> None:
    at = clock.at(TUESDAY, time(9))
    assert service.released_at(at, HallPolicy()) == at - timedelta(hours=24)
