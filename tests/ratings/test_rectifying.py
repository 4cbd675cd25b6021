"""Every low rating is answered: in time, by the county's manager, and ended by the person."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from backend.core import db, rate
from backend.core.actor import Actor
from backend.core.problems import Forbidden, Invalid
from backend.ratings import rules, service
from backend.ratings.schemas import Verdict, Work
from backend.ratings.service import NoSuchCase, NotNow
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk
from tests.ratings.factories import HAPPY, boss, low, served, state_of, token_in, told

Freeze = Callable[[datetime], None]
TALKED, DONE = Work(text="已电话联系，了解了情况"), Work(text="加开了两个窗口")


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)
    rate.reset()


async def test_a_low_rating_opens_a_case_with_its_dates_and_the_person_is_told() -> None:
    over = await low()
    [line] = await service.cases(await boss())
    assert (line.id, line.state, line.call_back) == (over.visit, "received", True)
    assert (line.contact_due, line.done_due) == (date(2026, 11, 24), date(2026, 12, 14))
    assert "2026-11-24" in (await told("rectification-received"))[0]


async def test_working_days_know_holidays_and_make_up_days(frozen: Freeze) -> None:
    frozen(datetime(2026, 9, 18, 1, tzinfo=UTC))  # the Friday before Sunday 20 September, a make-up workday of 2026
    over = await low()
    due = await db.fetchrow("SELECT contact_due, done_due FROM ratings_case WHERE id = $1", over.visit)
    assert due is not None and due["contact_due"] == date(2026, 9, 20)


async def test_the_whole_way_to_a_settled_case() -> None:
    over, sun = await low(), await boss()
    await service.contact(sun, over.visit, TALKED)
    await service.rectify(sun, over.visit, DONE)
    [message] = await told("rectification-done")
    assert DONE.text in message
    await service.answer(Actor(), token_in(message), Verdict(settled=True))
    assert await state_of(over.visit) == "confirmed"
    assert [each.id for each in await service.cases(sun, ended=True)] == [over.visit]
    steps = (await service.case(sun, over.visit)).steps
    assert [(each.step, each.text) for each in steps] == [
        ("contact", TALKED.text), ("completion", DONE.text), ("confirmation", ""),
    ]  # fmt: skip


async def test_what_is_not_settled_starts_again_with_new_dates(frozen: Freeze) -> None:
    over, sun = await low(), await boss()
    await service.contact(sun, over.visit, TALKED)
    await service.rectify(sun, over.visit, DONE)
    frozen(MONDAY + timedelta(days=7))
    with pytest.raises(Invalid):
        await service.answer_visit(over.me, over.visit, Verdict(settled=False))
    await service.answer_visit(over.me, over.visit, Verdict(settled=False, text="还是一样"))
    [line] = await service.cases(sun)
    assert (line.state, line.contact_due) == ("reopened", date(2026, 12, 1))
    await service.contact(sun, over.visit, TALKED)
    await service.rectify(sun, over.visit, DONE)
    assert len(await told("rectification-done")) == 2


async def test_steps_do_not_skip() -> None:
    over, sun = await low(), await boss()
    with pytest.raises(NotNow):
        await service.rectify(sun, over.visit, DONE)
    with pytest.raises(NotNow):
        await service.answer_visit(over.me, over.visit, Verdict(settled=True))
    await service.contact(sun, over.visit, TALKED)
    with pytest.raises(NotNow):
        await service.contact(sun, over.visit, TALKED)


async def test_who_is_late_stands_out_and_stays_late_in_the_count(frozen: Freeze) -> None:
    over, sun = await low(), await boss()
    frozen(MONDAY + timedelta(days=2))
    assert [each.overdue for each in await service.cases(sun)] == [True]
    await service.contact(sun, over.visit, TALKED)
    assert [each.overdue for each in await service.cases(sun)] == [False]
    assert await db.fetchval("SELECT late FROM ratings_case") is True


async def test_the_name_is_hidden_until_the_manager_opens_the_case_and_the_person_sees_that() -> None:
    over, sun = await low(name="李秀兰"), await boss()
    assert "李秀兰" not in str(await service.cases(sun))
    assert not await db.fetchval("SELECT count(*) FROM core_view WHERE what = 'rating'")
    found = await service.case(sun, over.visit)
    assert (found.name, found.note) == ("李秀兰", "等了两个小时")
    view = await db.fetchrow("SELECT person, acting, about FROM core_view WHERE what = 'rating'")
    assert view is not None and over.person is not None
    assert (view["person"], view["acting"], view["about"]) == (over.person.id, sun.acting, over.visit)


async def test_a_clerk_and_another_countys_manager_see_none_of_it() -> None:
    over = await low()
    for verb in (service.cases(over.clerk), service.case(actor_for(await clerk()), over.visit)):
        with pytest.raises(Forbidden):
            await verb
    other = await boss("230203")
    assert await service.cases(other) == []
    with pytest.raises(NoSuchCase):
        await service.case(other, over.visit)


async def test_a_satisfied_visitor_opens_nothing() -> None:
    over = await served()
    await service.rate_visit(over.me, over.visit, HAPPY)
    assert await service.cases(await boss()) == []


@pytest.mark.parametrize("step", sorted(rules.STEPS))
def test_each_step_leads_somewhere_else(step: str) -> None:
    possible, then = rules.STEPS[step]
    assert then not in possible
