"""应急通知: by everything at once, two people behind a real one, an answer with one press, and nobody forgotten."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.core import alerts, clock, db
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.core.walls import sight_of
from backend.identity.schemas import PersonSummary
from backend.identity.sealed import unseal
from backend.messaging import service
from backend.messaging.jobs import go_on_with_broadcasts
from backend.messaging.schemas import EmergencyRequest
from backend.messaging.service import emergencies, spreading
from backend.messaging.service.emergencies import NoSuchWarning, NotForYou
from backend.messaging.service.mailing import NotNow, SecondPersonNeeded
from backend.notifications import service as notifications
from tests.identity.factories import actor_for, city, no_one, resident, sign_in_as, staff
from tests.messaging.factories import fresh
from tests.notifications.factories import NOON, counting

HERE, STREET = "230199", "230199001"
GATEWAY = Actor.system("gateway")
WORDS = "燃气泄漏，请关火开窗，到楼下集合。"


async def written(actor: Actor, *, drill: bool = False, division: str = HERE) -> UUID:
    wanted = EmergencyRequest(
        division=division, hazard="gas", title="燃气泄漏", words=WORDS, plain="有煤气味。关火，开窗，下楼。",
        english_title="Gas leak", english="Gas leak. Leave the building.", drill=drill,
    )  # fmt: skip
    return (await service.make_emergency(actor, wanted)).id


async def drill(division: str = HERE) -> UUID:
    actor = fresh(await city(region="230100"))
    made = await written(actor, drill=True, division=division)
    await service.begin_broadcast(actor, made)
    await service.send_some()
    return made


async def seekers(division: str = HERE) -> Actor:
    """A grid worker of a street."""
    made = actor_for(await staff("grid", region=division[:6]))
    return msgspec.structs.replace(made, grants=frozenset({("grid", division)}))


async def inbox(who: PersonSummary) -> list[str]:
    return [each.body for each in (await notifications.messages(actor_for(who))).pinned]


async def test_a_real_one_needs_a_second_person() -> None:
    one, two = fresh(await city(region="230100")), fresh(await city(region="230100"))
    li = await resident(home=STREET)
    made = await written(one)
    with pytest.raises(SecondPersonNeeded):
        await service.begin_broadcast(one, made)
    assert await service.send_some() == 0 and await inbox(li) == []
    await service.begin_broadcast(two, made)
    with pytest.raises(NotNow):
        await service.begin_broadcast(two, made)
    assert await service.send_some() == 1
    assert await inbox(li) == [f"{WORDS} 收到后请回复 1。"]
    other = await written(one)
    await service.refuse_broadcast(two, other)
    with pytest.raises(NotNow):
        await service.begin_broadcast(two, other)


async def test_a_drill_says_so_everywhere_and_needs_one() -> None:
    li, ann = await resident(home=STREET), await resident(home=STREET, lang="en")
    made = await drill()
    (line,) = (await notifications.messages(actor_for(li))).pinned
    assert line.title == "【演练】燃气泄漏" and line.body.startswith(f"【演练】{WORDS}")
    assert (await notifications.messages(actor_for(ann))).pinned[0].body.startswith("Drill: Gas leak.")
    shown = await service.warning(actor_for(li), made)
    assert shown.drill and shown.title == "【演练】燃气泄漏"
    ways = await db.fetch("SELECT channel FROM notifications_delivery ORDER BY message, channel")
    assert [row["channel"] for row in ways] == ["sms", "voice"] * 2  # at once, without waiting for one another


async def test_a_warning_goes_on_page_by_page_until_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "PIECE", 2)
    everybody = [await resident(home=STREET) for _ in range(5)]
    actor = fresh(await city(region="230100"))
    made = await written(actor, drill=True)
    await service.begin_broadcast(actor, made)
    await go_on_with_broadcasts()
    line = await service.broadcast(actor, made)
    assert (line.told, line.state) == (5, "running") and line.finished
    assert all([await inbox(each) for each in everybody])


async def test_one_press_a_text_or_a_visit_answers_it() -> None:
    by_page, by_text, by_grid = [await resident(home=STREET, name=f"居民{n}") for n in range(3)]
    reads = await resident(home=STREET, name="看到了")
    other = await resident(home="230198")
    made = await drill()
    grid = await seekers(STREET)
    await service.acknowledge(actor_for(by_page), made)
    await service.acknowledge(actor_for(by_page), made)
    await service.receive_text(GATEWAY, await phone_of(by_text), "收到。")
    await service.receive_text(GATEWAY, await phone_of(by_grid), "什么事")
    message = (await notifications.messages(actor_for(reads))).pinned[0]
    await notifications.read_message(actor_for(reads), message.id)
    left = (await service.not_reached(grid, made)).items
    assert [each.person for each in left] == [by_grid.id]
    await service.mark_reached(grid, made, by_grid.id)
    assert (await service.not_reached(grid, made)).items == []
    rows = await db.fetch("SELECT how FROM messaging_recipient WHERE answered IS NOT NULL ORDER BY how")
    assert [row["how"] for row in rows] == ["grid", "page", "text"]
    with pytest.raises(NotForYou):
        await service.acknowledge(actor_for(other), made)
    assert [each.how for each in await service.warnings_held(by_text.id)] == ["text"]
    unread = [await notifications.count_unread(actor_for(each)) for each in (by_page, by_text, by_grid)]
    assert unread == [0, 0, 1], "whoever answers has read it; whoever was told at the door has not"


async def test_a_text_answers_all_warnings_by_one_look_however_many_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    li = await resident(home=STREET)
    made = [await drill() for _ in range(3)]
    said = counting(monkeypatch)
    phone = await phone_of(li)
    assert await service.acknowledge_by_text(GATEWAY, phone, "平安") == 3
    assert sum("FROM messaging_broadcast" in sql for sql in said) == 1
    said.clear()
    assert await service.acknowledge_by_text(GATEWAY, phone, "平安") == 0
    assert len([sql for sql in said if "messaging_" in sql]) == 1, "what is answered is not looked at again"
    assert {(await service.warning(actor_for(li), each)).answered is not None for each in made} == {True}


async def test_a_polite_answer_to_another_system_reaches_no_warning() -> None:
    li = await resident(home=STREET)
    await drill()
    phone = await phone_of(li)
    await service.receive_text(GATEWAY, phone, "收到", about=no_one())
    assert await db.fetchval("SELECT count(*) FROM messaging_recipient WHERE answered IS NOT NULL") == 0
    await service.receive_text(GATEWAY, phone, "平安", about=no_one())
    assert await db.fetchval("SELECT count(*) FROM messaging_recipient WHERE answered IS NOT NULL") == 1


async def test_who_closed_the_account_meanwhile_can_be_found_at_the_door_all_the_same() -> None:
    li = await resident(home=STREET)
    made = await drill()
    await db.execute("UPDATE identity_person SET state = 'closed' WHERE id = $1", li.id)
    await service.mark_reached(await seekers(STREET), made, li.id)
    assert await db.fetchval("SELECT how FROM messaging_recipient") == "grid"


@pytest.mark.parametrize(("real", "name"), [(True, "王小明"), (False, "王**")])
async def test_a_child_is_named_to_who_looks_for_it_while_a_real_warning_stands(
    frozen: Callable[[datetime], None], real: bool, name: str
) -> None:
    frozen(NOON)
    await resident(name="王小明", birth=date(2018, 6, 1), home=STREET)
    made = await written(fresh(await city(region="230100"))) if real else await drill()
    if real:
        await service.begin_broadcast(fresh(await city(region="230100")), made)
        await service.send_some()
    grid = await seekers()
    [child] = (await service.not_reached(grid, made)).items
    assert (child.name, child.closed) == (name, not real)
    assert await db.fetchval(
        "SELECT count(*) FROM core_view WHERE acting = $1 AND person = $2", grid.acting, child.person
    )
    if real:
        await service.end_broadcast(fresh(await city(region="230100")), made)
        assert [each.name for each in (await service.not_reached(grid, made)).items] == ["王**"]


async def test_who_was_not_reached_is_found_behind_many_who_have_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emergencies, "LOOKED_AT", 2)
    readers = [await resident(home=STREET) for _ in range(5)]
    last = await resident(home="230199009")
    made = await drill()
    for each in readers:
        await notifications.read_message(actor_for(each), (await notifications.messages(actor_for(each))).pinned[0].id)
    assert [each.person for each in (await service.not_reached(await seekers(), made)).items] == [last.id]


async def test_a_list_that_ends_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emergencies, "LISTED", 2)
    people = {(await resident(home=STREET)).id for _ in range(4)}
    made, grid = await drill(), await seekers()
    first = await service.not_reached(grid, made)
    rest = await service.not_reached(grid, made, after=first.next or "")
    assert len(first.items) == 2 and {each.person for each in [*first.items, *rest.items]} == people
    assert rest.next is None and (await service.not_reached(grid, made, after="x")).items == first.items


async def phone_of(who: PersonSummary) -> str:
    sealed = await db.fetchval("SELECT phone FROM identity_person WHERE id = $1", who.id)
    return unseal("person", who.id, "phone", sealed)


async def test_a_grid_worker_sees_the_own_division_only_and_it_is_on_record() -> None:
    near = await resident(home=STREET)
    made = await drill()
    away = await seekers("230199002")
    assert (await service.not_reached(away, made)).items == []
    with pytest.raises(NoSuchWarning):
        await service.mark_reached(away, made, near.id)
    assert [each.id for each in await service.warnings_here(await seekers(STREET))] == [made]
    assert await service.warnings_here(await seekers("230201")) == []
    await service.not_reached(await seekers(STREET), made)
    assert await db.fetchval("SELECT count(*) FROM core_view WHERE person = $1 AND what = 'warning'", near.id) == 1


async def test_somebody_without_a_number_comes_on_the_call_list_at_once() -> None:
    han = await resident(home=STREET, phone="")
    await drill()
    caller = await seekers(STREET)
    (waiting,) = await notifications.waiting(caller)
    assert (waiting.person, waiting.urgent) == (han.id, True)


async def test_it_stands_on_every_page_of_the_area_until_it_ends(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    li, other = await resident(home=STREET), await resident(home="230198")
    assert "演练" not in (await client.get("/?lang=zh_CN")).text
    made = await drill()
    await sign_in_as(client, li)
    for path, title in (("/", "燃气泄漏"), ("/me", "燃气泄漏"), ("/messages", "燃气泄漏"), ("/?lang=en", "Gas leak")):
        page = (await client.get(path)).text
        assert f'href="/emergencies/{made}"' in page and title in page
    await sign_in_as(client, other)
    assert "/emergencies/" not in (await client.get("/")).text
    await sign_in_as(client, li)
    (line,) = await service.broadcasts(fresh(await city(region="230100")), kind="emergency")
    assert line.until
    with clock.frozen(line.until + timedelta(seconds=1)):
        assert alerts.at(STREET) == []
        assert await service.end_past() == 1
        over = "SELECT count(*) FROM core_announcement WHERE name = 'BroadcastOver' AND subject = $1"
        assert await db.fetchval(over, line.id) == 1
    assert "/emergencies/" not in (await client.get("/")).text


async def test_ending_it_takes_it_off_and_it_can_still_be_read(client: httpx.AsyncClient) -> None:
    made = await drill()
    assert alerts.at(STREET)
    await service.end_broadcast(fresh(await city(region="230100")), made)
    assert not alerts.at(STREET)
    assert (await service.warning(Actor(), made)).over
    one = fresh(await city(region="230100"))
    with pytest.raises(NoSuchWarning):
        await service.warning(Actor(), await written(one, drill=True))


async def test_a_public_page_that_was_ready_shows_a_warning_at_once(client: httpx.AsyncClient) -> None:
    client.cookies.set("linli_ui", f"standard.zh_CN.{HERE}", domain="linli.test")
    assert "/emergencies/" not in (await client.get("/services")).text
    await drill()
    assert "【演练】燃气泄漏" in (await client.get("/services")).text


async def test_a_manager_of_a_street_warns_it_over_the_second_wall_and_no_other_street_changes_it() -> None:
    boss, other = [
        msgspec.structs.replace(
            fresh(await staff("manager", region=STREET[:6])), grants=frozenset({("manager", division)})
        )
        for division in (STREET, f"{STREET[:6]}009")
    ]
    async with db.scoped(sight_of(boss)):
        made = await written(boss, drill=True, division=STREET)
        await service.begin_broadcast(boss, made)
        assert [each.id for each in await service.broadcasts(boss)] == [made]
        await service.stop_broadcast(boss, made)
    async with db.scoped(sight_of(other)):
        assert await service.broadcasts(other) == []
        with pytest.raises(NotFound):
            await service.resume_broadcast(other, made)
        assert await db.execute("UPDATE messaging_broadcast SET state = 'over'") == "UPDATE 0"


async def test_a_warning_goes_on_although_the_gateway_for_texts_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "ROOM", 4)
    monkeypatch.setattr(spreading, "PIECE", 2)
    for number in range(8):
        await resident(name=f"居民{number}", home=HERE)
    made = await drill()
    told = "SELECT told FROM messaging_broadcast WHERE id = $1"
    assert await db.fetchval(told, made) == 2, "as many wait as may"
    later = clock.now() + timedelta(minutes=1)
    for _ in range(3):
        await db.execute("UPDATE notifications_delivery SET tries = 1, next_try = $1 WHERE state = 'queued'", later)
        await service.send_some()
    assert await db.fetchval(told, made) == 8


@pytest.mark.parametrize("ended", [False, True])
async def test_a_warning_that_was_stopped_ends_with_its_time(frozen: Callable[[datetime], None], ended: bool) -> None:
    actor = fresh(await city(region="230100"))
    made = await written(actor, drill=True)
    await service.begin_broadcast(actor, made)
    await service.stop_broadcast(actor, made)
    frozen(clock.now() + timedelta(hours=7 if ended else 5))
    assert await service.end_past() == ended
    assert (await service.broadcast(actor, made)).state == ("over" if ended else "stopped")


async def test_somebody_whom_no_key_opens_holds_back_no_warning() -> None:
    somebody, others = await resident(home=HERE), [await resident(home=HERE) for _ in range(2)]
    await db.execute("UPDATE identity_person SET phone = $2, name = $2 WHERE id = $1", somebody.id, b"\x00" * 40)
    made = await drill()
    assert [len(await inbox(each)) for each in others] == [1, 1]
    assert await db.fetchval("SELECT told FROM messaging_broadcast WHERE id = $1", made) == 3
    missing = await db.fetch("SELECT person FROM messaging_recipient WHERE broadcast = $1", made)
    assert somebody.id in {each["person"] for each in missing}, "somebody has to go there"
    listed = (await service.not_reached(await seekers(HERE), made)).items
    assert {each.person: each.unreadable for each in listed} == {
        somebody.id: True,
        **{each.id: False for each in others},
    }


async def test_somebody_whom_no_key_opens_ends_a_warning_as_any_other_when_nobody_else_is_left() -> None:
    somebody = await resident(home=HERE)
    await db.execute("UPDATE identity_person SET phone = $2 WHERE id = $1", somebody.id, b"\x00" * 40)
    await drill()
    assert not await spreading.under_way()


async def test_who_moves_while_a_warning_goes_out_is_warned_once(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)
    people = [await resident(home=f"{HERE}00{number}") for number in (1, 2, 3)]
    actor = fresh(await city(region="230100"))
    made = await written(actor, drill=True)
    frozen(NOON + timedelta(minutes=1))
    await service.begin_broadcast(actor, made)
    assert await service.send_some(piece=2, seconds=0) == 2
    frozen(NOON + timedelta(minutes=2))
    move = "UPDATE identity_person SET home = $2, changed = $3 WHERE id = $1"
    await db.execute(move, people[2].id, f"{HERE}001", clock.now())  # behind what was told
    await db.execute(move, people[0].id, f"{HERE}003", clock.now())  # before it
    new = await resident(home=f"{HERE}001")
    while await service.send_some(piece=1):
        pass
    assert [len(await inbox(each)) for each in (*people, new)] == [1, 1, 1, 1]
    assert not await spreading.under_way()


async def test_a_storm_over_all_counties_takes_no_warning_off_its_pages() -> None:
    li, made = await resident(home=HERE), await drill()
    others = """INSERT INTO messaging_broadcast (region, id, kind, hazard, drill, division, title, texts, state, total,
            made_by, made, decided_by, decided, until)
        SELECT '230200', gen_random_uuid(), kind, hazard, false, '230202', title, texts, state, 0, made_by, made,
            gen_random_uuid(), decided + interval '1 second', until
        FROM messaging_broadcast, generate_series(1, 60) WHERE id = $1"""
    await db.execute(others, made)
    assert made in [UUID(each.href.rpartition("/")[2]) for each in await emergencies.standing()]
    assert [each.id for each in await service.warnings_here(await seekers())] == [made]
    assert await service.acknowledge_by_text(GATEWAY, await phone_of(li), "收到") == 1
