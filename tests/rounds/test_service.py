"""Home visits: agreed with a verified person, taken by one, walked by street, and told of."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import Forbidden, Invalid, KeyReused, NotFound
from backend.rounds import rules, service
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager, operator, resident
from tests.rounds.factories import DAY, all_told, planned, wish

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY + timedelta(days=1))


async def test_the_place_is_sealed_and_the_same_key_makes_one_visit() -> None:
    chen = actor_for(await operator(), helping=await resident(name="李秀兰"))
    first = await service.plan(chen, wish(), key="one-key-only")
    again = await service.plan(chen, wish(), key="one-key-only")
    assert first == again and first.place == "南岗区红军街 8 号 2 单元 301"
    assert "红军街".encode() not in await db.fetchval("SELECT place FROM rounds_visit")
    with pytest.raises(service.AlreadyPlanned):
        await service.plan(chen, wish(hour=14), key="another-key")
    with pytest.raises(KeyReused):
        await service.plan(chen, wish(hour=14), key="one-key-only")


async def test_a_visit_is_for_somebody_who_is_being_helped() -> None:
    with pytest.raises(Forbidden):
        await service.plan(actor_for(await operator()), wish(), key="for-nobody")
    with pytest.raises(Forbidden):
        await service.plan(actor_for(await resident()), wish(), key="by-oneself")


@pytest.mark.parametrize(
    ("day", "begins", "ends", "wrong"),
    [(-1, 9, 11, "day"), (31, 9, 11, "day"), (1, 11, 9, "ends"), (1, 8, 18, "ends"), (0, 8, 10, "day")],
)
async def test_the_window_is_ahead_and_of_a_sensible_length(day: int, begins: int, ends: int, wrong: str) -> None:
    chen = actor_for(await operator(), helping=await resident())
    at = clock.today() + timedelta(days=day)
    wanted = msgspec.structs.replace(wish(day=at), begins=time(begins), ends=time(ends))
    with pytest.raises(Invalid) as refusal:
        await service.plan(chen, wanted, key="out-of-reach")
    assert list(refusal.value.fields) == [wrong]


async def test_of_two_who_take_a_visit_one_has_it_and_only_that_one_ends_it() -> None:
    made = await planned()
    liu, wang = actor_for(await clerk()), actor_for(await clerk())
    await service.take(liu, made.id)
    with pytest.raises(service.VisitTakenByOther):
        await service.take(wang, made.id)
    with pytest.raises(service.VisitTakenByOther):
        await service.finish(wang, made.id, "met")
    assert await service.day_round(wang, DAY) == [], "a colleague's round is not mine"
    await service.finish(liu, made.id, "met", note="材料齐了")
    with pytest.raises(service.VisitTakenByOther):
        await service.finish(liu, made.id, "missed")
    [line] = await service.day_round(liu, DAY)
    assert (line.state, line.note, line.mine) == ("met", "材料齐了", True)


async def test_the_round_follows_the_streets_and_its_reading_leaves_a_trace() -> None:
    for place, hour in (("南岗区红军街 8 号", 9), ("南岗区中山路 3 号", 10), ("南岗区红军街 2 号", 15)):
        await planned(place, hour, name=place)
    sun = actor_for(await manager())
    found = await service.day_round(sun, DAY, whose="all")
    assert [each.place[3:6] for each in found] == ["红军街", "红军街", "中山路"]
    by_time = [each.begins for each in await service.day_round(sun, DAY, order="time")]
    assert by_time == sorted(each.begins for each in found)
    seen = await db.fetchval("SELECT count(DISTINCT person) FROM core_view WHERE acting = $1", sun.acting)
    assert seen == 3


async def test_another_county_sees_and_takes_nothing() -> None:
    made = await planned()
    stranger = actor_for(await clerk(region="230203"))
    assert await service.day_round(stranger, DAY) == []
    for act in (service.take(stranger, made.id), service.cancel(stranger, made.id)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await service.day_round(stranger, DAY + timedelta(days=4000))


async def test_the_person_hears_that_we_come_who_comes_and_that_nobody_was_met() -> None:
    made = await planned()
    liu = actor_for(await clerk())
    await service.take(liu, made.id)
    [line] = await service.day_round(liu, DAY)
    told = await all_told()
    assert any("将上门为您办理" in each and "9:00" in each for each in told)
    assert any(f"{liu.name}（工号 01030001）" in each and f"口令 {line.code}" in each for each in told)
    await service.finish(liu, made.id, "missed")
    assert any("没有遇到您" in each and "另约时间" in each for each in await all_told())
    waiting = "SELECT count(*) FROM notifications_message WHERE person = $1 AND state = 'calling'"
    assert await db.fetchval(waiting, made.person) == 1, "somebody rings to agree another time"


async def test_an_operator_of_the_city_plans_for_the_county_where_the_person_lives() -> None:
    chen = actor_for(await operator(region="230100"), helping=await resident(home="230103"))
    made = await service.plan(chen, wish(), key="for-nangang")
    assert await db.fetchval("SELECT region FROM rounds_visit") == "230103"
    await service.take(actor_for(await clerk(region="230103")), made.id)
    await service.cancel(chen, made.id)


async def test_closing_the_account_calls_the_visit_off() -> None:
    made = await planned()
    assert made.person is not None, "whoever plans it for them knows them"
    await service.cancel_all(Actor.system("close"), made.person)
    [mine] = await service.all_of(made.person)
    assert mine.state == "cancelled" and mine.place == "南岗区红军街 8 号"


def test_a_street_is_what_stands_before_the_first_number() -> None:
    assert rules.street_of("南岗区红军街 8 号 2 单元") == "南岗区红军街"
    assert rules.street_of("三十八栋") == "三十八栋"


async def test_until_somebody_goes_there_only_a_manager_sees_who_lives_there() -> None:
    made = await planned("南岗区红军街 8 号")
    liu = actor_for(await clerk())
    [free] = await service.day_round(liu, DAY, whose="open")
    assert (free.person, free.name, free.phone, free.place) == (None, "", "", "南岗区红军街")
    assert await db.fetchval("SELECT count(*) FROM core_view WHERE acting = $1", liu.acting) == 0
    [known] = await service.day_round(actor_for(await manager()), DAY)
    assert (known.name, known.place) == ("李秀兰", "南岗区红军街 8 号")
    await service.take(liu, made.id)
    [mine] = await service.day_round(liu, DAY)
    assert (mine.name, mine.phone, mine.place) == ("李秀兰", "13712340078", "南岗区红军街 8 号")


async def test_a_visit_is_planned_for_a_street_of_ones_own_post_only() -> None:
    chen = actor_for(await operator(), helping=await resident())
    with pytest.raises(Invalid) as refusal:
        await service.plan(chen, msgspec.structs.replace(wish(), division="230202001"), key="elsewhere")
    assert list(refusal.value.fields) == ["division"]
    await service.plan(chen, msgspec.structs.replace(wish(), division="230103005"), key="one-street")
    assert await db.fetchval("SELECT division FROM rounds_visit") == "230103005"


@pytest.mark.parametrize(
    ("place", "street"),
    [("南岗区红军街 8 号", "南岗区红军街"), ("兴隆村老王家", "兴隆村"), ("三十八栋", ""), ("中山路九号院", "中山路")],
)
def test_where_a_visit_is_about_says_no_door(place: str, street: str) -> None:
    assert rules.about_where(place) == street
