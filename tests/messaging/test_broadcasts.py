"""群发: everybody of an area, each once, in pieces that stop and go on, and never in the way of other messages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid
from backend.messaging import service
from backend.messaging.schemas import BroadcastLine, BroadcastRequest, TextRequest
from backend.messaging.service import spreading
from backend.messaging.service.mailing import NoSuchBroadcast, NotNow
from backend.notifications import service as notifications
from backend.settings import settings
from tests.identity.factories import actor_for, administrator, city, resident
from tests.messaging.factories import a_template, fresh
from tests.notifications.factories import NOON, PLAIN, URGENT, counting
from tests.notifications.factories import told as notified

HERE, STREET = "230199", "230199001"
SENT = "SELECT person, lang, title FROM notifications_message WHERE about = $1 ORDER BY id"


async def sender(region: str = "230100") -> Actor:
    return fresh(await city(region=region))


async def news(actor: Actor, division: str = HERE, **ages: int) -> BroadcastLine:
    writer = fresh(await administrator(region=actor.region))
    template = await a_template(writer, None, "明天起集中供暖。")
    await service.save_text(writer, template.id, TextRequest(lang="en", wording="standard", body="Heating starts."))
    await service.save_text(writer, template.id, TextRequest(lang="zh_CN", wording="plain", body="明天来暖气。"))
    wanted = BroadcastRequest(division=division, template=template.id, title="供暖通知", **ages)
    return await service.make_broadcast(actor, wanted)


async def people(number: int, home: str = HERE) -> list[UUID]:
    return [(await resident(name=f"居民{n}", home=home)).id for n in range(number)]


async def told(broadcast: UUID) -> list[UUID]:
    return [row["person"] for row in await db.fetch(SENT, broadcast)]


async def test_everybody_of_the_area_is_told_once_in_their_own_words() -> None:
    actor = await sender()
    old, foreign = await resident(home=STREET, mode="elder"), await resident(home=HERE, lang="en")
    await people(3)
    await resident(home="230198")
    made = await news(actor)
    assert (made.state, made.total) == ("waiting", 5)
    assert await service.send_some() == 0
    await service.begin_broadcast(actor, made.id)
    assert await service.send_some(piece=2) == 5
    assert await service.send_some() == 0
    assert len(set(await told(made.id))) == 5
    for who, words in ((old, "明天来暖气。"), (foreign, "Heating starts.")):
        (line,) = (await notifications.messages(actor_for(who))).items
        assert (line.body, line.title) == (words, "供暖通知")
    line_now = await service.broadcast(actor, made.id)
    assert (line_now.state, line_now.told, line_now.states) == ("over", 5, {"queued": 5})


async def test_it_stops_and_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = await sender()
    everybody = await people(6)
    made = await news(actor)
    await service.begin_broadcast(actor, made.id)
    row = await db.fetchrow("SELECT region, id FROM messaging_broadcast")
    assert row is not None
    await spreading._go_on(row["region"], row["id"], 2)
    await service.stop_broadcast(actor, made.id)
    assert await service.send_some() == 0
    with pytest.raises(NotNow):
        await service.stop_broadcast(actor, made.id)
    await service.resume_broadcast(actor, made.id)
    assert await service.send_some(piece=2) == 4
    assert sorted(await told(made.id)) == sorted(everybody)


async def test_a_piece_that_is_told_again_after_a_crash_makes_no_second_message() -> None:
    actor = await sender()
    await people(3)
    made = await news(actor)
    await service.begin_broadcast(actor, made.id)
    await service.send_some()
    await db.execute(
        "UPDATE messaging_broadcast SET cursor_home = '', finished = NULL, state = 'running', ended = NULL"
    )
    await service.send_some()
    assert len(await told(made.id)) == 3


async def test_who_moves_while_news_goes_out_is_told_once(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)
    actor = await sender()
    here = [await resident(name=f"居民{n}", home=f"{HERE}00{n}") for n in (1, 2, 3)]
    young = await resident(home="230198", birth=date(2001, 1, 1))
    made = await news(actor, age_from=60)
    await service.begin_broadcast(actor, made.id)
    row = await db.fetchrow("SELECT region, id FROM messaging_broadcast")
    assert row is not None
    await spreading._go_on(row["region"], row["id"], 2)
    frozen(NOON + timedelta(minutes=1))
    move = "UPDATE identity_person SET home = $2, changed = $3 WHERE id = $1"
    await db.execute(move, here[2].id, f"{HERE}001", clock.now())  # behind what was told
    await db.execute(move, here[0].id, f"{HERE}003", clock.now())  # before it
    await db.execute(move, young.id, f"{HERE}001", clock.now())  # not of the audience
    new = await resident(home=f"{HERE}001")
    assert await service.send_some(piece=50) == 3
    assert sorted(await told(made.id)) == sorted(each.id for each in (*here, new))
    now = await service.broadcast(actor, made.id)
    assert (now.state, now.told) == ("over", 5) and not await service.under_way()


async def test_whom_nobody_can_write_to_keeps_no_news_going(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)
    actor, (known,) = await sender(), await people(1)
    made = await news(actor)
    frozen(NOON + timedelta(minutes=1))
    await service.begin_broadcast(actor, made.id)
    assert await service.send_some(piece=1, seconds=0) == 1
    nobody = await resident(home=HERE)
    await db.execute(
        "UPDATE identity_person SET phone = $2, home = $3 WHERE id = $1", nobody.id, b"\x00" * 40, f"{HERE}001"
    )
    await service.send_some(piece=1)
    assert await told(made.id) == [known]
    assert (await service.broadcast(actor, made.id)).state == "over" and not await service.under_way()


@pytest.fixture
def awake(frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """At noon, with a gateway that takes nothing yet."""
    frozen(NOON)
    with_gateway = msgspec.structs.replace(settings(), sms_gateway_url="https://gateway.test/")
    monkeypatch.setattr("backend.notifications.service.sending.settings", lambda: with_gateway)


async def begun(actor: Actor) -> UUID:
    made = await news(actor)
    await service.begin_broadcast(actor, made.id)
    return made.id


async def test_it_waits_while_as_much_of_it_waits_for_the_gateway(awake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "ROOM", 4)
    actor = await sender()
    await people(10)
    made = await begun(actor)
    assert await service.send_some(piece=2) == 4
    assert await service.send_some(piece=2) == 0
    await db.execute("UPDATE notifications_delivery SET state = 'sent'")
    assert await service.send_some(piece=2) == 4
    await service.stop_broadcast(actor, made)
    await db.execute("UPDATE notifications_delivery SET state = 'sent'")
    assert await service.send_some(piece=2) == 0


async def test_news_stands_aside_for_what_somebody_is_in_a_hurry_for_and_leaves_after_all_else(awake: None) -> None:
    actor = await sender()
    await people(3)
    await begun(actor)
    who = await resident(home="230198")
    await notified(who, URGENT)
    assert await service.send_some() == 0
    await db.execute("UPDATE notifications_delivery SET state = 'sent'")
    assert await service.send_some() == 3
    await notified(who, PLAIN)
    waiting = "SELECT rank FROM notifications_delivery WHERE state = 'queued' ORDER BY rank"
    assert [row["rank"] for row in await db.fetch(waiting)] == [2, 3, 3, 3]


async def test_a_page_that_dies_half_way_is_told_once_when_it_is_told_again(
    awake: None, frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await sender()
    everybody = await people(5)
    made = await begun(actor)
    await spreading._go_on("230199", made, 2)
    with monkeypatch.context() as patch:
        patch.setattr(spreading, "WENT_ON", "SELECT 1/0")
        assert await service.send_some(piece=2, seconds=0) == 0
    assert len(await told(made)) == 2
    frozen(NOON + spreading.LATER)
    assert await service.send_some(piece=2) == 3
    assert sorted(await told(made)) == sorted(everybody)


async def test_one_that_fails_holds_back_no_other_and_two_share_the_way(
    awake: None, frozen: Callable[[datetime], None]
) -> None:
    actor = await sender()
    await people(4)
    bad, one, other = [await begun(actor) for _ in range(3)]
    await db.execute("UPDATE messaging_broadcast SET texts = '{}' WHERE id = $1", bad)
    for minute in (1, 2):
        frozen(NOON + timedelta(minutes=minute))
        assert await service.send_some(piece=2, seconds=0) == 2
    frozen(NOON + timedelta(minutes=1, seconds=30))
    assert bad not in [row["id"] for row in await spreading._work()]  # it rests for a minute
    assert [len(await told(each)) for each in (bad, one, other)] == [0, 2, 2]


async def test_a_page_costs_as_many_statements_for_many_as_for_few(
    awake: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await sender()
    await people(12)
    counts: list[int] = []
    for size in (2, 10):
        made = await begun(actor)
        with monkeypatch.context() as patch:
            statements = counting(patch)
            await spreading._go_on("230199", made, size)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


async def test_only_the_age_group_is_told() -> None:
    actor = await sender()
    young = await resident(home=HERE, birth=date(2000, 1, 1))
    old = await resident(home=HERE, birth=date(1940, 1, 1))
    await resident(home=HERE, birth=None)
    made = await news(actor, age_from=60)
    await service.begin_broadcast(actor, made.id)
    assert await service.send_some() == 1
    assert await told(made.id) == [old.id] and young.id != old.id
    with pytest.raises(Invalid):
        await news(actor, age_from=60, age_to=20)


async def test_each_division_sends_its_own_only() -> None:
    actor, other = await sender(), await sender("230200")
    made = await news(actor)
    for act in (service.broadcast, service.begin_broadcast, service.stop_broadcast, service.end_broadcast):
        with pytest.raises(NoSuchBroadcast):
            await act(other, made.id)
    with pytest.raises(Forbidden):
        await service.reach(other, HERE)
    assert (await service.broadcasts(other)) == []
    with pytest.raises(FreshSignInNeeded):
        await service.begin_broadcast(msgspec.structs.replace(actor, proved_at=None), made.id)


async def test_a_template_with_placeholders_cannot_be_sent_to_everybody() -> None:
    actor = await sender()
    template = await a_template(fresh(await administrator(region="230100")), None)
    with pytest.raises(Invalid):
        await service.make_broadcast(actor, BroadcastRequest(division=HERE, template=template.id, title="通知"))


async def test_the_database_itself_asks_for_two_behind_a_real_warning() -> None:
    actor = await sender()
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction():
            await db.execute(
                """INSERT INTO messaging_broadcast (region, id, kind, hazard, drill, division, title, texts, state,
                    total, made_by, made, decided_by)
                VALUES ('230100', $1, 'emergency', 'gas', false, '230100', 't', '{}', 'running', 0, $1, now(), $1)""",
                actor.acting,
            )


async def test_a_clock_that_went_back_stops_no_broadcast(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON + timedelta(days=1))
    actor = await sender()
    await people(4)
    made = await news(actor)
    await service.begin_broadcast(actor, made.id)
    assert await service.send_some(piece=2, seconds=0) == 2
    frozen(NOON)
    assert await service.send_some(piece=2) == 2
