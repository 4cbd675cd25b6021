"""A home visit is given to a colleague who is on duty, given on, given back; and moves on when somebody is away."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import service as identity
from backend.identity.schemas import StaffPost
from backend.rounds import rules, service
from backend.rounds.schemas import OrderRequest, Visit, Window
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager, resident, staff
from tests.rounds.factories import DAY, all_told, on_leave, planned


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY + timedelta(days=1))


async def line(visit: Visit, who: StaffPost) -> Visit:
    return next(each for each in await service.day_round(actor_for(who), DAY, whose="all") if each.id == visit.id)


async def test_a_manager_gives_a_visit_to_a_colleague_and_then_to_another() -> None:
    made, sun, liu, wang = await planned(), await manager(), await clerk("刘洋"), await clerk("王强")
    await service.assign(actor_for(sun), made.id, liu.id)
    assert (await line(made, sun)).staff_name == "刘洋"
    given = await line(made, liu)
    assert given.mine and given.fresh and len(given.code) == 4
    assert not (await line(made, liu)).fresh, "seen once"
    assert await service.day_round(actor_for(wang), DAY, whose="all") == []
    await service.assign(actor_for(sun), made.id, wang.id)
    with pytest.raises(service.VisitTakenByOther):
        await service.finish(actor_for(liu), made.id, "met")
    told = await all_told()
    assert any("王强（工号 01030002）" in each for each in told) and not any("刘洋" in each for each in told), (
        "only the one who comes in the end is named"
    )


async def test_the_digits_are_new_for_each_visitor_and_nobody_else_sees_them() -> None:
    made, sun, liu, wang = await planned(), await manager(), await clerk(), await clerk()
    await service.assign(actor_for(sun), made.id, liu.id)
    assert (await line(made, sun)).code == ""
    before = await db.fetchval("SELECT code FROM rounds_visit")
    await service.assign(actor_for(sun), made.id, liu.id)
    assert await db.fetchval("SELECT code FROM rounds_visit") == before, "given twice to the same is once"
    await service.assign(actor_for(sun), made.id, wang.id)
    assert await db.fetchval("SELECT code FROM rounds_visit") != before
    await service.finish(actor_for(wang), made.id, "met")
    assert await db.fetchval("SELECT code FROM rounds_visit") is None


async def test_whoever_is_on_leave_then_cannot_be_sent_and_cannot_take_it() -> None:
    made, sun, liu, wang = await planned(), actor_for(await manager()), await clerk("刘洋"), await clerk("王强")
    await on_leave(liu, wang)
    with pytest.raises(service.NotOnDuty):
        await service.assign(sun, made.id, liu.id)
    with pytest.raises(service.NotOnDuty):
        await service.take(actor_for(liu), made.id)
    offered = await service.colleagues(sun, DAY)
    assert liu.id not in {each.id for each in offered} and wang.id in {each.id for each in offered}
    assert liu.id in {each.id for each in await service.colleagues(sun, DAY + timedelta(days=1))}


async def test_nobody_without_a_post_for_it_or_from_elsewhere_is_sent() -> None:
    made, sun = await planned(), actor_for(await manager())
    for stranger in (await staff("operator"), await clerk(region="230203"), await resident()):
        with pytest.raises(service.NotOnDuty):
            await service.assign(sun, made.id, stranger.id)
    with pytest.raises(Forbidden):
        await service.assign(actor_for(await clerk()), made.id, (await clerk()).id)
    with pytest.raises(NotFound):
        await service.assign(actor_for(await manager(region="230203")), made.id, (await clerk()).id)
    await service.assign(sun, made.id, (await staff("grid", region="230103")).id)


async def test_a_leave_moves_the_visits_of_those_days_to_the_stand_in() -> None:
    liu, wang = await clerk("刘洋"), await clerk("王强")
    then, later = await planned(), await planned(day=DAY + timedelta(days=1), name="王芳")
    for each in (then, later):
        await service.take(actor_for(liu), each.id)
    await all_told()
    await on_leave(liu, wang)
    told = await all_told()
    assert (await line(then, wang)).mine and any("王强" in each for each in told)
    assert await db.fetchval("SELECT staff FROM rounds_visit WHERE id = $1", later.id) == liu.id
    before = await db.fetchval("SELECT code FROM rounds_visit WHERE id = $1", then.id)
    await service.look_after(Actor.system("tests"), liu.id, stand_in=wang.id)
    assert await db.fetchval("SELECT code FROM rounds_visit WHERE id = $1", then.id) == before, "a repeat is harmless"


async def test_whoever_leaves_gives_everything_back() -> None:
    made, liu = await planned(), await clerk("刘洋")
    await service.take(actor_for(liu), made.id)
    await identity.end_post("230103", liu.id)
    told = await all_told()
    assert await db.fetchval("SELECT staff FROM rounds_visit") is None
    assert any("换谁来会再告诉您" in each for each in told)


async def test_a_visit_is_given_back_by_its_visitor_or_the_manager_and_by_nobody_else() -> None:
    made, sun, liu, wang = await planned(), await manager(), await clerk(), await clerk()
    with pytest.raises(service.VisitTakenByOther):
        await service.give_back(actor_for(sun), made.id)
    await service.take(actor_for(liu), made.id)
    with pytest.raises(service.VisitTakenByOther):
        await service.give_back(actor_for(wang), made.id)
    await service.give_back(actor_for(liu), made.id)
    assert [each.id for each in await service.day_round(actor_for(wang), DAY, whose="open")] == [made.id]
    await service.take(actor_for(wang), made.id)
    await service.give_back(actor_for(sun), made.id)


async def test_one_sees_ones_own_visits_and_those_that_are_free_on_asking() -> None:
    liu, wang, sun = await clerk(), await clerk(), await manager()
    mine, free, other = [await planned(hour=hour, name=f"居民{hour}") for hour in (9, 12, 15)]
    await service.take(actor_for(liu), mine.id)
    await service.take(actor_for(wang), other.id)

    async def seen(who: StaffPost, **more: object) -> set[object]:
        return {each.id for each in await service.day_round(actor_for(who), DAY, **more)}  # type: ignore[arg-type]

    assert await seen(liu) == {mine.id} and await seen(liu, whose="all") == {mine.id, free.id}
    assert await seen(liu, whose="open") == {free.id} and await seen(sun) == {mine.id, free.id, other.id}
    assert await seen(sun, staff=wang.id) == {other.id}
    with pytest.raises(NotFound):
        await seen(liu, staff=wang.id)


async def test_a_round_is_walked_in_the_order_that_its_visitor_chose() -> None:
    liu, sun = await clerk(), await manager()
    places = ("南岗区红军街 2 号", "南岗区红军街 8 号", "南岗区中山路 3 号")
    made = [await planned(place, hour, name=place) for place, hour in zip(places, (9, 11, 13), strict=True)]
    for each in made:
        await service.take(actor_for(liu), each.id)
    first, second, third = [each.id for each in made]
    await service.arrange(actor_for(liu), OrderRequest(day=DAY, visits=[third, first]))
    assert [each.id for each in await service.day_round(actor_for(liu), DAY)] == [third, first, second]
    await service.arrange(actor_for(sun), OrderRequest(day=DAY, visits=[second], staff=liu.id))
    assert [each.id for each in await service.day_round(actor_for(liu), DAY)] == [second, first, third]
    for who in (await clerk(), await manager(region="230203")):
        with pytest.raises(NotFound):
            await service.arrange(actor_for(who), OrderRequest(day=DAY, visits=[first], staff=liu.id))
    with pytest.raises(NotFound):
        await service.arrange(actor_for(await clerk()), OrderRequest(day=DAY, visits=[first]))


def test_moving_one_of_an_order_stops_at_its_ends() -> None:
    assert rules.shifted("abc", "b", -1) == ["b", "a", "c"] and rules.shifted("abc", "b", 1) == ["a", "c", "b"]
    assert rules.shifted("abc", "a", -1) == ["a", "b", "c"] and rules.shifted("abc", "x", 1) == ["a", "b", "c"]


async def test_where_nobody_was_met_a_second_visit_is_agreed_and_told_in_one_message() -> None:
    made, liu = await planned(), actor_for(await clerk())
    await service.take(liu, made.id)
    again = Window(day=DAY + timedelta(days=2), begins=time(14), ends=time(16))
    new = await service.finish(liu, made.id, "missed", note="敲门没人应", again=again)
    [follows] = await service.day_round(liu, again.day, whose="open")
    assert (follows.id, follows.follows) == (new, made.id)
    [known] = await service.day_round(actor_for(await manager()), again.day)
    assert (known.place, known.phone) == (made.place, made.phone)
    told = await all_told()
    assert any("14:00 至 16:00 再来" in each for each in told)
    waiting = "SELECT count(*) FROM notifications_message WHERE state = 'calling'"
    assert await db.fetchval(waiting) == 0


async def test_a_second_time_that_cannot_be_leaves_the_visit_as_it_was() -> None:
    made, liu = await planned(), actor_for(await clerk())
    await service.take(liu, made.id)
    past = Window(day=DAY - timedelta(days=3), begins=time(14), ends=time(16))
    with pytest.raises(Invalid) as refusal:
        await service.finish(liu, made.id, "missed", again=past)
    assert list(refusal.value.fields) == ["again.day"]
    assert await db.fetchval("SELECT state FROM rounds_visit") == "planned"
    with pytest.raises(Invalid):
        await service.finish(liu, made.id, "met", again=Window(day=DAY, begins=time(14), ends=time(16)))


async def test_the_person_sees_who_comes_with_number_and_digits() -> None:
    li = await resident(name="李秀兰")
    made, liu = await planned(person=li), await clerk("刘洋")
    [nobody] = await service.coming(actor_for(li))
    assert (nobody.staff_name, nobody.staff_number, nobody.code) == ("", "", "")
    await service.take(actor_for(liu), made.id)
    [known] = await service.coming(actor_for(li))
    assert (known.staff_name, known.staff_number) == ("刘洋", "01030001")
    assert known.code == (await line(made, liu)).code
    assert await service.coming(actor_for(await resident())) == []
    await service.finish(actor_for(liu), made.id, "met")
    assert await service.coming(actor_for(li)) == []


async def test_each_colleague_keeps_one_number() -> None:
    liu, wang = await clerk(), await clerk()
    for who, hour in ((liu, 9), (wang, 11), (liu, 13)):
        await service.take(actor_for(who), (await planned(hour=hour, name=f"居民{hour}")).id)
    assert [row["number"] for row in await db.fetch("SELECT number FROM rounds_badge ORDER BY number")] == [1, 2]
