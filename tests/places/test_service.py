from datetime import date, time

import pytest

from backend.core import db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Invalid, NotFound, SignInRequired
from backend.places import reference, service
from backend.places.schemas import CalendarDay, Hall, HallConfirmation

SYSTEM = Actor.system("test")
FACTS = HallConfirmation(address="南岗区花园街 1 号", phone="0451-12345", opens=time(8, 30), closes=time(16, 30))


def staff(role: str, region: str) -> Actor:
    return Actor(acting=ids.new(), basis="official", roles=frozenset({role}), region=region)


async def derived_hall() -> Hall:
    found = await service.halls(ANONYMOUS, division="230103001", derived=True)
    return found.items[0]


async def test_all_divisions_halls_and_days_are_there() -> None:
    levels = await db.fetch("SELECT level, count(*) FROM places_division GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in levels] == [(1, 1), (2, 13), (3, 126), (4, 1703), (5, 13877)]
    halls = await db.fetch("SELECT status, count(*) FROM places_hall GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in halls] == [("derived", 1825), ("listed", 19)]
    assert await db.fetchval("SELECT count(*) FROM places_day") == 1461


async def test_every_division_but_the_province_has_a_parent() -> None:
    orphans = """SELECT count(*) FROM places_division d WHERE level > 1
        AND NOT EXISTS (SELECT 1 FROM places_division p WHERE p.code = d.parent AND p.level = d.level - 1)"""
    assert await db.fetchval(orphans) == 0


async def test_no_derived_hall_has_an_address_or_hours() -> None:
    invented = "SELECT count(*) FROM places_hall WHERE status = 'derived' AND (address <> '' OR opens IS NOT NULL)"
    assert await db.fetchval(invented) == 0


async def test_loading_again_changes_nothing_and_keeps_what_a_city_wrote() -> None:
    hall = await derived_hall()
    await service.confirm_hall(staff("manager", "230103"), hall.id, FACTS)
    await service.load_calendar(SYSTEM, [CalendarDay(day=date(2027, 2, 6), kind="makeup_workday", holiday="春节")])
    before = await db.fetch("SELECT * FROM places_hall ORDER BY region, id")
    await reference.load(lambda done, total: None)
    assert await db.fetch("SELECT * FROM places_hall ORDER BY region, id") == before
    assert (await service.hall(ANONYMOUS, hall.id)).address == FACTS.address
    assert await service.is_open_day(ANONYMOUS, date(2027, 2, 6))


async def test_the_path_leads_from_the_province_to_the_community() -> None:
    path = await service.path(ANONYMOUS, "230102001002")
    assert [each.name for each in path] == ["黑龙江省", "哈尔滨市", "道里区", "兆麟街道", "索菲亚社区居委会"]


async def test_an_unknown_code_is_no_place() -> None:
    with pytest.raises(NotFound):
        await service.path(ANONYMOUS, "239999")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("南岗", "哈尔滨市南岗区"),
        ("nangang", "哈尔滨市南岗区"),
        ("nan gang qu", "哈尔滨市南岗区"),
        ("ngq", "哈尔滨市南岗区"),
        ("Harbin", "哈尔滨市"),
        ("花园街道", "哈尔滨市南岗区花园街道"),
        ("suofeiya", "哈尔滨市道里区兆麟街道索菲亚社区居委会"),
        ("道里区 新阳路", "哈尔滨市道里区新阳路街道"),
    ],
)
async def test_a_place_is_found_by_han_pinyin_or_initials(question: str, first: str) -> None:
    found = await service.find(ANONYMOUS, question)
    assert found[0].full_name == first


async def test_of_many_villages_of_one_name_those_of_the_own_county_come_first() -> None:
    found = await service.find(ANONYMOUS, "红旗村", home="230111")
    assert found[0].code.startswith("230111")
    assert len({each.code[:6] for each in found}) > 5


async def test_signs_that_mean_something_to_the_database_find_nothing() -> None:
    assert await service.find(ANONYMOUS, "%_\\") == []


