"""A mail server that takes its time, or says nothing at all, holds back no text; who does not answer is left alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import asyncpg
import httpx
import pytest

from backend.core import clock, db
from backend.notifications import adapters, service
from backend.notifications.adapters import Outgoing, Taken, breaker, smtp
from backend.notifications.schemas import Receiver, Template
from backend.notifications.service import deliveries
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, SYSTEM, Gateway, told
from tests.notifications.factories import deliveries as tried
from tests.support.mailbox import open_mailbox

WORDS = Template(id="words", text="明天停水")
LI = Receiver(person=None, phone="", channel="email", address="li@example.org")


class Open:
    """A channel that is set up, reaches everybody and gives no receipts."""

    def ready(self) -> bool:
        return True

    def receipts(self) -> bool:
        return False

    async def reaches(self, person: object, phone: str) -> bool:
        return True


class Slow(Open):
    """A mail server that says nothing until it is allowed to."""

    name = "email"

    def __init__(self) -> None:
        self.asked, self.answer = asyncio.Event(), asyncio.Event()

    async def send(self, message: Outgoing, http: httpx.AsyncClient) -> Taken:
        self.asked.set()
        await self.answer.wait()
        return Taken(state="sent")


@pytest.fixture
def slow() -> Iterator[Slow]:
    usual, found = adapters.channel("email"), Slow()
    assert usual is not None
    adapters.use(found)
    yield found
    adapters.use(usual)


async def test_texts_leave_while_a_mail_server_takes_its_time(own_database: str, slow: Slow) -> None:
    with clock.frozen(NOON):
        await service.send(SYSTEM, LI, WORDS, {})
        mailing = asyncio.create_task(service.deliver_waiting(service.MAIL))
        await slow.asked.wait()
        text = await told(await resident())
        assert await service.deliver_waiting(service.REST) == 1
        assert await state(text) == "sent"
        assert not mailing.done()
        slow.answer.set()
        assert await mailing == 1


async def test_each_delivery_is_of_one_lane(slow: Slow) -> None:
    slow.answer.set()
    with clock.frozen(NOON):
        await service.send(SYSTEM, LI, WORDS, {})
        await told(await resident())
        assert await service.deliver_waiting(service.REST) == 1
        assert await service.deliver_waiting(service.OWN) == 0
        assert await service.deliver_waiting(service.MAIL) == 1


async def test_a_channel_that_is_no_longer_set_up_ends_and_does_not_wait_for_ever() -> None:
    with clock.frozen(NOON):
        text = await told(await resident())
        await db.execute("UPDATE notifications_delivery SET channel = 'miniprogram' WHERE message = $1", text)
        assert await service.deliver() == 0
        await service.deliver(None, service.OWN)
        ended = "SELECT reason FROM notifications_delivery WHERE message = $1 AND channel = 'miniprogram'"
        assert await db.fetchval(ended, text) == "not-set-up"


class Dead:
    """A server that takes connections and never says a word, not even hello, until it hangs up."""

    def __init__(self) -> None:
        self.connections, self.port = 0, 0
        self.asked, self.hang_up = asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.asked.set()
        await self.hang_up.wait()
        writer.close()


@pytest.fixture
async def dead(gateways: Set) -> AsyncIterator[Dead]:
    found = Dead()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    gateways("sms", "voice", smtp=f"smtp+plain://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    smtp._pools.clear()
    yield found
    found.hang_up.set()
    server.close()


async def mails(count: int) -> None:
    for _ in range(count):
        await service.send(SYSTEM, LI, WORDS, {})


async def test_a_text_leaves_beside_a_mail_server_that_hangs(own_database: str, dead: Dead) -> None:
    with clock.frozen(NOON):
        await mails(8)
        mailing = asyncio.create_task(service.deliver(None, service.MAIL))
        await dead.asked.wait()
        text, sms = await told(await resident()), Gateway()
        assert await service.deliver(sms.transport, service.SOON, service.REST, service.VOICE) == 1
        assert await state(text) == "sent" and not mailing.done()
        dead.hang_up.set()
        assert await mailing == 0


async def test_a_call_to_the_counter_is_spoken_before_a_warning_to_everybody(gateways: Set) -> None:
    """In a lane of its own, as texts have one: in the other the warning has the higher rank."""
    gateways("sms", "voice")
    with clock.frozen(NOON):
        warned = await told(await resident(), Template(id="warning", text="{what}", emergency=True))
        waits = await told(await resident(notice_by="call"), Template(id="number", text="{what}", spoken=True))
        assert await service.deliver(Gateway().transport, service.SPOKEN_SOON) == 1
    assert await state(waits) == "sent"
    assert ("voice", "queued") in await tried(warned)


async def test_a_server_that_does_not_answer_is_left_alone_and_then_asked_once(dead: Dead) -> None:
    dead.hang_up.set()
    asked = []
    for seconds in (0, 6, 12, 35):
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            await mails(8)
            await service.deliver(None, service.MAIL)
        asked.append(dead.connections)
    assert breaker.PATIENCE <= asked[0] <= 8
    assert asked[1:] == [asked[0], asked[0], asked[0] + 1]


async def test_a_server_that_is_back_is_found_by_one_and_then_gets_all(gateways: Set) -> None:
    async with open_mailbox() as gone:
        port = gone.port
    gateways("sms", smtp=f"smtp+plain://127.0.0.1:{port}")
    with clock.frozen(NOON):
        await mails(breaker.PATIENCE)
        assert await service.deliver(None, service.MAIL) == 0
    async with open_mailbox(port=port) as back:
        for seconds, waiting, arrived in ((6, 4, 0), (20, 4, 1), (21, 2, 3)):
            with clock.frozen(NOON + timedelta(seconds=seconds)):
                await mails(waiting)
                await service.deliver(None, service.MAIL)
            assert len(back.mails) == arrived


async def test_one_dead_gateway_says_nothing_about_another(gateways: Set) -> None:
    gateways("sms", "voice")
    texts, voices = Gateway(), Gateway()

    async def answer(request: httpx.Request) -> httpx.Response:
        if "voice" in request.url.host:
            voices.taken.append({})
            raise httpx.ReadTimeout("", request=request)
        return texts._answer(request)

    ringing = Template(id="code", text="1234", spoken=True)
    with clock.frozen(NOON):
        for n in range(5):
            await service.send(SYSTEM, Receiver(phone=f"1380000000{n}", channel="call"), ringing, {})
            await told(await resident())
    for seconds in (0, 6, 12):
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            await service.deliver(httpx.MockTransport(answer))
    assert (len(texts.taken), len(voices.taken)) == (5, breaker.PATIENCE)
    with clock.frozen(NOON + timedelta(seconds=35)):
        await service.deliver(httpx.MockTransport(answer))
    assert len(voices.taken) == breaker.PATIENCE + 1


def test_a_breaker_forgets_when_somebody_answers() -> None:
    one = breaker.Breaker("sms")
    with clock.frozen(NOON):
        for _ in range(breaker.PATIENCE):
            assert one.lets()
            one.heard(answered=False)
        assert not one.lets()
    with clock.frozen(NOON + breaker.ALONE):
        assert [one.lets() for _ in range(3)] == [True, False, False]
        one.heard(answered=True)
        assert one.lets() and one.lets()


async def state(message: object) -> object:
    return await db.fetchval("SELECT state FROM notifications_message WHERE id = $1", message)


def test_a_clock_that_went_back_leaves_a_channel_alone_no_longer() -> None:
    one = breaker.Breaker("sms")
    with clock.frozen(NOON + timedelta(days=1)):
        for _ in range(breaker.PATIENCE):
            one.heard(answered=False)
        assert not one.lets()
    with clock.frozen(NOON):
        assert [one.lets() for _ in range(2)] == [True, False]


class Broken(Open):
    """A channel that looks things up while it sends, and fails at the first."""

    name = "push"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, message: Outgoing, http: httpx.AsyncClient) -> Taken:
        self.asked.append(message.text)
        if "一" in message.text:
            await db.execute("SELECT 1/0")
        return Taken(state="sent")


async def test_a_statement_that_fails_while_one_is_pushed_undoes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(adapters._channels, "push", Broken())
    with clock.frozen(NOON):
        first, second = await told(await resident(), what="一"), await told(await resident(), what="二")
        assert await service.deliver(None, service.OWN) == 1
    assert (await state(first), await state(second)) == ("queued", "sent")
    assert await db.fetchval("SELECT tries FROM notifications_delivery WHERE message = $1", first) == 1


async def test_a_message_that_somebody_holds_undoes_no_mark_of_another(
    gateways: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways("sms")

    async def held(_message: object) -> None:
        raise asyncpg.LockNotAvailableError

    monkeypatch.setattr(deliveries, "follow", held)
    with clock.frozen(NOON):
        refused, taken = await told(await resident()), await told(await resident())
        sms = Gateway(400)
        assert await service.deliver(sms.transport) == 1
    assert {await state(refused), await state(taken)} == {"queued", "sent"}
