"""What became of a message of another system is known when it happens, not when somebody looks through all of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from backend.core import crypto, db
from backend.core.actor import ANONYMOUS
from backend.core.jobs import registered
from backend.messaging import seam
from backend.messaging import service as messaging
from backend.messaging.service import sending
from backend.notifications import service as notifications
from backend.notifications.adapters import signing
from tests.identity.factories import resident
from tests.messaging.factories import a_service, a_template, admin, ask, key
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, Gateway, counting, told

SECRET = "shared between us and the gateway"


class System:
    """Another system that sends texts."""

    def __init__(self, client: httpx.AsyncClient, whole: str, template: UUID) -> None:
        self.client, self.whole, self.template = client, whole, template

    async def sends(self, number: str = "13800000001") -> UUID:
        wanted = {"phone_number": number, "template_id": str(self.template)}
        answer = await ask(self.client, self.whole, "POST", "/v2/notifications/sms", json=wanted)
        return UUID(answer.json()["id"])


@pytest.fixture
async def system(client: httpx.AsyncClient, frozen: Callable[[datetime], None], gateways: Set) -> System:
    frozen(NOON)
    gateways("sms", secret=SECRET)
    actor = await admin()
    one = await a_service(actor)
    return System(client, await key(actor, one), (await a_template(actor, one, "明天停水")).id)


async def kept(notice: UUID) -> str:
    """As it stands, without asking what became of it."""
    return str(await db.fetchval("SELECT status FROM messaging_notice WHERE id = $1", notice))


async def report(event: str, notice: UUID) -> None:
    sql = """SELECT d.id FROM notifications_delivery d JOIN notifications_message m ON m.id = d.message
        WHERE m.about = $1 ORDER BY d.id DESC LIMIT 1"""
    body = f'{{"event": "{event}", "id": "{await db.fetchval(sql, notice)}"}}'.encode()
    await notifications.callback(ANONYMOUS, "sms", signing.signed(SECRET, crypto.token(), body), body)


async def test_a_receipt_is_taken_over_in_the_moment_it_comes(system: System) -> None:
    one, other = await system.sends(), await system.sends("13800000002")
    await notifications.deliver(Gateway().transport)
    assert (await kept(one), await kept(other)) == ("sending", "sending")
    await report("delivered", one)
    await report("failed", other)
    assert (await kept(one), await kept(other)) == ("delivered", "permanent-failure")


async def test_a_gateway_that_never_takes_it_says_so_at_once(system: System) -> None:
    one = await system.sends()
    await notifications.deliver(Gateway(400).transport)
    assert await kept(one) == "permanent-failure"


async def test_silence_is_taken_over_when_it_has_lasted_and_a_late_receipt_after_it(
    system: System, frozen: Callable[[datetime], None]
) -> None:
    one = await system.sends()
    await notifications.deliver(Gateway().transport)
    frozen(NOON + timedelta(days=2))
    await notifications.advance()
    assert await kept(one) == "temporary-failure"
    await report("delivered", one)
    assert await kept(one) == "delivered"


async def test_without_receipts_what_was_handed_over_is_delivered(system: System, gateways: Set) -> None:
    gateways("sms")
    one = await system.sends()
    await notifications.deliver(Gateway().transport)
    assert await kept(one) == "delivered"


async def test_what_cannot_be_taken_over_undoes_no_mark_and_is_found_later(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await system.sends()
    with monkeypatch.context() as patch:
        patch.setattr(sending, "NAMED", "SELECT region, id FROM nowhere WHERE $1::uuid[] IS NULL")
        await notifications.deliver(Gateway().transport)
        await report("delivered", one)
    assert await db.fetchval("SELECT state FROM notifications_message WHERE about = $1", one) == "delivered"
    assert await kept(one) == "sending"
    await messaging.settle_waiting()
    assert await kept(one) == "delivered"


async def test_what_was_read_before_an_end_does_not_undo_it(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await system.sends()
    await notifications.deliver(Gateway().transport)
    region = await db.fetchval("SELECT region FROM messaging_notice")
    before = await seam.states_of([one])
    await report("delivered", one)

    async def stale(_abouts: list[UUID]) -> dict[UUID, str]:
        return before

    monkeypatch.setattr(seam, "states_of", stale)
    await sending.settle([(region, one)])
    assert await kept(one) == "delivered"


async def test_nobody_looks_through_all_that_is_on_its_way_more_than_twice_an_hour(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = [each for each in registered() if each.name == "messaging.jobs.settle_notices"]
    assert job.seconds >= 1800
    for number in range(4):
        await system.sends(f"1380000000{number}")
    said = counting(monkeypatch)
    await notifications.deliver(Gateway().transport)
    assert sum("messaging_notice" in sql for sql in said) == 2, "found and marked once for the batch"
    li = await resident()
    await told(li)
    said.clear()
    await notifications.deliver(Gateway().transport)
    assert not any("messaging_notice" in sql for sql in said), "our own messages cost nothing"
