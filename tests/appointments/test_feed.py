"""日历订阅: a calendar reads a person's appointments under a secret address; nobody else, and not after it ended."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import httpx
import icalendar
import msgspec
import pytest
import vobject
from playwright.async_api import Browser

from backend.appointments import service
from backend.appointments.holdings import give_back
from backend.appointments.schemas import Appointment
from backend.appointments.service.feeds import READS
from backend.core import clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Forbidden, TooMany
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.appointments.readers import by_browser, by_icalendar, by_node, by_vobject, has_node
from tests.identity.factories import actor_for, clerk, csrf_of, resident, sign_in_as

Freeze = Callable[[datetime], None]
TUESDAY, ITEM = date(2026, 11, 24), "LAW001"
HASHES = "SELECT token_hash FROM appointments_feed"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def me() -> Actor:
    """Somebody who has just shown who they are."""
    return msgspec.structs.replace(actor_for(await resident()), proved_at=clock.now())


async def booked(actor: Actor, key: str = "key-00000", nth: int = 0, item: str = ITEM) -> Appointment:
    """An appointment on Tuesday."""
    hall = await open_hall()
    return await service.book(actor, wish(hall, (await slots(hall, TUESDAY))[nth], item), key=key)


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Browser | None:
    return None if has_node() else request.getfixturevalue("browser")


async def test_three_readers_find_the_appointment_and_that_it_was_cancelled(
    client: httpx.AsyncClient, chromium: Browser | None
) -> None:
    actor = await me()
    made = await booked(actor)
    token = (await service.make_feed(actor, lang="zh_CN")).token
    single = []
    for status in ("CONFIRMED", "CANCELLED"):
        answer = await client.get(f"/calendar/{token}.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        first = by_icalendar(answer.content)
        third = await by_browser(chromium, answer.content) if chromium else by_node(answer.content)
        assert first == by_vobject(answer.content) == third
        assert (first.events, first.status, first.starts) == (1, status, made.starts_at)
        single.append(first)
        await service.cancel(actor, made.id)
    assert single[0].uid == single[1].uid and single[0].sequence < single[1].sequence


async def test_a_calendar_is_told_how_often_to_come_and_asks_again_by_tag(client: httpx.AsyncClient) -> None:
    actor = await me()
    await booked(actor)
    token = (await service.make_feed(actor, lang="en")).token
    answer = await client.get(f"/calendar/{token}.ics")
    text = answer.text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text and "X-PUBLISHED-TTL:PT6H\r\n" in text
    assert "NAME:Appointments at the service hall" in text
    tag = answer.headers["etag"]
    again = await client.get(f"/calendar/{token}.ics", headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.content and again.headers["etag"] == tag
    await booked(actor, "key-00001", nth=3, item="LAW002")
    changed = await client.get(f"/calendar/{token}.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and len(vobject.readOne(changed.text).vevent_list) == 2
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"].startswith("private")
    assert str(actor.person) not in text and "王芳" not in text


async def test_only_the_hash_is_kept_and_a_new_address_ends_the_old_one(client: httpx.AsyncClient) -> None:
    actor = await me()
    old = (await service.make_feed(actor, lang="zh_CN")).token
    new = (await service.make_feed(actor, lang="zh_CN")).token
    [row] = await db.fetch(HASHES)
    assert new.encode() not in row["token_hash"] and len(row["token_hash"]) == 32
    assert (await client.get(f"/calendar/{old}.ics")).status_code == 404
    assert (await client.get(f"/calendar/{new}.ics")).status_code == 200
    await service.end_feed(actor)
    await service.end_feed(actor)
    assert (await client.get(f"/calendar/{new}.ics")).status_code == 404
    assert await service.feed_of(actor) is None


async def test_nobody_makes_one_for_somebody_else_or_without_showing_who_they_are() -> None:
    actor = await me()
    other = await resident(name="王磊")
    for_mother = msgspec.structs.replace(
        actor, principal=other.id, basis="delegation", scopes=frozenset({service.SCOPE})
    )
    with pytest.raises(NotDelegated):
        await service.make_feed(for_mother, lang="zh_CN")
    with pytest.raises(FreshSignInNeeded):
        await service.make_feed(msgspec.structs.replace(actor, proved_at=None), lang="zh_CN")
    with pytest.raises(Forbidden):
        await service.make_feed(actor_for(await clerk(), helping=other), lang="zh_CN")


async def test_the_person_sees_on_which_days_it_was_read(frozen: Freeze) -> None:
    actor = await me()
    token = (await service.make_feed(actor, lang="zh_CN")).token
    seen = await service.feed_of(actor)
    assert seen and seen.seen_at is None
    for hours in (1, 2, 30):
        frozen(MONDAY + timedelta(hours=hours))
        await service.read_feed(ANONYMOUS, token)
    seen = await service.feed_of(actor)
    assert seen and seen.seen_at == MONDAY + timedelta(hours=30)
    views = await db.fetch("SELECT purpose FROM core_view WHERE person = $1", actor.person)
    assert [row["purpose"] for row in views] == ["Your calendar subscription"] * 2


async def test_what_was_a_month_ago_leaves_the_calendar(frozen: Freeze) -> None:
    actor = await me()
    await booked(actor)
    token = (await service.make_feed(actor, lang="zh_CN")).token
    for days, left in ((30, 1), (32, 0)):
        frozen(MONDAY + timedelta(days=days))
        assert len((await service.read_feed(ANONYMOUS, token)).appointments) == left


async def test_a_calendar_that_asks_without_end_is_slowed_down() -> None:
    token = (await service.make_feed(await me(), lang="zh_CN")).token
    with pytest.raises(TooMany):
        for _ in range(READS[0] + 1):
            await service.read_feed(ANONYMOUS, token)


async def test_it_ends_with_the_account() -> None:
    actor = await me()
    token = (await service.make_feed(actor, lang="zh_CN")).token
    await give_back(Actor.system("close"), actor.person)
    with pytest.raises(service.NoSuchFeed):
        await service.read_feed(ANONYMOUS, token)


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_a_person_connects_and_disconnects_the_calendar(client: httpx.AsyncClient, mode: str) -> None:
    await sign_in_as(client, await resident(mode=mode))
    assert "连接我的日历" in (await client.get("/appointments/calendar")).text
    form = await client.get("/appointments/calendar/new")
    assert "不要发给别人" in form.text
    made = await client.post("/appointments/calendar/new", data={"csrf": csrf_of(form.text)})
    assert made.status_code == 200 and "webcal://" in made.text and "no-store" in made.headers["cache-control"]
    token = re.findall(r"https?://[^/]+/calendar/([\w-]+)\.ics", made.text)[0]
    assert (await client.get(f"/appointments/calendar/{token}/qr.svg")).text.startswith("<svg")
    assert icalendar.Calendar.from_ical((await client.get(f"/calendar/{token}.ics")).content)["method"] == "PUBLISH"
    overview = await client.get("/appointments/calendar")
    assert token not in overview.text and "日历已连接" in overview.text
    await client.post("/appointments/calendar/end", data={"csrf": csrf_of(overview.text)})
    assert (await client.get(f"/calendar/{token}.ics")).status_code == 404
