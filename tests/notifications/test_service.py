"""Messages: stored with what they tell, sent once, honest when nothing can be sent."""

from datetime import timedelta

import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import ANONYMOUS
from backend.notifications import service
from backend.notifications.schemas import Receiver, Template
from backend.notifications.sealed import phone_index
from backend.notifications.service import sending
from backend.settings import settings
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, Gateway, deliveries, row, told

HELLO = Template(id="hello", text="Hello {name}")
LI = Receiver(phone="13812345678", lang="en")


async def hello(once: str = "") -> None:
    await service.send(ANONYMOUS, LI, HELLO, {"name": "Li"}, once=once)


async def states() -> list[str]:
    return [each["state"] for each in await db.fetch("SELECT state FROM notifications_message ORDER BY id")]


async def test_in_the_demonstration_messages_stay_in_the_inbox() -> None:
    await hello()
    (message,) = await service.latest()
    assert (message.body, message.state, message.phone_masked) == ("Hello Li", "queued", "138****5678")
    assert await service.deliver() == 1
    assert await states() == ["sent"], "the local gateway takes it, with a true signature"


async def test_a_repeat_is_sent_once() -> None:
    for _ in range(3):
        await hello(once="event-1:hello")
    await hello()
    await hello()
    assert len(await service.latest()) == 3


async def test_what_went_to_a_number_is_forgotten_by_its_fingerprint_alone() -> None:
    await hello()
    await service.send(ANONYMOUS, Receiver(phone="13900000009", lang="en"), HELLO, {"name": "Wang"})
    kept = await told(await resident(phone=LI.phone))
    assert await service.forget_number(LI.phone) == 1
    left = await db.fetch(
        "SELECT id FROM notifications_message WHERE person IS NOT NULL OR phone_index = $1", phone_index("13900000009")
    )
    assert {each["id"] for each in left} >= {kept} and len(left) == 2


async def test_a_message_of_an_undone_transaction_was_never_sent() -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await hello()
            raise RuntimeError
    assert await service.latest() == []


async def test_with_a_gateway_messages_leave(with_gateway: None) -> None:
    await hello()
    sms = Gateway()
    assert await service.deliver(sms.transport) == 1
    assert [(each["to"], each["text"]) for each in sms.taken] == [("13812345678", "Hello Li")]
    assert sms.keys == [sms.taken[0]["id"]] == [str(await db.fetchval("SELECT id FROM notifications_delivery"))]
    assert await states() == ["sent"]
    assert await service.deliver(sms.transport) == 0


@pytest.mark.parametrize("failure", [0, 500, 302, 429])
async def test_a_failing_gateway_is_tried_again_later(with_gateway: None, failure: int) -> None:
    await hello()
    sms = Gateway(failure)
    assert await service.deliver(sms.transport) == 0
    assert await service.deliver(sms.transport) == 0, "not before its time"
    with clock.frozen(clock.now() + timedelta(seconds=6)):
        assert await service.deliver(sms.transport) == 1
    assert await states() == ["sent"]


async def test_after_eight_failures_a_message_is_given_up(with_gateway: None) -> None:
    await hello()
    sms = Gateway(*[500] * 20)
    for hour in range(10):
        with clock.frozen(clock.now() + timedelta(hours=hour)):
            await service.deliver(sms.transport)
    assert await states() == ["failed"] and len(sms.keys) == 8


async def test_a_message_that_cannot_be_read_holds_back_no_other_and_ends(with_gateway: None) -> None:
    await hello()
    broken = "UPDATE notifications_message SET phone = $1, body = $1"
    await db.execute(broken, b"\x00" * 40)
    await hello()
    sms = Gateway()
    assert await service.deliver(sms.transport) == 1
    for hour in range(10):
        with clock.frozen(clock.now() + timedelta(hours=hour)):
            await service.deliver(sms.transport)
    assert await states() == ["failed", "sent"] and len(sms.keys) == 1


async def test_what_was_silent_goes_on_although_another_message_cannot_be_read(gateways: Set) -> None:
    gateways("sms", "voice", secret="a shared secret of this test")
    with clock.frozen(NOON):
        li, wang = await told(await resident()), await told(await resident())
        await service.deliver(Gateway().transport)
        await db.execute("UPDATE notifications_message SET phone = $2 WHERE id = $1", li, b"\x00" * 40)
    with clock.frozen(NOON + timedelta(hours=13)):
        await service.advance()
    assert ((await row(li))["state"], await deliveries(wang)) == ("failed", [("sms", "failed"), ("voice", "queued")])


async def test_calls_and_letters_wait_for_people(with_gateway: None) -> None:
    await service.send(ANONYMOUS, Receiver(channel="letter"), HELLO, {"name": "Li"})
    assert await states() == ["unsent"]


async def test_a_spoken_message_is_read_out_by_the_gateway_and_seen_by_nobody(with_gateway: None) -> None:
    spoken = Template(id="spoken", text="Your digits: {name}", spoken=True)
    to = Receiver(phone=LI.phone, channel="call")
    await service.send(ANONYMOUS, to, spoken, {"name": "1 2 3"})
    await service.send(ANONYMOUS, to, HELLO, {"name": "Li"})
    assert await states() == ["queued", "unsent"]
    sms = Gateway()
    assert await service.deliver(sms.transport) == 1
    assert (sms.taken[0]["by"], sms.taken[0]["text"]) == ("call", "Your digits: 1 2 3")


def test_without_gateway_and_demonstration_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    off = msgspec.structs.replace(settings(), demo=False)
    monkeypatch.setattr(sending, "settings", lambda: off)
    with pytest.raises(service.SmsNotConfigured) as refused:
        service.require_sms()
    assert (refused.value.status, refused.value.code) == (503, "sms-not-configured")
    assert refused.value.next_step == ("/halls", "Find a hall")


async def test_what_was_forgotten_while_it_waited_leaves_the_queue(with_gateway: None) -> None:
    await hello()
    assert await service.forget_number(LI.phone) == 1
    sms = Gateway()
    assert await service.deliver(sms.transport) == 0 and not sms.keys
    assert await db.fetchval("SELECT state FROM notifications_delivery") == "dropped"


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (sending.FORGET_NOBODYS, "'2026-01-01', 100", "notifications_message_nobodys_ix"),
        (sending.FORGET, "'2026-01-01', 100, '{}'", "notifications_message_created_ix"),
        (
            "DELETE FROM messaging_received WHERE region = $2 AND created < $1", "'2026-01-01', '230100'",
            "messaging_received_created_ix",
        ),
    ],
)  # fmt: skip
async def test_what_is_past_its_term_is_found_by_its_age(statement: str, values: str, index: str) -> None:
    await db.execute("SET LOCAL enable_seqscan = off")
    await db.execute(f"PREPARE forgetting AS {statement}")
    plan = await db.fetch(f"EXPLAIN EXECUTE forgetting ({values})")
    await db.execute("DEALLOCATE forgetting")
    assert any(index in each[0] for each in plan), "\n".join(each[0] for each in plan)
