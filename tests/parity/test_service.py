"""What a month's report counts, and that it is made once and says nothing about anybody."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Forbidden
from backend.identity import service as identity
from backend.parity import service
from backend.parity.service import NoReport
from tests.appointments.factories import SYSTEM, hall
from tests.identity.factories import actor_for, manager
from tests.parity.factories import OCTOBER, october, people, slot, went

NOVEMBER = datetime(2026, 11, 4, 1, tzinfo=UTC)
Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def early_in_november(frozen: Freeze) -> None:
    frozen(NOVEMBER)


async def test_people_are_counted_once_with_their_first_place() -> None:
    first, _ = await october()
    assert await service.make_due(SYSTEM) == [OCTOBER]
    whole = (await service.report(Actor())).report
    assert whole.of().people == 190, "the person who went to both halls counts once"
    here = (await service.report(Actor(), hall=first)).report
    assert (here.of().people, here.of(channel="phone").people) == (160, 90)
    assert here.of(channel="helper").people is None and here.of(age="80+").people is None


async def test_waits_are_medians_of_days_from_asking_to_the_appointment() -> None:
    await october()
    await service.make_due(SYSTEM)
    whole = (await service.report(Actor())).report
    assert (whole.older_days, whole.others_days) == (5.0, 2.0)
    found = (await service.report(Actor(), county="230103")).report
    assert found.of(channel="online").days == 2.0 and found.offered["phone"] == 200
    assert found.of(age="60-79").people is None and found.older_days is None, "what is hidden has no wait either"


async def test_a_moved_appointment_was_asked_for_when_it_was_first_booked() -> None:
    from backend.appointments import service as appointments

    at_hall, [person] = (await hall()).id, await people(1, 1950)
    before = await slot(at_hall, date(2026, 10, 8), {"online": 0})
    after = await slot(at_hall, date(2026, 10, 12), {"online": 1})
    await went(before, at_hall, [person], "online", days=4)
    await db.execute("UPDATE appointments_appointment SET state = 'moved'")
    await went(after, at_hall, [person], "online", days=1)
    await db.execute(
        """UPDATE appointments_appointment a SET moved_from = b.id FROM appointments_appointment b
        WHERE b.state = 'moved' AND a.state = 'attended'"""
    )
    [found] = await appointments.first_places(SYSTEM, OCTOBER, date(2026, 11, 1))
    assert (found.person, found.days) == (person, 8)


async def test_a_report_is_made_once_and_later_changes_of_rows_do_not_show(frozen: Freeze) -> None:
    first, _ = await october()
    await service.make_due(SYSTEM)
    before = await service.report(Actor(), hall=first)
    await db.execute("UPDATE appointments_appointment SET state = 'missed' WHERE state = 'attended'")
    assert await service.make_due(SYSTEM) == []
    assert await service.report(Actor(), hall=first) == before


async def test_a_month_that_is_not_settled_waits(frozen: Freeze) -> None:
    await october()
    frozen(datetime(2026, 11, 2, 1, tzinfo=UTC))
    assert await service.make_due(SYSTEM) == []


async def test_small_groups_are_not_even_in_the_database() -> None:
    at_hall = (await hall()).id
    here = await slot(at_hall, date(2026, 10, 12), {"phone": 3, "online": 30})
    await went(here, at_hall, await people(3, 1930), "phone")
    await went(here, at_hall, await people(30, 1990), "online")
    await service.make_due(SYSTEM)
    found = (await service.report(Actor(), hall=at_hall)).report
    assert found.of().people == 33
    assert found.of(age="80+").people is None and found.of(age="18-39").people is None
    bodies = await db.fetch("SELECT body::text AS body FROM parity_report")
    assert not [row for row in bodies if '"people": 3,' in row["body"] or '"people":3,' in row["body"]]


async def test_ages_are_counted_without_a_birthday_and_the_count_is_on_record() -> None:
    [old], [young], [unknown] = await people(1, 1930), await people(1, 2015), await people(1, None)
    found = await identity.age_groups(SYSTEM, [old, young, unknown], on=OCTOBER, bounds=(18, 40, 60, 80))
    assert found == {old: 4, young: 0}
    body = await db.fetchval("SELECT body::text FROM core_announcement WHERE name = 'AgesCounted'")
    assert '"people": 2' in body and str(old) not in body


async def test_no_member_of_staff_gets_ages_or_people_out_of_it() -> None:
    from backend.appointments import service as appointments

    sun = actor_for(await manager())
    with pytest.raises(Forbidden):
        await identity.age_groups(sun, [], on=OCTOBER, bounds=(18,))
    with pytest.raises(Forbidden):
        await appointments.first_places(sun, OCTOBER, date(2026, 11, 1))


async def test_no_report_is_said_plainly() -> None:
    with pytest.raises(NoReport):
        await service.report(Actor(), county="230110")
