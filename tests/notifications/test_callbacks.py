"""What gateways report: signed, in time, once; and what people text back."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend.core import clock, crypto, db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import BadRequest, Conflict
from backend.identity import service as identity
from backend.notifications import rules, service
from backend.notifications.adapters import signing
from backend.notifications.schemas import PreferenceChange, Receiver, Template
from backend.notifications.sealed import phone_index, unseal
from backend.notifications.service import texts
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.conftest import Set
from tests.notifications.factories import GUARD, NOON, URGENT, Gateway, deliveries, row, told

SECRET = "shared between us and the gateway"
PATH = "/api/v1/notifications/callbacks/"
DELIVERY = "SELECT id FROM notifications_delivery WHERE message = $1 ORDER BY created, id LIMIT 1"
ASKED = Template(id="tests-asked", text="{what} 来吗？", scope="appointments")


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None], gateways: Set) -> None:
    frozen(NOON)
    gateways("sms", "voice", secret=SECRET)


@pytest.fixture
async def sent() -> UUID:
    message = await told(await resident())
    await service.deliver(Gateway().transport)
    return message


async def key_of(message: UUID) -> UUID:
    found: UUID = await db.fetchval(DELIVERY, message)
    return found


async def report(event: str, *, by: str = "sms", **said: Any) -> None:
    body = json.dumps({"event": event, **said}, default=str).encode()
    await service.callback(ANONYMOUS, by, signing.signed(SECRET, crypto.token(), body), body)


async def text_from(phone: str, text: str) -> None:
    await report("received", **{"from": phone, "text": text})


async def phone_of(message: UUID) -> str:
    return unseal(message, "phone", (await row(message))["phone"])


async def test_what_arrived_ends_the_chain(sent: UUID, frozen: Callable[[datetime], None]) -> None:
    await report("delivered", id=await key_of(sent), cost=5)
    assert await deliveries(sent) == [("sms", "delivered")] and (await row(sent))["state"] == "delivered"
    assert await db.fetchval("SELECT cost FROM notifications_delivery WHERE message = $1", sent) == 5
    frozen(NOON + timedelta(days=2))
    await service.advance()
    assert await deliveries(sent) == [("sms", "delivered")]


async def test_a_report_is_not_taken_again_at_the_door_of_another_gateway() -> None:
    body = json.dumps({"event": "received", "from": "13812345678", "text": "请回电"}).encode()
    headers = signing.signed(SECRET, crypto.token(), body)
    await service.callback(ANONYMOUS, "sms", headers, body)
    for door in ("sms", "voice"):
        with pytest.raises(Conflict):
            await service.callback(ANONYMOUS, door, headers, body)
    assert await db.fetchval("SELECT count(*) FROM notifications_received") == 1


async def test_what_failed_goes_on_and_a_report_after_the_end_changes_nothing(sent: UUID) -> None:
    key = await key_of(sent)
    await report("failed", id=key, reason="Number unknown")
    assert await deliveries(sent) == [("sms", "failed"), ("voice", "queued")]
    assert await db.fetchval("SELECT reason FROM notifications_delivery WHERE id = $1", key) == "number-unknown"
    for event in ("delivered", "failed"):
        await report(event, id=key)
    assert await deliveries(sent) == [("sms", "failed"), ("voice", "queued")]


async def test_a_receipt_that_comes_late_spares_somebody_the_call(
    sent: UUID, frozen: Callable[[datetime], None]
) -> None:
    frozen(NOON + timedelta(hours=12))
    await service.advance()
    assert (await deliveries(sent))[1:] == [("voice", "queued")]
    await report("delivered", id=await key_of(sent))
    assert await deliveries(sent) == [("sms", "delivered"), ("voice", "dropped")]
    assert (await row(sent))["state"] == "delivered"


async def test_a_receipt_that_overtakes_our_own_mark_is_kept() -> None:
    message = await told(await resident())
    await report("delivered", id=await key_of(message))
    assert await service.deliver(Gateway().transport) == 0
    assert await deliveries(message) == [("sms", "delivered")]


@pytest.mark.parametrize("by", ["letter", "email"])
async def test_who_prints_letters_or_sends_e_mails_cannot_speak_for_a_person(by: str, gateways: Set) -> None:
    gateways("sms", "letter", "email", secret=SECRET)
    li = await resident()
    await told(li)
    await service.deliver(Gateway().transport)
    with pytest.raises(BadRequest):
        await report("received", by=by, **{"from": "13800000001", "text": "T"})
    assert not await db.fetchval("SELECT count(*) FROM notifications_received")


async def test_one_channel_cannot_speak_for_another(sent: UUID) -> None:
    await report("delivered", by="voice", id=await key_of(sent))
    await report("delivered", id=ids.new())
    assert await deliveries(sent) == [("sms", "sent")]


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "early", "nonce", "provider", "unsigned"])
async def test_everything_that_is_not_signed_as_agreed_gets_the_same_answer(
    client: httpx.AsyncClient, sent: UUID, wrong: str
) -> None:
    body = json.dumps({"event": "delivered", "id": str(await key_of(sent))}).encode()
    at = NOON + timedelta(seconds={"old": -301, "early": 301}.get(wrong, 0))
    with clock.frozen(at):
        nonce = "short" if wrong == "nonce" else crypto.token()
        headers = signing.signed("another secret" if wrong == "secret" else SECRET, nonce, body)
    if wrong == "unsigned":
        headers = {}
    path = PATH + ("nobody" if wrong == "provider" else "sms")
    content = body.replace(b"delivered", b"failed") if wrong == "body" else body
    answer = await client.post(path, content=content, headers=headers | {"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "callback-refused")
    assert await deliveries(sent) == [("sms", "sent")]


async def test_a_report_is_taken_once_also_over_http(client: httpx.AsyncClient, sent: UUID) -> None:
    body = json.dumps({"event": "delivered", "id": str(await key_of(sent)), "new": "field"}).encode()
    headers = signing.signed(SECRET, crypto.token(), body) | {"content-type": "application/json"}
    found = [(await client.post(f"{PATH}sms", content=body, headers=headers)).status_code for _ in range(2)]
    assert found == [204, 409]
    with clock.frozen(NOON + timedelta(hours=1)):
        await service.forget_callbacks()
    assert await db.fetchval("SELECT count(*) FROM notifications_nonce") == 0


async def test_a_signed_report_that_cannot_be_read_says_so_and_uses_nothing_up(client: httpx.AsyncClient) -> None:
    headers = signing.signed(SECRET, crypto.token(), b"{}") | {"content-type": "application/json"}
    found = [(await client.post(f"{PATH}sms", content=b"{}", headers=headers)).status_code for _ in range(2)]
    assert found == [400, 400]


async def test_requests_to_the_gateway_are_signed_the_same_way() -> None:
    await told(await resident())
    sms = Gateway(says={"id": "p-1", "cost": 4})
    await service.deliver(sms.transport)
    (taken,), (headers,) = sms.taken, sms.headers
    assert taken["id"] == headers["idempotency-key"]
    stored = await db.fetchrow("SELECT provider, cost FROM notifications_delivery")
    assert stored is not None and (stored["provider"], stored["cost"]) == ("p-1", 4)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("退订", "stop"), (" ＴＤ。", "stop"), ("Stop!", "stop"), ("1", "yes"), ("２", "no"), ("不来了", "no"), ("12", ""),
     ("我明天来", ""), ("", ""), ("拒收", "stop"), ("r", "stop"), ("恢复。", "start"), ("Start", "start"),
     ("开通", "start"), ("开通什么", "")],
)  # fmt: skip
def test_what_a_text_means(text: str, meaning: str) -> None:
    assert rules.meaning(text) == meaning


async def test_stop_ends_texts_but_not_what_is_urgent_or_guards(sent: UUID) -> None:
    li = (await row(sent))["person"]
    actor = Actor(acting=li, principal=li, roles=frozenset({"resident"}))
    await text_from(await phone_of(sent), "退订")
    assert not (await service.preferences(actor)).texts
    person = (await identity.people([li]))[li]
    plain, urgent, guard = await told(person), await told(person, URGENT), await told(person, GUARD)
    assert [(await deliveries(each))[0][0] for each in (plain, urgent, guard)] == ["voice", "sms", "sms"]
    again = await service.preferences(actor)
    change = PreferenceChange(
        first="sms", otherwise="call", quiet_from=again.quiet_from, quiet_to=again.quiet_to, language=""
    )
    await service.change_preferences(actor, change)
    assert (await deliveries(await told(person)))[0][0] == "sms"


async def texts_to(phone: str) -> list[str]:
    """What went to the bare number, the latest last."""
    sql = "SELECT id, body FROM notifications_message WHERE person IS NULL AND phone_index = $1 ORDER BY id"
    return [unseal(each["id"], "body", each["body"]) for each in await db.fetch(sql, phone_index(phone))]


async def test_stop_and_start_are_confirmed_once_each_and_say_when_and_how(
    sent: UUID, frozen: Callable[[datetime], None]
) -> None:
    li, phone = (await row(sent))["person"], await phone_of(sent)
    actor = Actor(acting=li, principal=li, roles=frozenset({"resident"}))
    await text_from(phone, "恢复")
    assert await texts_to(phone) == [], "nothing was stopped"
    for _ in range(2):
        await text_from(phone, "td")
    assert len(await texts_to(phone)) == 1
    found = await service.preferences(actor)
    assert (found.texts, found.texts_at, found.texts_how) == (False, NOON, "text")
    frozen(NOON + timedelta(days=60))  # the last text from us is long ago: the account has this number all the same
    for _ in range(2):
        await text_from(phone, "恢复")
    assert len(await texts_to(phone)) == 2
    found = await service.preferences(actor)
    assert (found.texts, found.texts_at, found.texts_how) == (True, NOON + timedelta(days=60), "text")
    assert [each.state for each in await service.received_held(li)] == ["start", "start", "stop", "stop", "start"]
    assert await service.replies(actor_for(await operator())) == []
    for _ in range(5):
        await text_from(phone, "退订")
        await text_from(phone, "恢复")
    assert len(await texts_to(phone)) == 4, "who goes on and on is not answered for ever"
    assert (await service.preferences(actor)).texts


async def test_texts_that_are_asked_for_again_on_the_page_say_so(sent: UUID) -> None:
    li = (await row(sent))["person"]
    actor = Actor(acting=li, principal=li, roles=frozenset({"resident"}))
    await text_from(await phone_of(sent), "退订")
    was = await service.preferences(actor)
    change = PreferenceChange(first="sms", otherwise="call", quiet_from=was.quiet_from, quiet_to=was.quiet_to)
    for _ in range(2):
        found = await service.change_preferences(actor, change)
    assert (found.texts, found.texts_how) == (True, "self")


async def test_one_and_two_are_done_as_the_person_and_the_rest_is_for_operators(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[tuple[Any, ...]] = []

    async def answer(actor: Actor, about: UUID, yes: bool) -> None:
        done.append((actor.acting, actor.basis, actor.channel, about, yes))

    monkeypatch.setitem(texts._answers, ASKED.id, answer)
    li, chen = await resident(), actor_for(await operator())
    asked = await told(li, ASKED)
    await told(li)
    await service.deliver(Gateway().transport)
    later = await told(li, ASKED)  # nobody has seen this one yet
    phone, about = await phone_of(asked), (await row(asked))["about"]
    await text_from(f"+86{phone}", "1")
    assert done == [(li.id, "self", "phone", about, True)]
    assert ((await row(asked))["read_at"], (await row(later))["read_at"]) == (NOON, None)
    await text_from(phone, "我儿子替我来行吗")
    await text_from("13700000000", "谁？")
    lines = await service.replies(chen)
    assert [(each.name, each.body) for each in lines] == [(li.name, "我儿子替我来行吗"), ("", "谁？")]
    assert [each.state for each in await service.received_held(li.id)] == ["open", "answered"]
    far = actor_for(await operator(region="230202"))
    assert [each.name for each in await service.replies(far)] == [""], "whose place is elsewhere, is for others"
    with pytest.raises(texts.NoSuchReply):
        await service.finish_reply(far, lines[0].id)
    await service.finish_reply(chen, lines[0].id)
    with pytest.raises(texts.NoSuchReply):
        await service.finish_reply(chen, lines[0].id)
    assert len(await service.replies(chen)) == 1


async def test_an_answer_that_cannot_be_done_is_read_by_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(actor: Actor, about: UUID, yes: bool) -> None:
        await db.execute("DELETE FROM notifications_message")
        raise Conflict

    monkeypatch.setitem(texts._answers, ASKED.id, refused)
    asked = await told(await resident(), ASKED)
    await text_from(await phone_of(asked), "2")
    assert (await row(asked))["read_at"] is None
    assert [each.body for each in await service.replies(actor_for(await operator()))] == ["2"]


async def test_what_arrived_after_all_was_not_a_failure(frozen: Callable[[datetime], None]) -> None:
    to, words = Receiver(phone="13812345678"), Template(id="words", text="停水")
    await service.send(Actor.system("tests"), to, words, {}, about=ids.new())
    await service.deliver(Gateway().transport)
    message = await db.fetchval("SELECT id FROM notifications_message")
    frozen(NOON + timedelta(hours=13))
    await service.advance()
    assert (await row(message))["state"] in ("failed", "queued")
    await db.execute("UPDATE notifications_message SET state = 'failed'")
    await report("delivered", id=await key_of(message))
    assert (await row(message))["state"] == "delivered"


async def test_a_text_is_put_aside_although_what_it_answers_is_forgotten() -> None:
    message = await told(await resident())
    await service.deliver(Gateway().transport)
    await text_from(await phone_of(message), "请回电")
    await db.execute("DELETE FROM notifications_message WHERE id = $1", message)
    chen = actor_for(await operator())
    (line,) = await service.replies(chen)
    await service.finish_reply(chen, line.id)
    assert await service.replies(chen) == []


async def test_no_of_two_things_is_for_a_person_to_understand(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[UUID, bool]] = []

    async def answered(_actor: Actor, about: UUID, yes: bool) -> None:
        said.append((about, yes))

    monkeypatch.setattr(texts, "_answers", {ASKED.id: answered})
    li = await resident()
    first, second = await told(li, ASKED), await told(li, ASKED)
    await service.deliver(Gateway().transport)
    phone = await phone_of(first)
    await text_from(phone, "2")
    assert said == []
    await text_from(phone, "1")
    await text_from(phone, "2")
    assert said == [((await row(second))["about"], True)], "which of the two they changed their mind about is not said"
    await service.read_message(actor_for(li), first)
    await text_from(phone, "2")
    assert said[1:] == [((await row(second))["about"], False)]


async def test_no_after_what_is_over_is_about_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[UUID] = []

    async def answered(_actor: Actor, about: UUID, _yes: bool) -> None:
        said.append(about)

    monkeypatch.setattr(texts, "_answers", {ASKED.id: answered})
    li = await resident()
    await told(li, ASKED, expires=NOON)
    asked = await told(li, ASKED)
    await service.deliver(Gateway().transport)
    await text_from(await phone_of(asked), "２。")
    assert said == [(await row(asked))["about"]]


async def test_a_text_that_no_key_opens_hides_no_other() -> None:
    for words in ("一", "二"):
        await text_from("13700000000", words)
    first = await db.fetchval("SELECT id FROM notifications_received ORDER BY id LIMIT 1")
    await db.execute("UPDATE notifications_received SET body = $2, phone = $2 WHERE id = $1", first, b"\x00" * 40)
    assert [each.body for each in await service.replies(actor_for(await operator()))] == ["", "二"]
