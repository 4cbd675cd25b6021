"""Browsers subscribe, are sent to, say that they showed it, and are forgotten when their service forgot them."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.core import crypto, db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.settings import RootKey, settings
from backend.webpush import rules, service, vapid
from backend.webpush.schemas import Note, Receipt
from backend.webpush.service import subscribing
from tests.identity.factories import actor_for, operator, resident
from tests.webpush.factories import Device, Service

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
SYSTEM = Actor.system("tests")
WAITS = """SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted)"""


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


def note(urgency: str = "normal", title: str = "Your time has changed") -> Note:
    made = {"message": ids.new(), "title": title, "href": "/appointments", "urgency": urgency}
    return msgspec.convert(made | {"topic": ids.new()}, Note)


async def somebody(*devices: Device) -> Actor:
    actor = actor_for(await resident())
    for each in devices:
        await service.subscribe(actor, each.subscription, user_agent="Firefox/150 Windows")
    return actor


def told(device: Device, request: httpx.Request) -> dict[str, str]:
    found: dict[str, str] = json.loads(device.open(request.content))
    return found


async def announced(name: str) -> list[UUID]:
    rows = await db.fetch("SELECT subject FROM core_announcement WHERE name = $1 ORDER BY id", name)
    return [row["subject"] for row in rows]


async def test_of_six_who_subscribe_one_browser_at_once_one_has_it(own_database: str) -> None:
    actors, device = [actor_for(await resident()) for _ in range(3)] * 2, Device()
    made = await asyncio.gather(*(service.subscribe(each, device.subscription) for each in actors))
    rows = await db.fetch("SELECT id FROM webpush_subscription")
    assert len(rows) == 1 and rows[0]["id"] in {each.id for each in made}
    assert len(await announced("BrowserForgotten")) == 5


async def test_one_browser_stays_one_while_two_hosts_have_different_keys(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key reaches one host before the other: each would write another fingerprint of the same address."""
    old, new = RootKey(1, b"\x01" * 32), RootKey(2, b"\x02" * 32)
    read, go_on = asyncio.Event(), asyncio.Event()
    fetch = db.fetch

    async def slowly(sql: str, *values: object) -> list[Any]:
        found = await fetch(sql, *values)
        if sql == subscribing.BY_ENDPOINT and not read.is_set():
            read.set()
            await go_on.wait()
        return found

    li, wang, device = actor_for(await resident()), actor_for(await resident()), Device()
    monkeypatch.setattr(db, "fetch", slowly)
    with crypto.using(old, new):
        first = asyncio.ensure_future(service.subscribe(li, device.subscription))
        await read.wait()
    with crypto.using(new, old):
        second = asyncio.ensure_future(service.subscribe(wang, device.subscription))
        while not second.done() and not await db.fetchval(WAITS):  # noqa: ASYNC110 – only the database knows
            await asyncio.sleep(0)
    with crypto.using(old, new):
        go_on.set()
        await first
    with crypto.using(new, old):
        await second
    assert [row["person"] for row in await fetch("SELECT person FROM webpush_subscription")] == [wang.principal]


async def test_a_key_that_nobody_can_encrypt_for_is_refused_at_once() -> None:
    li = actor_for(await resident())
    good = Device().subscription
    nowhere = msgspec.structs.replace(good.keys, p256dh="B" + "A" * 86)  # the right length, but no point of the curve
    with pytest.raises(Invalid) as no:
        await service.subscribe(li, msgspec.structs.replace(good, keys=nowhere))
    assert "keys" in no.value.fields


async def test_each_browser_is_told_and_only_it_can_read() -> None:
    one, two = Device(), Device("https://fcm.googleapis.com/fcm/send/two")
    li, there = await somebody(one, two), Service()
    pushed = await service.push(SYSTEM, li.person, note(), transport=there.transport)
    assert (pushed.accepted, pushed.again) == (2, None)
    by_host = {request.url.host: request for request in there.taken}
    assert told(one, by_host["updates.push.services.mozilla.com"])["title"] == "您有一条新消息"
    assert told(two, by_host["fcm.googleapis.com"])["body"] == "点这里在门户里看。"


