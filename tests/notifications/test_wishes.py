"""消息设置: the person decides; further numbers are proved; what guards the account cannot be led away."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import msgspec
import pytest

from backend.core import clock, events, ids, rate
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Conflict, Gone, Invalid, NotFound, TooMany
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service
from backend.notifications.jobs import forget_what_is_over
from backend.notifications.schemas import PhoneCode, PhoneNew, PhoneOrder, PreferenceChange
from backend.notifications.sealed import unseal
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.factories import EVENING, GUARD, NOON, PLAIN, URGENT, Gateway, fresh, row, told

NEW = "13912345678"
WISHES = PreferenceChange(first="call", otherwise="letter", quiet_from=time(22), quiet_to=time(7), language="en")
FIRST = PhoneOrder(first=True)


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


async def code() -> PhoneCode:
    found = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert found
    return PhoneCode(code=found[0])


async def proved(person: PersonSummary) -> UUID:
    new = await service.add_phone(fresh(person), PhoneNew(phone=f"+86 {NEW}"))
    await service.confirm_phone(fresh(person), new.id, await code())
    return new.id


async def test_who_said_nothing_is_left_in_peace_at_night() -> None:
    found = await service.preferences(actor_for(await resident()))
    assert (found.first, found.otherwise, found.quiet_from, found.quiet_to) == ("sms", "call", time(21), time(8))


async def test_wishes_hold_for_the_next_message_and_in_my_details() -> None:
    li = await resident()
    kept = await service.change_preferences(actor_for(li), WISHES)
    assert (kept.first, kept.language) == ("call", "en")
    assert (await identity.person(actor_for(li), li.id)).notice_by == "call"
    message = await row(await told(li))
    assert (message["channel"], message["lang"], message["state"]) == ("call", "en", "calling")
    with pytest.raises(Invalid):
        await service.change_preferences(actor_for(li), msgspec.structs.replace(WISHES, language="xx"))


async def test_an_operator_changes_them_for_the_caller_and_a_delegate_never() -> None:
    li, chen, wang = await resident(), await operator(), await resident(name="王敏")
    await service.change_preferences(actor_for(chen, helping=li), WISHES)
    assert (await service.preferences(actor_for(li))).first == "call"
    mandate = msgspec.structs.replace(
        fresh(li), acting=wang.id, basis="delegation", mandate=ids.new(), scopes=frozenset({"appointments"})
    )
    for act in (
        service.change_preferences(mandate, WISHES), service.preferences(mandate),
        service.add_phone(mandate, PhoneNew(phone=NEW)),
    ):  # fmt: skip
        with pytest.raises(NotDelegated):
            await act


async def test_texts_wait_until_morning_and_urgent_ones_do_not(
    with_gateway: None, frozen: Callable[[datetime], None]
) -> None:
    li = await resident()
    frozen(EVENING)
    plain, urgent = await told(li), await told(li, URGENT)
    assert clock.local((await row(plain))["next_try"]).time() == time(8)
    sms = Gateway()
    assert await service.deliver(sms.transport) == 1
    assert [(await row(each))["state"] for each in (plain, urgent)] == ["queued", "sent"]
    frozen(NOON + timedelta(days=1))
    assert await service.deliver(sms.transport) == 1


async def test_a_text_that_never_arrives_is_told_by_a_person(
    with_gateway: None, frozen: Callable[[datetime], None]
) -> None:
    li, lin = await resident(), await resident()
    wish = msgspec.structs.replace(WISHES, first="sms", quiet_from=time(0), quiet_to=time(0))
    await service.change_preferences(actor_for(lin), wish)
    first, second = await told(li), await told(lin)
    for hour in range(0, 24 * 8, 3):
        frozen(NOON + timedelta(hours=hour))
        await service.deliver(Gateway(500, 500).transport)
    found = [await row(each) for each in (first, second)]
    assert [(each["state"], each["door"]) for each in found] == [("calling", False), ("calling", True)]


async def test_a_further_number_is_proved_before_anything_goes_there() -> None:
    li = await resident()
    new = await service.add_phone(fresh(li), PhoneNew(phone=NEW))
    assert (new.phone_masked, new.confirmed) == ("139****5678", False)
    with pytest.raises(Conflict):
        await service.order_phone(fresh(li), new.id, FIRST)
    right = await code()
    with pytest.raises(Invalid):
        await service.confirm_phone(fresh(li), new.id, PhoneCode(code=f"{(int(right.code) + 1) % 10**6:06d}"))
    await service.confirm_phone(fresh(li), new.id, right)
    await service.order_phone(fresh(li), new.id, FIRST)
    message = await told(li)
    assert unseal(message, "phone", (await row(message))["phone"]) == NEW
    await service.remove_phone(fresh(li), new.id)
    message = await told(li)
    assert unseal(message, "phone", (await row(message))["phone"]).startswith("138")


async def test_a_code_is_good_five_times_and_ten_minutes(frozen: Callable[[datetime], None]) -> None:
    li = await resident()
    new = await service.add_phone(fresh(li), PhoneNew(phone=NEW))
    right = await code()
    wrong = PhoneCode(code=f"{(int(right.code) + 1) % 10**6:06d}")
    for _ in range(5):
        with pytest.raises(Invalid):
            await service.confirm_phone(fresh(li), new.id, wrong)
    with pytest.raises(Gone):
        await service.confirm_phone(fresh(li), new.id, right)
    again = await service.add_phone(fresh(li), PhoneNew(phone=NEW))
    late = NOON + timedelta(minutes=10)
    right = await code()
    frozen(late)
    with pytest.raises(Gone):
        await service.confirm_phone(fresh(li, late), again.id, right)
    assert len((await service.preferences(actor_for(li))).phones) == 1


async def test_numbers_are_changed_only_by_whoever_just_proved_to_be_the_person() -> None:
    li, other = await resident(), await resident(name="王敏")
    phone = await proved(li)
    stale = fresh(li, NOON - timedelta(minutes=11))
    for act in (
        service.add_phone(stale, PhoneNew(phone=NEW)), service.order_phone(stale, phone, FIRST),
        service.remove_phone(stale, phone),
    ):  # fmt: skip
        with pytest.raises(FreshSignInNeeded):
            await act
    for act in (service.order_phone(fresh(other), phone, FIRST), service.remove_phone(fresh(other), phone)):
        with pytest.raises(NotFound):
            await act


async def test_three_further_numbers_are_enough() -> None:
    li = await resident()
    for number in range(3):
        await service.add_phone(fresh(li), PhoneNew(phone=f"1391234000{number}"))
    with pytest.raises(Conflict):
        await service.add_phone(fresh(li), PhoneNew(phone="13912340009"))
    rate.reset()
    with pytest.raises(Invalid):
        await service.add_phone(fresh(li), PhoneNew(phone="1234"))


async def test_no_number_gets_more_codes_than_one_can_bear_however_many_people_ask() -> None:
    for _ in range(5):
        await service.add_phone(fresh(await resident()), PhoneNew(phone=NEW))
    last = fresh(await resident())
    with pytest.raises(TooMany):
        await service.add_phone(last, PhoneNew(phone=NEW))
    assert await service.add_phone(last, PhoneNew(phone="13912340001"))


async def test_what_guards_the_account_goes_to_its_own_number_whatever_was_wished(
    frozen: Callable[[datetime], None],
) -> None:
    li = await resident()
    await service.change_preferences(actor_for(li), msgspec.structs.replace(WISHES, first="letter"))
    phone = await proved(li)
    await service.order_phone(fresh(li), phone, FIRST)
    with clock.frozen(datetime(2099, 1, 1, tzinfo=UTC)):  # announcements are due by the clock of the database
        while await events.relay():
            pass
    for message in [each for each in await service.latest() if each.template.startswith("number-")]:
        assert (message.channel, message.phone_masked[:3]) == ("sms", "138")
    frozen(EVENING)
    guard = await row(await told(li, GUARD))
    assert unseal(guard["id"], "phone", guard["phone"]).startswith("138")
    assert (guard["channel"], guard["next_try"], guard["urgency"]) == ("sms", EVENING, "urgent")
    plain = await row(await told(li, PLAIN))
    assert unseal(plain["id"], "phone", plain["phone"]) == NEW
    assert {"number-added", "number-first"} <= {each.template for each in await service.latest()}


async def test_a_number_that_nobody_confirmed_is_forgotten_after_a_day(frozen: Callable[[datetime], None]) -> None:
    li, wang = await resident(), await resident()
    await service.add_phone(fresh(li), PhoneNew(phone=NEW))
    kept = await proved(wang)
    frozen(NOON + timedelta(hours=23))
    await forget_what_is_over()
    assert len((await service.preferences(actor_for(li))).phones) == 1
    frozen(NOON + timedelta(hours=25))
    await forget_what_is_over()
    assert (await service.preferences(actor_for(li))).phones == []
    assert [each.id for each in (await service.preferences(actor_for(wang))).phones] == [kept]