async def test_the_nearest_place_to_saint_sophia_is_its_community() -> None:
    near = await service.nearest_division(ANONYMOUS, 45.7671, 126.6250)
    assert near.division.name == "索菲亚社区居委会"
    assert near.metres < 300


async def test_a_position_in_beijing_is_outside() -> None:
    with pytest.raises(service.OutsideProvince):
        await service.nearest_divisions(ANONYMOUS, 39.9, 116.4)


async def test_halls_of_ones_own_township_county_and_city_come_before_near_ones() -> None:
    halls = await service.nearest_halls(ANONYMOUS, "230102001002", limit=8)
    assert [each.relation for each in halls] == ["township", "county", "prefecture", "province", *["near"] * 4]
    assert halls[1].hall.name == "哈尔滨市道里区政务服务中心"
    metres = [each.metres or 0 for each in halls[4:]]
    assert metres == sorted(metres)


async def test_somebody_without_a_place_sees_the_hall_of_the_province() -> None:
    assert [each.hall.name for each in await service.nearest_halls(ANONYMOUS, "")] == ["黑龙江省政务服务中心"]


async def test_halls_come_in_pieces_the_listed_ones_first() -> None:
    seen: list[str] = []
    after = ""
    while True:
        piece = await service.halls(ANONYMOUS, division="2302", after=after, limit=50)
        seen += [each.code for each in piece.items]
        if piece.next is None:
            break
        after = piece.next
    assert seen[0] == "R03"
    assert len(seen) == len(set(seen)) > 100


async def test_a_manager_confirms_the_hall_of_the_own_county_only() -> None:
    hall = await derived_hall()
    with pytest.raises(NotFound):
        await service.confirm_hall(staff("manager", "230102"), hall.id, FACTS)
    with pytest.raises(SignInRequired):
        await service.confirm_hall(ANONYMOUS, hall.id, FACTS)
    confirmed = await service.confirm_hall(staff("city", "230100"), hall.id, FACTS)
    assert (confirmed.status, confirmed.name, confirmed.opens) == ("confirmed", hall.name, time(8, 30))
    told = await db.fetchval(
        "SELECT region FROM core_announcement WHERE name = 'HallConfirmed' AND subject = $1", hall.id
    )
    assert told == "230103"


async def test_a_hall_cannot_close_before_it_opens() -> None:
    hall = await derived_hall()
    facts = HallConfirmation(address="花园街 1 号", opens=time(17), closes=time(9))
    with pytest.raises(Invalid):
        await service.confirm_hall(staff("manager", "230103"), hall.id, facts)


async def test_opening_a_hall_for_booking_is_announced_once() -> None:
    hall = await derived_hall()
    for _ in range(2):
        await service.set_bookable(SYSTEM, hall.id, bookable=True)
    assert (await service.hall(ANONYMOUS, hall.id)).bookable
    count = "SELECT count(*) FROM core_announcement WHERE name = 'HallBookingChanged' AND subject = $1"
    assert await db.fetchval(count, hall.id) == 1


async def test_working_days_follow_the_real_calendar() -> None:
    assert await service.working_days(ANONYMOUS, date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert await service.is_open_day(ANONYMOUS, date(2026, 10, 10))
    assert await service.open_days(ANONYMOUS, date(2026, 10, 1), date(2026, 10, 11)) == [
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 10, 10),
    ]


async def test_a_year_that_is_not_final_says_so() -> None:
    (day,) = await service.calendar(ANONYMOUS, date(2027, 5, 1), date(2027, 5, 1))
    assert (day.status, day.working) == ("statutory_only", False)


async def test_only_the_city_or_the_installation_changes_the_calendar() -> None:
    with pytest.raises(SignInRequired):
        await service.load_calendar(ANONYMOUS, [CalendarDay(day=date(2027, 1, 1), kind="holiday")])


async def test_a_written_address_is_looked_up_in_its_own_county() -> None:
    assert await service.named_in(ANONYMOUS, "南岗区花园街道 12 号", "230103") == "230103001"
    assert await service.named_in(ANONYMOUS, "南岗区花园街道 12 号", "230102") == ""
