"""解除: what was ended is taken back, and whoever was told hears that it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from backend.core import clock, db
from backend.identity.schemas import PersonSummary
from backend.messaging import service
from backend.messaging.schemas import BroadcastRequest, EmergencyRequest, EndRequest
from backend.messaging.schemas.broadcasts import Hazard
from backend.messaging.service import clearing, spreading
from backend.notifications import service as notifications
from backend.notifications.service.deliveries import RANKS, Lane, advance, deliver_waiting
from tests.identity.factories import actor_for, city, resident
from tests.messaging.factories import a_template, admin, fresh
from tests.notifications.factories import NOON

STREET = "230199001"
LANES = [Lane("sms", 100, RANKS), Lane("voice", 100, RANKS), Lane("", 100, RANKS)]
TELL = EndRequest(tell=True)
QUEUED = "SELECT count(*) FROM notifications_delivery WHERE state = 'queued'"
OVER = "SELECT count(*) FROM notifications_message WHERE template = 'emergency-over'"
DUE = """SELECT min(d.next_try) FROM notifications_delivery d JOIN notifications_message m ON m.id = d.message
    WHERE m.template = 'emergency-over'"""


async def warned(hazard: Hazard = "storm", *, drill: bool = True) -> UUID:
    """A warning that went out; a real one by a second person."""
    one, other = fresh(await city(region="230100")), fresh(await city(region="230100"))
    wanted = EmergencyRequest(
        division="230199", hazard=hazard, title="大风", words="大风来了，请留在家里。", drill=drill, chinese_only=True
    )
    made = (await service.make_emergency(one, wanted)).id
    await service.begin_broadcast(other, made)
    await service.send_some()
    return made


async def end(made: UUID, wanted: EndRequest | None = None) -> None:
    await service.end_broadcast(fresh(await city(region="230100")), made, wanted)
    await service.send_some()
    await hand_over()  # what was taken back goes out of the way
    await service.send_some()


async def hand_over() -> None:
    for lane in LANES:
        await deliver_waiting(lane)
    await advance()


async def heard(who: PersonSummary) -> list[tuple[str, str]]:
    """What stands in the inbox about it, the newest first."""
    found = await notifications.messages(actor_for(who))
    return [(each.title, each.body) for each in [*found.pinned, *found.items]]


async def test_whoever_was_told_hears_once_that_it_is_over_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "PIECE", 2)
    people = [await resident(home=STREET) for _ in range(5)]
    made = await warned()
    late = await resident(home=STREET)
    await end(made, TELL)
    await service.send_some()
    assert await db.fetchval(OVER) == 5
    (title, body), *_ = await heard(people[0])
    assert title == "已解除：【演练】大风" and body.startswith("“大风”演练已于")
    assert await heard(late) == []
    line = await service.broadcast(fresh(await city(region="230100")), made)
    assert (line.state, line.clear, line.cleared) == ("over", True, 5) and line.unwound
    assert sum(line.states.values()) == 5, "what is counted is the warning, not its end"


async def test_who_ends_it_quietly_tells_nobody_and_what_waits_does_not_go_out() -> None:
    await resident(home=STREET)
    nobody = await resident(home=STREET, phone="")
    made = await warned()
    assert await db.fetchval(QUEUED)
    await end(made)
    assert (await db.fetchval(QUEUED), await db.fetchval(OVER)) == (0, 0)
    assert await db.fetchval("SELECT count(*) FROM notifications_delivery WHERE state = 'sent'") == 0
    assert [title for title, _ in await heard(nobody)] == ["【演练】大风"]


async def test_of_gas_they_hear_at_night_and_of_a_storm_in_the_morning(frozen: Callable[[datetime], None]) -> None:
    night = NOON + timedelta(hours=14)  # two o'clock
    await resident(home=STREET)
    dues: dict[Hazard, datetime] = {"gas": night, "storm": night + timedelta(hours=5)}
    for hazard, due in dues.items():
        frozen(NOON)
        made = await warned(hazard, drill=False)
        frozen(night)
        await end(made, TELL)
        assert await db.fetchval(DUE) >= due if hazard == "storm" else await db.fetchval(DUE) == due
        await db.execute("UPDATE notifications_message SET template = 'seen' WHERE template = 'emergency-over'")


async def test_who_reads_english_hears_it_in_english_and_who_is_old_in_plain_words() -> None:
    english, old = await resident(home=STREET, lang="en"), await resident(home=STREET, mode="elder")
    await end(await warned("flood", drill=False), TELL)
    title, body = (await heard(english))[0]
    assert title == "Over: Flood warning" and "You need not do anything more." in body
    assert "您放心" in (await heard(old))[0][1]


async def test_what_fails_is_tried_again_and_holds_back_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    await resident(home=STREET)
    made = await warned()

    async def no(*_: object, **__: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(clearing, "_tell_page", no)
        await end(made, TELL)
    await warned("flood")
    assert await db.fetchval(OVER) == 0
    await hand_over()
    with clock.frozen(clock.now() + spreading.LATER + timedelta(seconds=1)):
        await service.send_some()
    assert await db.fetchval(OVER) == 1


async def test_news_that_was_ended_do_not_go_out_any_more() -> None:
    for _ in range(3):
        await resident(home=STREET)
    actor, found = fresh(await city(region="230100")), await a_template(await admin(), None, body="明天停水。")
    made = await service.make_broadcast(actor, BroadcastRequest(division="230199", template=found.id, title="停水"))
    await service.begin_broadcast(actor, made.id)
    await service.send_some(piece=2, seconds=0)
    await end(made.id, TELL)
    assert await db.fetchval("SELECT count(*) FROM notifications_delivery WHERE state IN ('queued', 'sent')") == 0
    assert await db.fetchval(OVER) == 0, "of news nobody hears that they are over"
