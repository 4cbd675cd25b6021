"""Announcements: one row in the same transaction, delivered after commit, at least once, in order, never lost."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from backend.core import clock, db, events, ids
from backend.core.actor import Actor
from backend.core.events import MAX_TRIES, Announcement, Event, announce, on, relay

ACTOR = Actor.system("test")


class Rang(Event, frozen=True, kw_only=True):
    times: int


heard: list[tuple[UUID, int]] = []
broken: set[UUID] = set()


@on(Rang)
async def listen(event: Rang, row: Announcement) -> None:
    if event.subject in broken:
        raise OSError("the bell is broken")
    heard.append((event.subject, event.times))


class Chimed(Event, frozen=True, kw_only=True):
    pass


@on(Chimed)
async def write(event: Chimed, row: Announcement) -> None:
    await db.execute("INSERT INTO core_timer (name, ran_at) VALUES ($1, $2)", str(event.subject), clock.now())
    if event.subject in broken:
        raise OSError("the bell is broken")


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    heard.clear()
    broken.clear()
    yield


@pytest.fixture(autouse=True)
async def nothing_waiting(tx: None) -> None:
    """What loading the reference data announced is not these tests' business."""
    while await relay():
        pass
    heard.clear()


async def ring(subject: UUID, times: int) -> None:
    await announce(ACTOR, Rang(region="230103", subject=subject, times=times))


async def test_a_listener_hears_what_was_announced_once() -> None:
    bell = ids.new()
    await ring(bell, 1)
    assert await relay() == 1
    assert await relay() == 0
    assert heard == [(bell, 1)]


async def test_what_is_rolled_back_was_never_announced() -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            await ring(ids.new(), 1)
            raise ZeroDivisionError
    assert await relay() == 0


async def test_announcements_about_one_subject_stay_in_order_and_do_not_delay_others() -> None:
    stuck, free = ids.new(), ids.new()
    broken.add(stuck)
    await ring(stuck, 1)
    await ring(stuck, 2)
    await ring(free, 1)
    while await relay():
        pass
    assert heard == [(free, 1)]
    broken.clear()
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        while await relay():
            pass
    assert heard == [(free, 1), (stuck, 1), (stuck, 2)]


async def test_what_fails_is_parted_from_its_batch_and_the_rest_goes_at_once() -> None:
    bells = [ids.new() for _ in range(7)]
    broken.add(bells[4])
    for bell in bells:
        await ring(bell, 1)
    assert await relay() == 7
    assert {subject for subject, _ in heard} == {*bells} - broken
    waiting = "SELECT subject, tries FROM core_announcement WHERE delivered_at IS NULL"
    assert [tuple(row) for row in await db.fetch(waiting)] == [(bells[4], 1)]


async def test_what_a_listener_of_an_undone_batch_wrote_is_there_once() -> None:
    stuck, free = ids.new(), ids.new()
    broken.add(stuck)
    for bell in (free, stuck):
        await announce(ACTOR, Chimed(region="230103", subject=bell))
    assert await relay() == 2
    count = "SELECT count(*) FROM core_timer WHERE name = $1"
    assert [await db.fetchval(count, str(bell)) for bell in (free, stuck)] == [1, 0]


async def test_a_batch_marks_all_that_went_well_in_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(20):
        await ring(ids.new(), 1)
    counted: list[str] = []
    true = db.execute

    async def counting(sql: str, *args: object) -> str:
        counted.append(sql)
        return await true(sql, *args)

    monkeypatch.setattr(db, "execute", counting)
    assert await relay() == 20
    assert counted == [events.DONE]


async def test_after_eight_failures_an_announcement_is_parked_and_the_next_goes_on() -> None:
    bad = ids.new()
    broken.add(bad)
    await ring(bad, 1)
    now = clock.now()
    for hour in range(MAX_TRIES + 1):
        with clock.frozen(now + timedelta(hours=hour)):
            await relay()
    assert await db.fetchval("SELECT tries FROM core_announcement WHERE subject = $1", bad) == MAX_TRIES
    assert await db.fetchval("SELECT problem FROM core_announcement WHERE subject = $1", bad) == "OSError"
    broken.clear()
    await ring(bad, 2)
    with clock.frozen(now + timedelta(days=1)):
        await relay()
    assert heard == [(bad, 2)]


async def test_announcements_are_append_only_even_for_their_owner(as_owner: None) -> None:
    await ring(ids.new(), 1)
    for statement in ("DELETE FROM core_announcement", "UPDATE core_announcement SET name = 'x'"):
        with pytest.raises(Exception, match="append-only"):
            async with db.transaction():
                await db.execute(statement)


async def test_two_events_never_share_a_name() -> None:
    assert len(events.Event.registry) == len({id(kind) for kind in events.Event.registry.values()})
