"""Many at once, with real commits on many connections: never oversold, lost or duplicated; nothing leaks."""

import asyncio
import random
from collections import Counter
from datetime import date, time, timedelta

from backend.appointments import service
from backend.appointments.schemas import Appointment, KeepRequest, Opening, RescheduleRequest, WaitRequest
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import Conflict, NotFound
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish

TUESDAY = date(2026, 11, 24)


async def tried(work: "asyncio.Future[Appointment] | object") -> str:
    try:
        await work  # type: ignore[misc]
    except (Conflict, NotFound) as no:
        return no.code
    return "done"


async def crowd(n: int) -> list[Actor]:
    return [(await somebody(f"居民{number}"))[1] for number in range(n)]


async def test_the_last_place_contested_by_200_goes_to_exactly_one(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(9, 30), minutes=30, capacity=1))
        slot = (await slots(hall, TUESDAY))[0]
        people = await crowd(200)
        outcomes = Counter(
            await asyncio.gather(*(tried(service.book(one, wish(hall, slot), key="the-last")) for one in people))
        )
        assert outcomes == {"done": 1, "slot-taken": 199}
        assert await counters_are_true()


async def test_one_person_pressing_many_times_gets_one_place(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await open_hall()
        _, actor = await somebody()
        slot = (await slots(hall, TUESDAY, actor))[0]
        made = await asyncio.gather(*(service.book(actor, wish(hall, slot), key="same-key") for _ in range(30)))
        assert len({each.id for each in made}) == 1
        different = [tried(service.book(actor, wish(hall, slot), key=f"another-{n}")) for n in range(30)]
        assert set(await asyncio.gather(*different)) == {"already-booked"}
        assert await counters_are_true()


async def test_the_limit_of_one_person_holds_across_parallel_bookings(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await open_hall()
        _, actor = await somebody()
        times = await slots(hall, TUESDAY, actor)
        outcomes = Counter(
            await asyncio.gather(
                *(tried(service.book(actor, wish(hall, slot), key=f"key-0000{n}")) for n, slot in enumerate(times))
            )
        )
        assert outcomes == {"done": 5, "too-many-bookings": len(times) - 5}


async def test_two_who_change_places_with_each_other_do_not_wait_for_ever(own_database: str) -> None:
    with clock.frozen(MONDAY):
        roomy = Opening(weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=40)
        hall = await open_hall(opening=roomy)
        first, second = (await slots(hall, TUESDAY))[:2]
        for round_ in range(15):
            (_, one), (_, other) = await somebody(), await somebody()
            mine = await service.book(one, wish(hall, first), key="key-00000") if round_ < 4 else None
            theirs = await service.book(other, wish(hall, second), key="key-00000") if round_ < 4 else None
            if mine and theirs:
                outcomes = await asyncio.gather(
                    tried(service.reschedule(one, mine.id, RescheduleRequest(slot=second.id), key="move-0000")),
                    tried(service.reschedule(other, theirs.id, RescheduleRequest(slot=first.id), key="move-0000")),
                )
                assert "done" in outcomes
        assert await counters_are_true()


async def test_a_day_of_random_booking_moving_and_cancelling_keeps_the_books(own_database: str) -> None:
    chance = random.Random(7)
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(11), minutes=30, capacity=5))
        times = await slots(hall, TUESDAY)
        people = await crowd(40)

        async def live(actor: Actor, number: int) -> None:
            made = None
            for step in range(6):
                slot = chance.choice(times)
                try:
                    if made is None:
                        made = await service.book(actor, wish(hall, slot), key=f"book-{number}-{step}")
                    elif chance.random() < 0.5:
                        request = RescheduleRequest(slot=slot.id)
                        made = await service.reschedule(actor, made.id, request, key=f"move-{number}-{step}")
                    else:
                        await service.cancel(actor, made.id)
                        made = None
                except Conflict:
                    continue

        await asyncio.gather(*(live(actor, number) for number, actor in enumerate(people)))
        assert await counters_are_true()
        over = await db.fetchval("SELECT count(*) FROM appointments_share WHERE taken > capacity")
        twice = await db.fetchval(
            """SELECT count(*) FROM (SELECT 1 FROM appointments_appointment WHERE state = 'booked'
            GROUP BY region, slot_id, person_id HAVING count(*) > 1) t"""
        )
        numbers = await db.fetchval(
            "SELECT count(*) - count(DISTINCT (hall_id, starts_at::date, number)) FROM appointments_appointment"
        )
        announced = await db.fetchval(
            """SELECT count(*) FROM appointments_appointment a WHERE NOT EXISTS (
            SELECT 1 FROM core_announcement n WHERE n.region = a.region AND n.subject = a.id)"""
        )
        assert (over, twice, numbers, announced) == (0, 0, 0, 0)


