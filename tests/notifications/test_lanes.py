"""A mail server that takes its time holds back no text, and what somebody waits for holds back nothing else."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from backend.core import clock, db
from backend.notifications import adapters, service
from backend.notifications.adapters import Outgoing, Taken
from backend.notifications.schemas import Receiver, Template
from tests.identity.factories import resident
from tests.notifications.factories import NOON, SYSTEM, told

WORDS = Template(id="words", text="明天停水")
LI = Receiver(person=None, phone="", channel="email", address="li@example.org")


class Slow:
    """A mail server that says nothing until it is allowed to."""

    name, lane = "email", "mail"

    def __init__(self) -> None:
        self.asked, self.answer = asyncio.Event(), asyncio.Event()

    def ready(self) -> bool:
        return True

    def receipts(self) -> bool:
        return False

    async def reaches(self, person: object, phone: str) -> bool:
        return True

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
        assert await service.deliver(None, service.REST, service.MAIL) == 0
        await service.deliver(None, service.OWN)
        ended = "SELECT reason FROM notifications_delivery WHERE message = $1 AND channel = 'miniprogram'"
        assert await db.fetchval(ended, text) == "not-set-up"


async def state(message: object) -> object:
    return await db.fetchval("SELECT state FROM notifications_message WHERE id = $1", message)