async def test_nothing_of_the_matter_goes_abroad() -> None:
    device, wanted = Device(), note()
    li, there = await somebody(device), Service()
    await service.push(SYSTEM, li.person, wanted, transport=there.transport)
    said = told(device, there.taken[0])
    assert set(said) == {"title", "body", "href", "tag", "receipt"} and said["href"] == "/messages"
    assert "changed" not in json.dumps(said)


async def test_a_service_of_the_city_carries_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = msgspec.structs.replace(settings(), push_hosts=".harbin.example")
    for module in ("subscribing", "pushing"):
        monkeypatch.setattr(f"backend.webpush.service.{module}.settings", lambda: chosen)
    device = Device("https://push.harbin.example/x")
    li, there = await somebody(device), Service()
    await service.push(SYSTEM, li.person, note(), transport=there.transport)
    said = told(device, there.taken[0])
    assert (said["title"], said["href"]) == ("您的预约时间改了", "/appointments")


async def test_the_headers_say_how_urgent_it_is_and_how_long_it_matters() -> None:
    li, there = await somebody(Device()), Service()
    for urgency in ("normal", "urgent"):
        await service.push(SYSTEM, li.person, note(urgency), transport=there.transport)
    headers = [(each.headers["urgency"], each.headers["ttl"], len(each.headers["topic"])) for each in there.taken]
    assert headers == [("normal", "86400", 32), ("high", "3600", 32)]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten_at_once(status: int) -> None:
    li, there = await somebody(Device()), Service(lambda _: httpx.Response(status))
    assert await service.reachable(li.person)
    assert (await service.push(SYSTEM, li.person, note(), transport=there.transport)).accepted == 0
    assert await service.browsers(li) == [] and not await service.reachable(li.person)
    assert len(await announced("BrowserForgotten")) == 1


async def test_a_service_that_asks_for_time_gets_it() -> None:
    li, there = await somebody(Device()), Service(lambda _: httpx.Response(429, headers={"Retry-After": "300"}))
    pushed = await service.push(SYSTEM, li.person, note(), transport=there.transport)
    assert (pushed.accepted, pushed.again) == (0, NOON + timedelta(minutes=5))
    assert len(await service.browsers(li)) == 1


async def test_a_service_that_does_not_answer_is_tried_again() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    li = await somebody(Device())
    pushed = await service.push(SYSTEM, li.person, note(), transport=Service(broken).transport)
    assert (pushed.accepted, pushed.again) == (0, NOON + rules.BACKOFF)


@pytest.mark.parametrize("status", [400, 401, 403, 413])
async def test_five_refusals_in_a_row_end_it_and_one_success_begins_anew(status: int) -> None:
    li, answers = await somebody(Device()), [status] * 4 + [201] + [status] * 5
    there = Service(lambda _: httpx.Response(answers.pop(0)))
    left = []
    for _ in range(10):
        await service.push(SYSTEM, li.person, note(), transport=there.transport)
        left.append(len(await service.browsers(li)))
    assert left == [1] * 9 + [0]


async def test_the_receipt_says_once_that_it_was_shown(frozen: Callable[[datetime], None]) -> None:
    device, wanted = Device(), note()
    li, there = await somebody(device), Service()
    await service.push(SYSTEM, li.person, wanted, transport=there.transport)
    receipt = msgspec.convert(told(device, there.taken[0])["receipt"], Receipt)
    frozen(NOON + timedelta(minutes=1))
    for _ in range(3):
        await service.push_shown(ANONYMOUS, receipt)
    assert await announced("PushShown") == [wanted.message]
    assert (await service.browsers(li))[0].received == NOON + timedelta(minutes=1)
    for wrong in ({"message": ids.new()}, {"browser": ids.new()}, {"proof": "A" * 22}):
        with pytest.raises(NotFound):
            await service.push_shown(ANONYMOUS, msgspec.structs.replace(receipt, **wrong))


