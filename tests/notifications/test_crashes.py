"""Whatever dies between sending and marking: the same key goes out again, and one message reaches the phone."""

import asyncio
import json
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from backend.core import clock, db, events
from backend.core.actor import ANONYMOUS
from backend.core.events import Announcement, Event, announce, on
from backend.identity import service as identity
from backend.identity.service.people import BY_IDS
from backend.notifications import service
from backend.notifications.schemas import Receiver, Template
from backend.notifications.service import chain
from backend.notifications.service import deliveries as sending
from backend.notifications.service import sending as messages
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, PLAIN, SYSTEM, Gateway, counting, deliveries, told
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


async def test_killed_in_the_middle_of_a_batch_everybody_gets_theirs_once(
    own_database: str, provider: Provider, gateways: Set
) -> None:
    gateways("sms")
    for number in range(5):
        made = Template(id="hello", text=f"Hello {number}")
        await service.send(ANONYMOUS, Receiver(phone=f"1381234567{number}"), made, {})
    command = [sys.executable, "-m", "tests.notifications.crashing", own_database, provider.url, "3"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    free = "SELECT count(*) FROM (SELECT 1 FROM notifications_delivery WHERE state = 'queued' FOR UPDATE SKIP LOCKED) q"
    for _ in range(6000):  # until the server has noticed that the connection is gone
        if await db.fetchval(free) == 5:
            break
        await asyncio.sleep(0.01)
    before = len(provider.asked)
    assert before >= 3 and await db.fetchval(free) == 5
    gateways("sms", url=provider.url)
    assert await service.deliver() == 5
    assert len(provider.asked) == before + 5
    assert sorted(provider.phones.values()) == [f"Hello {number}" for number in range(5)]
    assert await db.fetchval("SELECT count(*) FROM notifications_delivery WHERE state = 'sent'") == 5


@pytest.fixture
def noon(frozen: Callable[[datetime], None], with_gateway: None) -> None:
    frozen(NOON)


class Stop(BaseException):
    """The end of the process, as far as a test can play it."""


@pytest.mark.parametrize("point", ["BY_LANE", "SENT", "ON_ITS_WAY"])
async def test_at_every_statement_of_a_sending(noon: None, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    message, sms = await told(await resident()), Gateway()
    await _dies_at(monkeypatch, getattr(sending, point), lambda: service.deliver(sms.transport))
    assert await deliveries(message) == [("sms", "queued")]
    assert await service.deliver(sms.transport) == 1
    assert len(sms.shown) == 1 and len(set(sms.keys)) == 1
    assert await deliveries(message) == [("sms", "sent")]


async def test_a_gateway_that_drips_holds_back_nobody_and_undoes_no_mark(
    noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, slow, sms = await told(await resident()), await told(await resident()), Gateway()
    first: list[str] = []
    patience: dict[asyncio.Task[Any] | None, asyncio.Timeout] = {}
    answered, timeout = asyncio.Event(), asyncio.timeout

    def as_long_as_it_takes(seconds: float | None) -> asyncio.Timeout:
        if seconds != sending.ANSWER:
            return timeout(seconds)
        patience[asyncio.current_task()] = made = timeout(None)
        return made

    async def answer(request: httpx.Request) -> httpx.Response:
        if not first:
            first.append(request.headers["idempotency-key"])
            await answered.wait()
            patience[asyncio.current_task()].reschedule(0)  # over, now that the other one is through
            await asyncio.Event().wait()
        answered.set()
        return sms._answer(request)

    monkeypatch.setattr(asyncio, "timeout", as_long_as_it_takes)
    assert await service.deliver(httpx.MockTransport(answer)) == 1
    states = [await deliveries(each) for each in (quick, slow)]
    assert sorted(states) == [[("sms", "queued")], [("sms", "sent")]]
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert await service.deliver(sms.transport) == 1
    assert first[0] in sms.shown and len(sms.shown) == 2, "the same key again"
    assert len(patience) == 3, "each sending has its own limit"


def test_no_answer_takes_as_long_as_the_database_bears_silence() -> None:
    bears = int(db.LIMITS["idle_in_transaction_session_timeout"].removesuffix("s"))
    assert bears * 0.7 > sending.ANSWER


@pytest.mark.parametrize("point", ["OVER", "TRIED", "GOES_ON", "ADD"])
async def test_at_every_statement_of_going_on(
    noon: None, gateways: Set, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways("sms", "voice")
    message = await told(await resident())
    statement, refuses = getattr(sending if point == "OVER" else chain, point), Gateway(422)
    await _dies_at(monkeypatch, statement, lambda: service.deliver(refuses.transport))
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


class Happened(Event, frozen=True, kw_only=True):
    """Something that ``subject`` is told."""


@on(Happened)
async def tell(event: Happened, row: Announcement) -> None:
    await identity.tell(SYSTEM, event.subject, PLAIN, {"what": "x"}, about=row.id, once=f"crash:{row.id}")


@pytest.mark.parametrize("point", [events.CLAIM, BY_IDS, messages.ADD, events.DONE])
async def test_at_every_statement_of_a_round_of_the_relay(
    noon: None, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [(await resident()).id for _ in range(3)]
    while await events.relay():
        pass
    for each in told:
        await announce(SYSTEM, Happened(region="230103", subject=each))
    await db.execute("UPDATE core_announcement SET next_try = $1 WHERE delivered_at IS NULL", NOON)
    count = "SELECT count(*) FROM notifications_message WHERE template = 'plain'"
    await _dies_at(monkeypatch, point, events.relay)
    assert await db.fetchval(count) == 0
    assert await events.relay() == 3
    assert await events.relay() == 0
    assert await db.fetchval(count) == 3


async def test_a_round_costs_as_many_statements_for_many_as_for_few(
    noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [(await resident()).id for _ in range(8)]
    while await events.relay():
        pass
    counts: list[int] = []
    for size in (2, 8):
        for each in people[:size]:
            await announce(SYSTEM, Happened(region="230103", subject=each))
        await db.execute("UPDATE core_announcement SET next_try = $1 WHERE delivered_at IS NULL", NOON)
        with monkeypatch.context() as patch:
            said = counting(patch)
            assert await events.relay() == size
        counts.append(len(said))
    assert counts[0] == counts[1] <= 9


async def _dies_at(monkeypatch: pytest.MonkeyPatch, statement: str, work: Callable[[], Awaitable[object]]) -> None:
    """Run the work until it reaches a statement; what it did before is undone, as a lost connection undoes it."""
    with monkeypatch.context() as patch:
        for name in ("fetch", "execute", "executemany"):
            true = getattr(db, name)

            async def reached(sql: str, *args: Any, true: Callable[..., Any] = true) -> Any:
                if sql == statement:
                    raise Stop
                return await true(sql, *args)

            patch.setattr(db, name, reached)
        with pytest.raises(Stop):
            await work()
