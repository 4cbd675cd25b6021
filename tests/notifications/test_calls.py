"""The call list: one at a time, by whoever is near, until the person knows or cannot be found."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from backend.core import clock, db
from backend.core.problems import Forbidden, NotFound
from backend.notifications import service
from backend.notifications.schemas import CallAnswer, PreferenceChange
from backend.notifications.service.calls import CallOver, CallTaken, NobodyWaits
from tests.identity.factories import actor_for, clerk, operator, resident, staff
from tests.notifications.factories import EVENING, NOON, URGENT, row, told

REACHED, LATER, NOBODY = (
    CallAnswer(answer="reached"),
    CallAnswer(answer="later", again="soon"),
    CallAnswer(answer="no-answer"),
)


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


async def test_a_person_rings_reads_it_out_and_that_ends_it() -> None:
    li, chen = await resident(notice_by="call", lang="en"), await operator()
    first, second = await told(li), await told(li, URGENT)
    (line,) = await service.waiting(actor_for(chen))
    assert (line.person, line.name, line.messages, line.urgent, line.door) == (li.id, li.name, 2, True, False)
    sheet = await service.begin_call(actor_for(chen), li.id)
    assert [each.body for each in sheet.messages] == ["身份证 燃气泄漏，请马上离开", "身份证 请带上"]
    assert sheet.phones and sheet.phones[0].startswith("138")
    assert sheet.until == NOON + timedelta(minutes=15)
    for _ in range(2):
        await service.answer_call(actor_for(chen), sheet.id, REACHED)
    assert [(await row(each))["state"] for each in (first, second)] == ["reached", "reached"]
    assert await service.waiting(actor_for(chen)) == []
    with pytest.raises(CallOver):
        await service.answer_call(actor_for(chen), sheet.id, NOBODY)
    assert [each.answer for each in await service.calls_held(li.id)] == ["reached"]


async def test_somebody_whom_no_key_opens_stays_on_the_list_and_hides_nobody() -> None:
    li, wang, chen = await resident(notice_by="call"), await resident(notice_by="call"), await operator()
    for each in (li, wang):
        await told(each)
    await db.execute("UPDATE identity_person SET name = $2, phone = $2 WHERE id = $1", wang.id, b"\x00" * 40)
    found = await service.waiting(actor_for(chen))
    assert {(each.person, each.name, each.unreadable) for each in found} == {
        (li.id, li.name, False),
        (wang.id, "", True),
    }
    sheet = await service.begin_call(actor_for(chen), wang.id)
    assert sheet.phones[0].startswith("138"), "the number went with the message"


async def test_every_look_is_on_record() -> None:
    li, chen = await resident(notice_by="call"), await operator()
    await told(li)
    await service.waiting(actor_for(chen))
    sheet = await service.begin_call(actor_for(chen), li.id)
    rows = await db.fetch("SELECT what, about FROM core_view WHERE person = $1 ORDER BY id", li.id)
    assert [(each["what"], each["about"]) for each in rows] == [("person", None), ("messages", sheet.id)]


async def test_two_never_ring_at_once_and_a_call_that_was_left_comes_back(frozen: Callable[[datetime], None]) -> None:
    li, chen, zhao = await resident(notice_by="call"), await operator(), await operator(name="赵明")
    await told(li)
    sheet = await service.begin_call(actor_for(chen), li.id)
    assert (await service.begin_call(actor_for(chen), li.id)).id == sheet.id
    assert await service.waiting(actor_for(zhao)) == []
    with pytest.raises(CallTaken):
        await service.begin_call(actor_for(zhao), li.id)
    with pytest.raises(NobodyWaits):
        await service.answer_call(actor_for(zhao), sheet.id, REACHED)
    frozen(NOON + timedelta(minutes=15))
    other = await service.begin_call(actor_for(zhao), li.id)
    with pytest.raises(CallOver):
        await service.answer_call(actor_for(chen), sheet.id, REACHED)
    await service.answer_call(actor_for(zhao), other.id, REACHED)
    assert [each.answer for each in await service.calls_held(li.id)] == ["reached", "lapsed"]


async def test_the_list_is_for_the_callers_own_division() -> None:
    here, there = await resident(notice_by="call"), await resident(notice_by="call", home="230202")
    nowhere = await resident(notice_by="call", home="")
    for each in (here, there, nowhere):
        await told(each)
    chen = actor_for(await operator())
    grid = actor_for(await staff("grid"))
    assert {each.person for each in await service.waiting(chen)} == {here.id, nowhere.id}
    assert {each.person for each in await service.waiting(grid)} == {here.id}
    with pytest.raises(NobodyWaits):
        await service.begin_call(chen, there.id)
    with pytest.raises(Forbidden):
        await service.waiting(actor_for(await clerk()))


async def test_who_has_no_number_is_visited_with_a_letter() -> None:
    li, grid = await resident(phone=""), actor_for(await staff("grid"))
    await told(li)
    (line,) = await service.waiting(grid)
    assert line.door
    sheet = await service.begin_call(grid, li.id)
    assert (sheet.phones, sheet.door, sheet.place) == ([], True, "230103")


async def test_nobody_there_is_tried_again_later_then_visited_then_given_up(
    frozen: Callable[[datetime], None],
) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    message = await told(li)
    doors = []
    for day in range(8):
        frozen(NOON + timedelta(days=day))
        sheet = await service.begin_call(chen, li.id)
        doors.append(sheet.door)
        await service.answer_call(chen, sheet.id, NOBODY)
        assert await service.waiting(chen) == []
    assert doors == [False] * 3 + [True] * 5
    assert (await row(message))["state"] == "unreached"
    frozen(NOON + timedelta(days=9))
    with pytest.raises(NobodyWaits):
        await service.begin_call(chen, li.id)


async def test_quiet_hours_hold_for_people_too(frozen: Callable[[datetime], None]) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    early = PreferenceChange(first="call", otherwise="call", quiet_from=time(13), quiet_to=time(16))
    await service.change_preferences(actor_for(li), early)
    message = await told(li)
    sheet = await service.begin_call(chen, li.id)
    await service.answer_call(chen, sheet.id, LATER)
    assert clock.local((await row(message))["next_try"]).time() == time(16)
    frozen(EVENING)
    zhang = await resident(notice_by="call")
    await told(zhang)
    urgent = await told(zhang, URGENT)
    sheet = await service.begin_call(chen, zhang.id)
    assert len(sheet.messages) == 1, "what is not urgent waits until morning"
    await service.answer_call(chen, sheet.id, REACHED)
    assert (await row(urgent))["state"] == "reached"


async def test_a_message_that_comes_during_the_call_was_not_told(frozen: Callable[[datetime], None]) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    await told(li)
    sheet = await service.begin_call(chen, li.id)
    frozen(NOON + timedelta(minutes=1))
    late = await told(li)
    await service.answer_call(chen, sheet.id, REACHED)
    assert (await row(late))["state"] == "calling"


async def test_what_the_person_read_meanwhile_nobody_has_to_tell() -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    message = await told(li)
    sheet = await service.begin_call(chen, li.id)
    await service.read_message(actor_for(li), message)
    with pytest.raises(CallOver):
        await service.call(chen, sheet.id)
    await service.answer_call(chen, sheet.id, NOBODY)
    assert (await row(message))["state"] == "read"


async def test_the_messages_of_minors_wait_for_a_managers_word() -> None:
    child, chen = await resident(name="李小明", birth=date(2012, 5, 1), notice_by="call"), actor_for(await operator())
    await told(child)
    (line,) = await service.waiting(chen)
    assert line.closed and line.name != "李小明"
    with pytest.raises(Forbidden) as refused:
        await service.begin_call(chen, child.id)
    assert refused.value.code == "approval-needed"
    assert not await db.fetchval("SELECT count(*) FROM notifications_call")


async def test_an_unknown_call_is_not_found() -> None:
    li, chen = await resident(), actor_for(await operator())
    with pytest.raises(NotFound):
        await service.call(chen, li.id)


async def test_of_many_who_take_it_in_one_moment_one_gets_it(own_database: str) -> None:
    li = await resident(notice_by="call")
    callers = [actor_for(await operator(name=f"陈{number}")) for number in range(8)]
    await told(li)
    results = await asyncio.gather(*(service.begin_call(each, li.id) for each in callers), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["CallSheet"] + ["CallTaken"] * 7
    assert await db.fetchval("SELECT count(*) FROM notifications_call") == 1


async def test_what_is_over_before_the_call_is_was_told_all_the_same(frozen: Callable[[datetime], None]) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    message = await told(li, expires=NOON + timedelta(minutes=2))
    sheet = await service.begin_call(chen, li.id)
    frozen(NOON + timedelta(minutes=3))
    await service.advance()
    await service.answer_call(chen, sheet.id, REACHED)
    assert (await row(message))["state"] == "reached"


async def test_what_is_over_ends_when_a_call_about_it_was_left(frozen: Callable[[datetime], None]) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    message = await told(li, expires=NOON + timedelta(minutes=2))
    await service.begin_call(chen, li.id)
    frozen(NOON + timedelta(minutes=16))
    await service.advance()
    assert (await row(message))["state"] == "unreached"


async def test_who_has_read_all_during_a_call_can_be_called_about_what_comes_then(
    frozen: Callable[[datetime], None],
) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    first = await told(li)
    before = await service.begin_call(chen, li.id)
    await service.read_message(actor_for(li), first)
    frozen(NOON + timedelta(minutes=1))
    second = await told(li, URGENT)
    sheet = await service.begin_call(chen, li.id)
    assert sheet.id != before.id and [each.body for each in sheet.messages] == ["身份证 燃气泄漏，请马上离开"]
    await service.answer_call(chen, sheet.id, REACHED)
    assert (await row(second))["state"] == "reached"


@pytest.mark.parametrize("answer", [NOBODY, LATER, CallAnswer(answer="later", again="tomorrow")])
async def test_who_is_to_be_called_again_is_called_while_it_matters(
    frozen: Callable[[datetime], None], answer: CallAnswer
) -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    message = await told(li, expires=NOON + timedelta(hours=1))
    sheet = await service.begin_call(chen, li.id)
    await service.answer_call(chen, sheet.id, answer)
    assert (await row(message))["next_try"] == NOON + timedelta(minutes=30)
    frozen(NOON + timedelta(minutes=30))
    assert len((await service.begin_call(chen, li.id)).messages) == 1


async def test_a_message_that_no_key_opens_stops_no_call() -> None:
    li, chen = await resident(notice_by="call"), actor_for(await operator())
    broken, _ = await told(li), await told(li)
    await db.execute("UPDATE notifications_message SET body = $2, phone = $2 WHERE id = $1", broken, b"\x00" * 40)
    sheet = await service.begin_call(chen, li.id)
    assert [bool(each.body) for each in sheet.messages] == [False, True] and sheet.phones