async def test_a_browser_tells_whoever_subscribed_it_last() -> None:
    shared = Device()
    li, wang = await somebody(shared), await somebody(shared)
    assert await service.browsers(li) == [] and len(await service.browsers(wang)) == 1


async def test_nobody_has_more_than_eight() -> None:
    li = await somebody(*(Device(f"https://web.push.apple.com/{number}") for number in range(10)))
    assert len(await service.browsers(li)) == rules.BROWSERS


async def test_only_its_owner_forgets_a_browser() -> None:
    shared = Device()
    li, wang = await somebody(shared), await somebody()
    (mine,) = await service.browsers(li)
    with pytest.raises(NotFound):
        await service.forget_browser(wang, mine.id)
    await service.forget_this_browser(wang, shared.endpoint)
    assert len(await service.browsers(li)) == 1
    await service.forget_this_browser(li, shared.endpoint)
    await service.forget_this_browser(li, shared.endpoint)
    assert await service.browsers(li) == []


async def test_a_shared_machine_and_staff_show_nothing() -> None:
    li = await somebody()
    with pytest.raises(service.NotHere):
        await service.subscribe(msgspec.structs.replace(li, channel="kiosk"), Device().subscription)
    with pytest.raises(Forbidden):
        await service.subscribe(actor_for(await operator()), Device().subscription)


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1/x", "http://fcm.googleapis.com/x", "https://evil.example/x"])
async def test_an_address_of_nobody_known_is_refused(endpoint: str) -> None:
    with pytest.raises(service.UnknownService):
        await service.subscribe(await somebody(), Device(endpoint).subscription)


async def test_a_browser_that_ended_by_itself_is_not_sent_to() -> None:
    device, li, there = Device(), await somebody(), Service()
    ended = msgspec.structs.replace(device.subscription, expirationTime=NOON.timestamp() * 1000 - 1)
    await service.subscribe(li, ended)
    assert not await service.reachable(li.person)
    assert (await service.push(SYSTEM, li.person, note(), transport=there.transport)).accepted == 0
    assert there.taken == []


async def test_with_a_new_root_key_a_browser_hears_from_its_old_one_until_that_is_gone() -> None:
    old = crypto.keys()[0]
    new = RootKey(id=old.id + 1, secret=b"n" * 32)
    device = Device()
    li, there = await somebody(device), Service()
    with crypto.using(new, old):
        assert (await service.push(SYSTEM, li.person, note(), transport=there.transport)).accepted == 1
    assert there.taken[0].headers["authorization"].endswith(f"k={vapid.public_key(old.id)}")


async def test_nothing_of_a_browser_is_readable_in_the_database() -> None:
    device = Device()
    await somebody(device)
    (row,) = await db.fetch("SELECT * FROM webpush_subscription")
    assert device.endpoint.encode() not in b"".join(value for value in row.values() if isinstance(value, bytes))


async def test_a_browser_whose_keys_nobody_can_read_holds_back_no_other() -> None:
    first, second = Device("https://fcm.googleapis.com/wp/1"), Device()
    li = await somebody(first, second)
    (broken, _) = await service.browsers(li)
    await db.execute("UPDATE webpush_subscription SET auth = $2 WHERE id = $1", broken.id, b"\x00" * 40)
    taken = Service()
    assert (await service.push(SYSTEM, li.person, note(), transport=taken.transport)).accepted == 1
    assert len(taken.taken) == 1 and len(await service.browsers(li)) == 2, "the key may only be missing for a while"


async def test_a_service_whose_name_is_not_found_in_time_holds_back_no_other() -> None:
    li = await somebody(Device("https://fcm.googleapis.com/wp/1"), Device())

    def answer(request: httpx.Request) -> httpx.Response:
        if "google" in request.url.host:
            raise TimeoutError
        return httpx.Response(201)

    done = await service.push(SYSTEM, li.person, note(), transport=httpx.MockTransport(answer))
    assert done.accepted == 1 and len(await service.browsers(li)) == 2
