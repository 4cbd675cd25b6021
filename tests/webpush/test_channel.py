"""A browser is asked first; when it does not say that it showed the message, a text follows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from backend.core import clock, events
from backend.core.actor import ANONYMOUS
from backend.notifications import service as notifications
from backend.webpush import service
from backend.webpush.schemas import Receipt
from backend.webpush.service import pushing
from tests.identity.factories import actor_for, resident
from tests.notifications.factories import NOON, PLAIN, URGENT, Gateway, deliveries, told
from tests.webpush.factories import Device, Service


@pytest.fixture
def browsers(frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch) -> Service:
    frozen(NOON)
    made = Service()
    monkeypatch.setattr(pushing, "guarded", lambda: made.transport)
    return made


async def test_what_a_browser_showed_nobody_texts(browsers: Service) -> None:
    li, device = await resident(), Device()
    await service.subscribe(actor_for(li), device.subscription)
    message = await told(li)
    assert await notifications.deliver(Gateway().transport) == 0
    assert await notifications.deliver(None, notifications.OWN) == 1
    assert await deliveries(message) == [("push", "sent")]
    shown = msgspec.json.decode(device.open(browsers.taken[0].content))
    await service.push_shown(ANONYMOUS, msgspec.convert(shown["receipt"], Receipt))
    with clock.frozen(datetime(2099, 1, 1, tzinfo=UTC)):
        while await events.relay():
            pass
    assert await deliveries(message) == [("push", "delivered")]


async def test_silence_of_the_browser_is_followed_by_a_text(
    browsers: Service, frozen: Callable[[datetime], None]
) -> None:
    li = await resident()
    await service.subscribe(actor_for(li), Device().subscription)
    message = await told(li, PLAIN)
    await notifications.deliver(None, notifications.OWN)
    frozen(NOON + timedelta(hours=2))
    await notifications.advance()
    sms = Gateway()
    await notifications.deliver()
    assert await deliveries(message) == [("push", "failed"), ("sms", "sent")] and not sms.taken


async def test_what_is_urgent_goes_both_ways_at_once(browsers: Service) -> None:
    li = await resident()
    await service.subscribe(actor_for(li), Device().subscription)
    message = await told(li, URGENT)
    assert sorted(await deliveries(message)) == [("push", "queued"), ("sms", "queued")]
