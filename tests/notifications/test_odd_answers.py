"""What a gateway says beside "taken" stops nothing: a bill, a name with NUL in it, a pit of brackets."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from backend.core import db
from backend.notifications import service
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, Gateway, row, told

KEPT = "SELECT provider, cost, state FROM notifications_delivery"


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None], gateways: Set) -> None:
    frozen(NOON)
    gateways("sms")


@pytest.mark.parametrize(
    "body",
    [b'{"cost": 99999999999, "id": "a"}', b'{"id": "a\\u0000b"}', b"[" * 5000, b'{"x":' * 5000, b'{"id": "\\ud800"}'],
)
async def test_what_was_taken_is_marked_whatever_the_gateway_adds(body: bytes) -> None:
    message = await told(await resident())
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=body))
    assert await service.deliver(transport) == 1
    assert (await row(message))["state"] == "sent"
    (kept,) = await db.fetch(KEPT)
    assert kept["state"] == "sent" and kept["cost"] is None and "\x00" not in kept["provider"]


async def test_a_usual_answer_is_kept() -> None:
    await told(await resident())
    await service.deliver(Gateway(says={"id": "dx-1", "cost": 1_000_000}).transport)
    assert [tuple(each) for each in await db.fetch(KEPT)] == [("dx-1", 1_000_000, "sent")]
