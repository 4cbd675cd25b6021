"""A text that comes in answers what went to its number last: another system's, ours, or nobody's any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from backend.core import clock
from backend.core.actor import Actor
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template
from backend.notifications.service import texts
from tests.identity.factories import actor_for, no_one, operator, resident
from tests.messaging.factories import a_service, a_template, admin, ask, came, key
from tests.notifications.factories import NOON, PLAIN, told

NUMBER = "13800000001"
CODE = Template(id="code", text="{code}")


class System:
    """Another system that writes to one number."""

    def __init__(self, client: httpx.AsyncClient, whole: str, template: UUID) -> None:
        self.client, self.whole, self.template = client, whole, template

    async def writes(self) -> None:
        wanted = {"phone_number": NUMBER, "template_id": str(self.template)}
        answer = await ask(self.client, self.whole, "POST", "/v2/notifications/sms", json=wanted)
        assert answer.status_code == 201

    async def got(self) -> list[str]:
        answer = await ask(self.client, self.whole, "GET", "/v2/received-text-messages")
        return [each["content"] for each in answer.json()["received_text_messages"]]


@pytest.fixture
async def system(client: httpx.AsyncClient, frozen: Callable[[datetime], None]) -> System:
    frozen(NOON)
    actor = await admin()
    one = await a_service(actor)
    return System(client, await key(actor, one), (await a_template(actor, one, "不参加请回复2")).id)


async def test_a_text_answers_what_went_to_its_number_last_and_not_for_ever(
    system: System, frozen: Callable[[datetime], None]
) -> None:
    chen = actor_for(await operator())
    await system.writes()
    await came(NUMBER, "早了")  # nothing has gone there yet
    await notifications.deliver()
    await came(NUMBER, "好")
    # Whoever has the number now proves it by a code of ours: what they write is not for whom wrote to another.
    await notifications.send(Actor.system("tests"), Receiver(phone=NUMBER), CODE, {"code": "1"}, about=no_one())
    await came(NUMBER, "还好")  # the code waits still
    frozen(NOON + timedelta(minutes=1))
    await notifications.deliver()
    await came(NUMBER, "请问是谁")
    await system.writes()
    frozen(NOON + timedelta(minutes=2))
    await notifications.deliver()
    await came(NUMBER, "知道了")
    frozen(clock.now() + timedelta(days=8))
    await came(NUMBER, "上周的事")
    assert await system.got() == ["知道了", "还好", "好"]
    assert [each.body for each in await notifications.replies(chen)] == ["早了", "请问是谁", "上周的事"]


async def test_an_answer_to_another_system_does_nothing_of_ours(
    system: System, monkeypatch: pytest.MonkeyPatch, frozen: Callable[[datetime], None]
) -> None:
    done: list[UUID] = []

    async def answer(_actor: Actor, about: UUID, _yes: bool) -> None:
        done.append(about)

    monkeypatch.setitem(texts._answers, PLAIN.id, answer)
    li = await resident(phone=NUMBER)
    await told(li)
    await notifications.deliver()
    frozen(NOON + timedelta(minutes=1))
    await system.writes()
    await notifications.deliver()
    await came(NUMBER, "2")
    assert (done, await system.got()) == ([], ["2"])
    assert await notifications.replies(actor_for(await operator())) == [], "nobody of ours reads it"
    assert await notifications.received_held(li.id) == []
    frozen(NOON + timedelta(minutes=2))
    await told(li)
    await notifications.deliver()
    await came(NUMBER, "1")
    assert len(done) == 1 and len(await system.got()) == 1
