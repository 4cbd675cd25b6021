"""Whatever dies between sending and marking: the same key goes out again, and one message reaches the phone."""

import asyncio
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from backend.core import clock, db
from backend.core.actor import ANONYMOUS
from backend.notifications import service
from backend.notifications.schemas import Receiver, Template
from backend.notifications.service import chain
from backend.notifications.service import deliveries as sending
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, Gateway, deliveries, told
from tests.support.outside import ROOT


class Provider(HTTPServer):
    """A gateway in a process that goes on living; the same key again is not a second message."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.asked: list[str] = []
        self.phones: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"


class Taking(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(self.headers["idempotency-key"])
        self.server.phones.setdefault(self.headers["idempotency-key"], said["text"])
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


async def test_killed_after_the_gateway_took_it_the_message_arrives_once(
    own_database: str, provider: Provider, gateways: Set
) -> None:
    gateways("sms")
    await service.send(ANONYMOUS, Receiver(phone="13812345678"), Template(id="hello", text="Hello"), {})
    command = [sys.executable, "-m", "tests.notifications.crashing", own_database, provider.url]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    states = "SELECT state FROM notifications_delivery"
    for _ in range(500):  # until the server has noticed that the connection is gone
        if await db.fetchval(f"{states} FOR UPDATE SKIP LOCKED") is not None:
            break
        await asyncio.sleep(0.01)
    assert await db.fetchval(states) == "queued"
    gateways("sms", url=provider.url)
    assert await service.deliver() == 1
    assert len(provider.asked) == 2 and provider.phones == {provider.asked[0]: "Hello"}
    assert await db.fetchval(states) == "sent"


@pytest.fixture
def noon(frozen: Callable[[datetime], None], with_gateway: None) -> None:
    frozen(NOON)


class Stop(BaseException):
    """The end of the process, as far as a test can play it."""


@pytest.mark.parametrize("point", ["WAITING", "SENT", "ON_ITS_WAY"])
async def test_at_every_statement_of_a_sending(noon: None, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    message, sms = await told(await resident()), Gateway()
    await _dies_at(monkeypatch, getattr(sending, point), sms)
    assert await deliveries(message) == [("sms", "queued")]
    assert await service.deliver(sms.transport) == 1
    assert len(sms.shown) == 1 and len(set(sms.keys)) == 1
    assert await deliveries(message) == [("sms", "sent")]


@pytest.mark.parametrize("point", ["OVER", "TRIED", "GOES_ON", "ADD"])
async def test_at_every_statement_of_going_on(
    noon: None, gateways: Set, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways("sms", "voice")
    message = await told(await resident())
    await _dies_at(monkeypatch, getattr(sending if point == "OVER" else chain, point), Gateway(422))
    assert await deliveries(message) == [("sms", "queued")]
    sms = Gateway(422)
    for _ in range(2):
        await service.deliver(sms.transport)
    assert await deliveries(message) == [("sms", "failed"), ("voice", "sent")]


async def test_what_failed_before_it_could_go_on_is_found_again(noon: None, frozen: Callable[[datetime], None]) -> None:
    message = await told(await resident())
    await db.execute("UPDATE notifications_delivery SET state = 'failed', ended = next_try")
    frozen(NOON + timedelta(minutes=1))
    await service.advance()
    assert await deliveries(message) == [("sms", "failed"), ("call", "queued")]
    assert clock.now() > NOON


async def _dies_at(monkeypatch: pytest.MonkeyPatch, statement: str, sms: Gateway) -> None:
    """Run the sender until it reaches a statement; what it did before is undone, as a lost connection undoes it."""
    with monkeypatch.context() as patch:
        for name in ("fetch", "execute"):
            true = getattr(db, name)

            async def reached(sql: str, *args: Any, true: Callable[..., Any] = true) -> Any:
                if sql == statement:
                    raise Stop
                return await true(sql, *args)

            patch.setattr(db, name, reached)
        with pytest.raises(Stop):
            await service.deliver(sms.transport)
