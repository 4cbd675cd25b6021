"""What changed between the moment a message was written and the moment it goes out: the hour, a wish, a number."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from backend.core import clock, db, ids, jobs
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.notifications import jobs as ours
from backend.notifications import service
from backend.notifications.schemas import PhoneCode, PhoneNew, PhoneOrder, Template
from backend.notifications.service import plans, texts, wishes
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.conftest import Set
from tests.notifications.factories import EVENING, NOON, URGENT, Gateway, deliveries, fresh, row, told

NEW = "13912345678"
TURN = Template(id="turn", text="请到三号窗口", spoken=True)
ASKED = Template(id="tests-asked", text="{what} 来吗？", scope="appointments")
BEFORE_QUIET, MORNING = NOON + timedelta(hours=8, minutes=59), NOON + timedelta(hours=20)
DUE = "SELECT tries, next_try FROM notifications_delivery WHERE message = $1"


@pytest.fixture(autouse=True)
def evening(frozen: Callable[[datetime], None], gateways: Set) -> None:
    frozen(EVENING)
    gateways("sms")


async def number_first(person: PersonSummary) -> UUID:
    """A further number that messages go to first."""
    new = await service.add_phone(fresh(person, clock.now()), PhoneNew(phone=NEW))
    digits = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert digits
    await service.confirm_phone(fresh(person, clock.now()), new.id, PhoneCode(code=digits[0]))
    await service.order_phone(fresh(person, clock.now()), new.id, PhoneOrder(first=True))
    await db.execute("DELETE FROM notifications_message")  # the code, and that a number was added
    return new.id


async def test_what_one_waits_for_is_tried_again_at_once_at_any_hour() -> None:
    message = await told(await resident(), TURN)
    await service.deliver(Gateway(503).transport)
    (kept,) = await db.fetch(DUE, message)
    assert kept["next_try"] == EVENING + timedelta(seconds=5)


async def test_what_was_late_to_leave_does_not_leave_at_night(frozen: Callable[[datetime], None]) -> None:
    frozen(BEFORE_QUIET)
    li = await resident()
    calm, urgent, turn = await told(li), await told(li, URGENT), await told(li, TURN)
    frozen(EVENING)
    sms = Gateway()
    assert await service.deliver(sms.transport) == 2
    assert {each["text"] for each in sms.taken} == {"身份证 燃气泄漏，请马上离开", "请到三号窗口"}
    (kept,) = await db.fetch(DUE, calm)
    assert tuple(kept) == (0, MORNING)
    frozen(MORNING)
    assert await service.deliver(sms.transport) == 1
    assert [(await row(each))["state"] for each in (calm, urgent, turn)] == ["sent"] * 3


async def test_who_stopped_texts_gets_none_that_waited_for_the_morning(
    frozen: Callable[[datetime], None], gateways: Set
) -> None:
    gateways("sms", "voice")
    li = await resident()
    calm, urgent = await told(li), await told(li, URGENT)
    await wishes.stop_texts(actor_for(li))
    frozen(MORNING)
    sms = Gateway()
    await service.deliver(sms.transport, service.REST)
    assert [(each["by"], each["text"]) for each in sms.taken] == [("sms", "身份证 燃气泄漏，请马上离开")]
    assert await deliveries(calm) == [("sms", "failed"), ("voice", "queued")]
    assert (await row(urgent))["state"] == "sent"


@pytest.mark.parametrize("removed", [True, False])
async def test_nothing_more_goes_to_a_number_that_was_taken_away(
    frozen: Callable[[datetime], None], removed: bool
) -> None:
    li = await resident(phone="13800001111")
    number, message = await number_first(li), await told(li)
    if removed:
        await service.remove_phone(fresh(li, clock.now()), number)
    else:
        await service.order_phone(fresh(li, clock.now()), number, PhoneOrder(first=False))
    frozen(MORNING)
    sms = Gateway()
    await service.deliver(sms.transport)
    assert [each["to"] for each in sms.taken if "请带上" in each["text"]] == ["13800001111"]
    assert (await row(message))["state"] == "sent"


async def test_whoever_has_no_other_number_is_told_in_another_way(frozen: Callable[[datetime], None]) -> None:
    li = await resident(phone="13800001111")
    number, message = await number_first(li), await told(li)
    await db.execute("UPDATE identity_person SET phone = NULL, phone_index = NULL WHERE id = $1", li.id)
    await service.remove_phone(fresh(li, clock.now()), number)
    frozen(MORNING)
    sms = Gateway()
    await service.deliver(sms.transport)
    assert not sms.taken and (await row(message))["state"] == "calling"


async def test_nobody_answers_from_a_number_that_was_taken_away(
    frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bool] = []

    async def answered(_actor: Actor, _about: UUID, yes: bool) -> None:
        done.append(yes)

    monkeypatch.setitem(texts._answers, ASKED.id, answered)
    li = await resident(phone="13800001111")
    number = await number_first(li)
    frozen(MORNING)
    await told(li, ASKED)
    await service.deliver(Gateway().transport)
    await service.remove_phone(fresh(li, clock.now()), number)
    for words in ("2", "T", "我是谁"):
        await texts.received(NEW, words)
    assert done == [] and (await service.preferences(actor_for(li))).texts
    assert await service.received_held(li.id) == []
    assert [each.name for each in await service.replies(actor_for(await operator()))] == ["", "", ""]


async def test_what_no_longer_matters_ends_at_night_too(frozen: Callable[[datetime], None]) -> None:
    frozen(BEFORE_QUIET)
    message = await told(await resident(), expires=EVENING)
    frozen(EVENING)
    await service.deliver(Gateway().transport)
    assert await deliveries(message) == [("sms", "dropped")] and (await row(message))["state"] == "unsent"


async def test_what_fails_beside_it_undoes_no_reminder(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[UUID] = []

    async def remind(_region: str, about: UUID) -> None:
        done.append(about)

    async def fails() -> None:
        raise RuntimeError

    known = {name: job for name, job in jobs._jobs.items() if job.work.__module__ == ours.__name__}
    monkeypatch.setattr(jobs, "_jobs", known)
    monkeypatch.setitem(plans._due, "tests", remind)
    for each in ("advance", "forget_callbacks"):
        monkeypatch.setattr(service, each, fails)
    about = ids.new()
    await plans.plan("tests", "230103", about, clock.now())
    await jobs.run_due()
    assert done == [about]
    assert await db.fetchval("SELECT count(*) FROM notifications_plan") == 0, "it is not done again"