async def test_holds_offers_and_bookings_of_a_crowd_keep_the_books(own_database: str) -> None:
    chance = random.Random(11)
    opening = Opening(weekdays=[2], opens=time(14), closes=time(15, 30), minutes=30, capacity=5)
    moment = [MONDAY]
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=opening)
        times = await slots(hall, TUESDAY)
        people = await crowd(30)

    async def live(actor: Actor, number: int) -> None:
        for step in range(8):
            slot = chance.choice(times)
            waits = await service.lines(actor)
            kind = chance.choice(["hold", "book", "cancel", "join", "answer", "settle", "later"])
            if kind == "hold":
                work: object = service.hold(actor, KeepRequest(hall=hall.id, slot=slot.id))
            elif kind == "book":
                work = service.book(actor, wish(hall, slot), key=f"book-{number}-{step}")
            elif kind == "cancel" and (mine := [each for each in (await service.mine(actor)).items if each.live]):
                work = service.cancel(actor, mine[0].id)
            elif kind == "join":
                work = service.join_line(actor, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY))
            elif kind == "answer" and waits:
                answers = [service.accept_offer, service.accept_offer, service.decline_offer, service.leave_line]
                work = chance.choice(answers)(actor, waits[0].id)
            elif kind == "later":
                moment[0] += timedelta(minutes=chance.choice([1, 2, 15]))
                continue
            else:
                work = service.settle_due()
            with clock.frozen(moment[0]):
                await tried(work)

    await asyncio.gather(*(live(actor, number) for number, actor in enumerate(people)))
    assert await counters_are_true()
    with clock.frozen(MONDAY + timedelta(hours=23)):
        await service.settle_due()
        await service.settle_due()
    assert await counters_are_true()
    assert await db.fetchval("SELECT count(*) FROM appointments_return") == 0
    twice = await db.fetchval("SELECT count(*) - count(DISTINCT wait_id) FROM appointments_hold WHERE kind = 'offer'")
    more = await db.fetchval("SELECT count(*) - count(DISTINCT person_id) FROM appointments_hold WHERE kind = 'choice'")
    assert (twice, more) == (0, 0)


async def test_one_due_place_and_fifty_in_line_and_at_the_door_goes_to_exactly_one(own_database: str) -> None:
    opening = Opening(weekdays=[2], opens=time(14), closes=time(14, 30), minutes=30, capacity=1)
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=opening)
        (slot,) = await slots(hall, TUESDAY)
        _, owner = await somebody()
        made = await service.book(owner, wish(hall, slot), key="key-00000")
        people = await crowd(50)
        wanted = WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY)
        lines = [await service.join_line(actor, wanted) for actor in people[:25]]
        await service.cancel(owner, made.id)
    with clock.frozen(MONDAY + timedelta(minutes=6)):
        pressing = [tried(service.book(actor, wish(hall, slot), key="key-00000")) for actor in people[25:]]
        await asyncio.gather(*pressing, *(tried(service.settle_due()) for _ in range(25)))
        states = [(await service.line(actor, each.id)).state for actor, each in zip(people[:25], lines, strict=True)]
        assert states == ["offered"] + 24 * ["waiting"]
        pressed = await asyncio.gather(*(service.accept_offer(people[0], lines[0].id) for _ in range(20)))
        assert len({each.id for each in pressed}) == 1
        assert await counters_are_true()


async def test_visits_and_single_places_that_contend_are_all_whole_and_nobody_waits_for_ever(own_database: str) -> None:
    chance = random.Random(5)
    opening = Opening(weekdays=[2], opens=time(14), closes=time(16), minutes=30, capacity=10)
    moment = [MONDAY]
    items = ["LAW001", "LAW002", "LAW004", "LAW005"]
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=opening)
        times = await slots(hall, TUESDAY)
        people = await crowd(14)
        await service.book(people[0], wish(hall, times[0], *items[:2]), key="the-first-one")

    async def live(actor: Actor, number: int) -> None:
        for step in range(6):
            slot, wanted = chance.choice(times), chance.sample(items, chance.choice([1, 2, 2, 3]))
            mine = [each for each in (await service.mine(actor)).items if each.live]
            waits = await service.lines(actor)
            kind = (
                "book"
                if step == 0
                else chance.choice(["hold", "book", "cancel", "move", "join", "answer", "settle", "later"])
            )
            if kind == "hold":
                work: object = service.hold(actor, KeepRequest(hall=hall.id, slot=slot.id, items=wanted))
            elif kind == "book":
                work = service.book(actor, wish(hall, slot, *wanted), key=f"book-{number}-{step}")
            elif kind == "cancel" and mine:
                work = service.cancel(actor, mine[0].id)
            elif kind == "move" and mine:
                work = service.reschedule(actor, mine[0].id, RescheduleRequest(slot=slot.id), key=f"move-{step:04d}")
            elif kind == "join":
                work = service.join_line(actor, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY, items=wanted))
            elif kind == "answer" and waits:
                answers = [service.accept_offer, service.accept_offer, service.decline_offer, service.leave_line]
                work = chance.choice(answers)(actor, waits[0].id)
            elif kind == "later":
                moment[0] += timedelta(minutes=chance.choice([1, 2, 15]))
                continue
            else:
                work = service.settle_due()
            with clock.frozen(moment[0]):
                await tried(work)

    await asyncio.gather(*(live(actor, number) for number, actor in enumerate(people)))
    assert await counters_are_true()
    with clock.frozen(MONDAY + timedelta(hours=23)):
        await service.settle_due()
        await service.settle_due()
    assert await counters_are_true()
    assert await db.fetchval("SELECT count(*) FROM appointments_appointment WHERE units > 1") > 0
    assert await db.fetchval("SELECT count(*) FROM appointments_return") == 0
