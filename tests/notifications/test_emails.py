"""电子邮箱: proved by a code, changed without a gap, first for who wants it, and news can be stopped from an e-mail."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.core import clock, db, events, ids, rate
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Gone, Invalid, NotFound
from backend.identity.schemas import PersonSummary
from backend.notifications import rules, service
from backend.notifications.schemas import EmailCode, EmailNew, EmailWish, Template
from backend.notifications.service import emails
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.conftest import Set
from tests.notifications.factories import GUARD, NOON, PLAIN, URGENT, Gateway, deliveries, fresh, row, told

MAIL = EmailNew(email="Li.Xiulan＠Example.ORG ")
NEWS = Template(id="news", text="停水 {what}", title="停水", many=True)


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    rate.reset()
    frozen(NOON)


async def code() -> EmailCode:
    found = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert found
    return EmailCode(code=found[0])


async def proved(person: PersonSummary, email: EmailNew = MAIL) -> UUID:
    new = await service.add_email(fresh(person), email)
    await service.confirm_email(fresh(person), new.id, await code())
    return new.id


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" li@example.org", "li@example.org"), ("Li＠Example。ORG", "Li@example.org"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("li@example", None), ("li@10.0.0.1", None), ("@example.org", None), ("li..x@example.org", None),
        ("li@example.org\nBcc: x@example.org", None), ("a b@example.org", None), ("<li@example.org>", None),
        (f"{'a' * 65}@example.org", None), ("a@" + "b" * 64 + ".org", None), ('"a"@example.org', None),
        ("李@example.org", None),
        ("a@-b.org", None), ("a@b..org", None),
    ],
)  # fmt: skip
def test_addresses_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    assert rules.email(typed) == read


async def test_a_code_proves_the_address_and_its_account_hears_of_it(gateways: Set) -> None:
    gateways("sms", "email")
    li, mails = await resident(), Gateway()
    new = await service.add_email(fresh(li), MAIL)
    assert (new.email_masked, new.confirmed) == ("L***@example.org", False)
    assert await emails.address_of(li.id) == "", "nothing goes there before"
    await service.deliver(mails.transport)
    assert (mails.taken[0]["by"], mails.taken[0]["to"]) == ("email", "Li.Xiulan@example.org")
    assert (await code()).code in mails.taken[0]["text"]
    await service.confirm_email(fresh(li), new.id, await code())
    assert await emails.address_of(li.id) == "Li.Xiulan@example.org"
    with clock.frozen(NOON + timedelta(days=90000)):  # announcements are due by the clock of the database
        while await events.relay():
            pass
    guards = [each for each in await service.latest() if each.template == "email-added"]
    assert [each.phone_masked[:3] for each in guards] == ["138"]


async def test_another_address_takes_its_place_once_it_is_proved() -> None:
    li = await resident()
    first = await proved(li)
    await service.change_email(fresh(li), first, EmailWish(first=True, news=False))
    for _ in range(2):  # the second one replaces the first that waits
        await service.add_email(fresh(li), EmailNew(email="new@example.org"))
    found = (await service.preferences(actor_for(li))).emails
    assert [each.confirmed for each in found] == [True, False]
    assert await emails.address_of(li.id) == "Li.Xiulan@example.org", "no message is lost in between"
    await service.confirm_email(fresh(li), found[1].id, await code())
    (only,) = (await service.preferences(actor_for(li))).emails
    assert (only.email_masked, only.first, only.news) == ("n***@example.org", True, False), "wishes stay"
    assert (await service.add_email(fresh(li), EmailNew(email="NEW@example.org"))).id == only.id
    await service.remove_email(fresh(li), only.id)
    assert await emails.address_of(li.id) == ""


async def test_a_code_is_good_five_times_and_ten_minutes_and_nobodys_box_is_flooded(
    frozen: Callable[[datetime], None],
) -> None:
    li = await resident()
    new = await service.add_email(fresh(li), MAIL)
    right = await code()
    wrong = EmailCode(code=f"{(int(right.code) + 1) % 10**6:06d}")
    for _ in range(5):
        with pytest.raises(Invalid):
            await service.confirm_email(fresh(li), new.id, wrong)
    with pytest.raises(Gone):
        await service.confirm_email(fresh(li), new.id, right)
    again = await service.add_email(fresh(li), MAIL)
    right = await code()
    frozen(NOON + timedelta(minutes=10))
    with pytest.raises(Gone):
        await service.confirm_email(fresh(li, NOON + timedelta(minutes=10)), again.id, right)
    for _ in range(3):
        await service.add_email(fresh(await resident(), NOON + timedelta(minutes=10)), MAIL)
    with pytest.raises(Exception, match="too"):
        await service.add_email(fresh(await resident(), NOON + timedelta(minutes=10)), MAIL)
    frozen(NOON + timedelta(days=2))
    await service.forget_unconfirmed()
    assert (await service.preferences(actor_for(li))).emails == []


async def test_it_is_entered_by_the_person_or_a_desk_that_helps_and_never_under_a_mandate() -> None:
    li, chen, other = await resident(), await operator(), await resident(name="王敏")
    mail = await proved(li)
    helping = msgspec.structs.replace(actor_for(chen, helping=li), proved_at=NOON)
    assert (await service.add_email(helping, EmailNew(email="by@example.org"))).email_masked == "b***@example.org"
    mandate = msgspec.structs.replace(
        fresh(li), acting=other.id, basis="delegation", mandate=ids.new(), scopes=frozenset({"appointments"})
    )
    with pytest.raises(NotDelegated):
        await service.add_email(mandate, MAIL)
    with pytest.raises(FreshSignInNeeded):
        await service.add_email(actor_for(li), MAIL)
    for act in (
        service.change_email(fresh(other), mail, EmailWish(first=True, news=True)),
        service.remove_email(fresh(other), mail), service.confirm_email(fresh(other), mail, EmailCode(code="123456")),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await act


async def test_an_email_comes_after_a_text_or_before_it_as_the_person_wants(gateways: Set) -> None:
    gateways("sms", "email")
    li = await resident()
    mail = await proved(li)
    after, sms = await told(li), Gateway(422, 422)
    await service.deliver(sms.transport)
    assert [each for each, _ in await deliveries(after)] == ["sms", "email"]
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    before, urgent = await told(li), await told(li, URGENT)
    assert [each for each, _ in await deliveries(before)] == ["email"]
    assert [each for each, _ in await deliveries(urgent)] == ["sms"], "mail is not for what is urgent"


async def test_an_address_that_was_taken_away_meanwhile_leads_on(gateways: Set) -> None:
    gateways("sms", "email")
    li = await resident()
    mail = await proved(li)
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    message = await told(li)
    await service.remove_email(fresh(li), mail)
    sms = Gateway()
    await service.deliver(sms.transport)
    assert await deliveries(message) == [("email", "failed"), ("sms", "queued")]


async def test_who_has_no_number_gets_an_email_before_somebody_goes_there(gateways: Set) -> None:
    gateways("sms", "email")
    li = await resident(phone="")
    assert [each for each, _ in await deliveries(await told(li))] == ["visit"]
    await proved(li)
    message = await told(li, PLAIN)
    assert [each for each, _ in await deliveries(message)] == ["email"]
    await service.deliver(Gateway(422, 422).transport)
    assert [each for each, _ in await deliveries(message)] == ["email", "visit"]
    assert (await row(message))["door"]
    assert [each for each, _ in await deliveries(await told(li, GUARD))] == ["visit"], "no machine for the account"
    assert [each for each, _ in await deliveries(await told(li, by="call"))] == ["visit"], "what needs an answer"


async def test_news_are_stopped_by_the_link_in_the_email(gateways: Set, client: httpx.AsyncClient) -> None:
    gateways("sms", "email")
    li = await resident()
    mail = await proved(li)
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    assert [each for each, _ in await deliveries(await told(li, NEWS))] == ["email"]
    link = emails.leaving(mail)
    page = await client.get(link)
    assert page.status_code == 200 and (await service.preferences(actor_for(li))).emails[0].news, (
        "looking is no pressing"
    )
    pressed = await client.post(
        link, data={"List-Unsubscribe": "One-Click"}
    )  # as RFC 8058 has it: no cookie, no session
    assert pressed.status_code == 200
    assert not (await service.preferences(actor_for(li))).emails[0].news
    assert [each for each, _ in await deliveries(await told(li, NEWS))] == ["sms"]
    assert [each for each, _ in await deliveries(await told(li))] == ["email"], "their own matters as before"
    assert (await client.post(f"{link[:-4]}AAAA")).status_code == 404


async def test_the_address_is_sealed_and_in_my_own_data() -> None:
    li = await resident()
    await proved(li)
    sql = "SELECT address || address_index FROM notifications_email WHERE person = $1"
    assert b"xample" not in await db.fetchval(sql, li.id)
    assert [each.address for each in await service.emails_held(li.id)] == ["Li.Xiulan@example.org"]


async def test_whoever_a_machine_can_tell_is_not_left_to_a_person() -> None:
    without, li = await resident(phone=""), await resident()
    assert [await service.by_person(li.id, "138****0001", wish) for wish in ("sms", "call", "letter")] == [
        False, True, True,
    ]  # fmt: skip
    assert await service.by_person(without.id, "", "letter")
    await proved(without)
    assert not await service.by_person(without.id, "", "letter")
