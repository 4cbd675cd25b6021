"""A day of a thousand visits at one hall, by every door, in accelerated time: nobody is lost, the promises hold.

People come by the arrival curve of ``backend.queues.simulate``; the clock moves from one happening to the next, and
everything goes through the verbs that pages and machines use. Invented people, reproducible by seed.
"""

import asyncio
import heapq
import itertools
import random
import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.schemas import BookingRequest
from backend.core import clock, db, ids
from backend.core.actor import Actor, Channel
from backend.identity.service.people import insert_person
from backend.places import service as places
from backend.places.schemas import Hall
from backend.queues import rules, service
from backend.queues.schemas import CheckIn, CounterRequest, TicketRequest, TicketView
from backend.queues.service.presence import digits
from backend.queues.simulate import HOURS
from benchmarks.table import Row
from benchmarks.world import database, populate

REGION, COUNTERS, MINUTES = "230103", 16, 6.5
# By which door an appointment was made, how many, and by which door its person checks in.
BOOKED: tuple[tuple[Channel, int, str], ...] = (
    ("web", 200, "own phone"), ("web", 40, "machine"), ("phone", 110, "machine"), ("counter", 30, "clerk"),
    ("kiosk", 20, "machine"),
)  # fmt: skip
# By which door people without one take a number, and whether they say that they belong to the green lane.
STREET = (("machine", 250, False), ("machine", 90, True), ("clerk", 110, False), ("clerk", 30, True),
          ("own phone", 120, False))  # fmt: skip
VISITS = sum(each[1] for each in BOOKED) + sum(each[1] for each in STREET)
LINE = "SELECT id, kind, passed FROM queues_ticket WHERE hall_id = $1 AND day = $2 AND state = 'waiting'"
TICKETS = "SELECT kind, state, waited FROM queues_ticket WHERE hall_id = $1 AND day = $2"
ROOM = """UPDATE appointments_share h SET granted = NULL, capacity = taken + 30 FROM appointments_slot s
    WHERE s.region = h.region AND s.id = h.slot_id AND s.hall_id = $1 AND s.day = $2"""


@dataclass
class Day:
    """A hall with its clerks, what is still to happen, and what came of it."""

    hall: Hall
    date: date
    chance: random.Random
    ahead: list[Any] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    clerks: list[tuple[Actor, UUID]] = field(default_factory=list)
    idle: list[tuple[Actor, UUID]] = field(default_factory=list)
    taken: set[UUID] = field(default_factory=set)
    here: dict[UUID, UUID] = field(default_factory=dict)  # who is at which counter now
    doors: Counter[str] = field(default_factory=Counter)
    calls: list[float] = field(default_factory=list)
    sent_away: int = 0
    in_a_row: int = 0
    most_in_a_row: int = 0
    longest_over: float = 0.0

    def later(self, at: datetime, what: Any, *given: Any) -> None:
        """Something will happen."""
        heapq.heappush(self.ahead, (at, next(self.numbers), what, given))

    async def run(self) -> None:
        """From happening to happening until nothing is ahead."""
        while self.ahead:
            at, _, what, given = heapq.heappop(self.ahead)
            with clock.frozen(at):
                await what(*given)

    async def opens(self) -> None:
        """All clerks call at once: as many people are waiting already."""
        await asyncio.gather(*(self.next(*each) for each in self.clerks))

    async def takes_a_number(self, door: str, green: bool) -> None:
        """Somebody without an appointment."""
        wanted = TicketRequest(
            hall=self.hall.id, green=green, presence=digits(self.hall.id) if door == "own phone" else ""
        )
        try:
            made = await service.take_ticket(await self._through(door), wanted, key=str(ids.new()))
        except service.NoNumbers:  # so near to closing that nobody can promise a call: they are told, and may book
            self.sent_away += 1
            return
        await self._waits(door, made)

    async def checks_in(self, door: str, person: Actor, appointment: UUID, number: str, last: str) -> None:
        """Somebody with one: with their phone, with number and digits at a machine, or ticked off by a clerk."""
        wanted = CheckIn(hall=self.hall.id, number=number, digits=last)
        if door != "machine":
            wanted = CheckIn(hall=self.hall.id, appointment=appointment, presence=digits(self.hall.id))
        actor = person if door == "own phone" else await self._through(door)
        await self._waits(door, await service.check_in(actor, wanted, key=f"check-in-{appointment}"))

    async def _through(self, door: str) -> Actor:
        if door == "own phone":
            return (await somebody(self.chance))[0]
        if door == "clerk":
            return self.clerks[0][0]
        return Actor(
            acting=ids.new(), basis="official", channel="kiosk", roles=frozenset({"kiosk"}), region=self.hall.region
        )

    async def _waits(self, door: str, ticket: TicketView) -> None:
        assert ticket.id not in self.taken, "two people got one number"
        self.taken.add(ticket.id)
        self.doors[door] += 1
        await self._wake()

    async def _wake(self) -> None:
        while self.idle and await self.next(*self.idle.pop()):
            pass

    async def next(self, clerk: Actor, counter: UUID) -> bool:
        """A clerk calls; the promises of the rule are checked against the line as it was a moment before."""
        before = await db.fetch(LINE, self.hall.id, self.date)
        began = time.perf_counter()
        try:
            called = await service.call_next(clerk, counter)
        except service.NobodyWaits:
            self.idle.append((clerk, counter))
            return False
        self.calls.append((time.perf_counter() - began) * 1000)
        assert called.id not in self.here, "two clerks called one person"
        self.here[called.id] = counter
        if len(self.calls) > COUNTERS:  # when all call at once the line of each is not the one it saw
            self._judge(before, called)
        if self.chance.random() < 0.05:
            self.later(clock.now() + timedelta(minutes=1), self.is_missed, clerk, counter, called.id)
        else:
            await service.start(clerk, called.id)
            minutes = self.chance.lognormvariate(0, 0.6) * MINUTES / 1.197
            self.later(clock.now() + timedelta(minutes=minutes), self.ends, clerk, counter, called.id)
        return True

    def _judge(self, before: list[Any], called: TicketView) -> None:
        street = {row["id"]: row["passed"] for row in before if row["kind"] == "walk-in"}
        over = {row: clock.now() - passed for row, passed in street.items() if passed}
        late = {row for row, ago in over.items() if ago >= rules.PATIENCE}
        assert not late or called.id in late, "somebody was passed over for longer than promised"
        self.in_a_row = self.in_a_row + 1 if street and called.kind != "walk-in" else 0
        self.most_in_a_row = max(self.most_in_a_row, self.in_a_row)
        self.longest_over = max([self.longest_over, *(ago.total_seconds() / 60 for ago in over.values())])

    async def is_missed(self, clerk: Actor, counter: UUID, ticket: UUID) -> None:
        """Called three times and not there; comes back a little later."""
        while (await service.recall(clerk, ticket)).state == "called":
            pass
        del self.here[ticket]
        self.later(clock.now() + timedelta(minutes=8), self.comes_back, ticket)
        await self.next(clerk, counter)

    async def comes_back(self, ticket: UUID) -> None:
        """Back into the line."""
        await service.come_back(self.clerks[0][0], ticket)
        await self._wake()

    async def ends(self, clerk: Actor, counter: UUID, ticket: UUID) -> None:
        """Done, or a form is to be filled in at the side first."""
        del self.here[ticket]
        if self.chance.random() < 0.05:
            await service.hold(clerk, ticket)
            self.later(clock.now() + timedelta(minutes=6), self.comes_back, ticket)
        else:
            await service.finish(clerk, ticket)
        await self.next(clerk, counter)


def measure(folder: Path, seed: int = 20261126) -> list[Row]:
    """One day; what must never be raises, what took time is told."""
    data = folder / "data"
    populate(data, 0)
    with database(data) as running:
        return asyncio.run(_measure(running.dsn, random.Random(seed)))


async def _measure(dsn: str, chance: random.Random) -> list[Row]:
    await db.start(dsn, size=COUNTERS * 2)
    began = time.perf_counter()
    day = await _planned(chance)
    booked = time.perf_counter() - began
    await day.run()
    lasted = time.perf_counter() - began
    tickets = await db.fetch(TICKETS, day.hall.id, day.date)
    await db.stop()
    states = Counter(row["state"] for row in tickets)
    visits = VISITS - day.sent_away
    assert len(tickets) == len(day.taken) == visits, f"{visits} were let in, {len(tickets)} have numbers"
    assert states == {"done": visits}, f"somebody was forgotten: {states}"
    assert day.most_in_a_row <= rules.STREAK, "the street stood still"
    return list(_rows(day, tickets, booked, lasted))


def _rows(day: Day, tickets: list[Any], booked: float, lasted: float) -> list[Row]:
    waits = defaultdict(list)
    for row in tickets:
        waits[row["kind"]].append(row["waited"] / 60)
    doors = ", ".join(f"{door} {count}" for door, count in day.doors.most_common())
    made = ", ".join(f"{channel} {count}" for channel, count, _ in BOOKED)
    rows = [
        Row(f"{VISITS:,} visits from booking to end", "s", lasted, note=f"bookings {booked:.1f} s: {made}; by {doors}"),
        Row("lost, called twice", "", 0, note=f"{len(tickets):,} numbers, {len(day.calls):,} calls, all done"),
        Row("told that no number is given any more", "", day.sent_away, note="of the street, near closing"),
        Row("priority calls in a row while the street waits, most", "", day.most_in_a_row, aim=f"≤ {rules.STREAK}"),
        Row("passed over before being called, longest", "min", day.longest_over, note=f"promise {rules.PATIENCE}"),
        Row("call_next, p50", "ms", statistics.median(day.calls)),
        Row("call_next, p99", "ms", statistics.quantiles(day.calls, n=100)[98], aim="≤ 100 ms"),
    ]
    for kind, minutes in sorted(waits.items()):
        note = f"p95 {sorted(minutes)[int(len(minutes) * 0.95)]:.1f}, longest {max(minutes):.1f}; {len(minutes)} people"
        rows.append(Row(f"wait of {kind}, middle", "min", statistics.median(minutes), note=note))
    return rows


async def _planned(chance: random.Random) -> Day:
    """A day next week with room in every share; those with appointments book now, through their doors."""
    manager = Actor(acting=ids.new(), basis="official", roles=frozenset({"manager"}), region=REGION)
    hall = (await places.halls(manager, division=REGION, derived=None, limit=1)).items[0]
    when = (await appointments.open_days(manager, hall.id))[-1].day
    async with db.transaction():
        await db.execute("SET LOCAL ROLE NONE")  # the portal itself may not change what a share was given
        await db.execute(ROOM, hall.id, when)
    day = Day(hall, when, chance)
    for channel, count, door in BOOKED:
        for _ in range(count):
            await _books(day, channel, door)
    for door, count, green in STREET:
        for hour in chance.choices([hour for hour, _ in HOURS], [share for _, share in HOURS], k=count):
            minute = chance.uniform(20 if hour == 8 else 0, 60)
            at = clock.at(when, datetime.min.time()) + timedelta(hours=hour, minutes=minute)
            day.later(at, day.takes_a_number, door, green)
    opening = clock.at(when, datetime.min.time()) + timedelta(hours=8, minutes=30)
    with clock.frozen(opening - timedelta(minutes=30)):
        await _staffed(day, manager)
    day.later(opening, day.opens)
    return day


async def _staffed(day: Day, manager: Actor) -> None:
    for number in range(COUNTERS):
        counter = (await service.set_up_counter(manager, CounterRequest(hall=day.hall.id, label=f"day {number}"))).id
        clerk = Actor(acting=ids.new(), basis="official", channel="counter", roles=frozenset({"clerk"}), region=REGION)
        await service.open_counter(clerk, counter)
        day.clerks.append((clerk, counter))


async def _books(day: Day, channel: Channel, door: str) -> None:
    """By oneself, or assisted by an operator, a clerk or at a machine; when a time has just gone, the next one."""
    person, last = await somebody(day.chance)
    actor = person
    if channel != "web":
        role = {"phone": "operator", "counter": "clerk", "kiosk": "clerk"}[channel]
        actor = Actor(
            acting=ids.new(), principal=person.acting, basis="assisted", channel=channel, roles=frozenset({role}),
            region=REGION,
        )  # fmt: skip
    times = [each for each in await appointments.open_slots(actor, day.hall.id, day.date) if each.left]
    curve = dict(HOURS)
    slot = day.chance.choices(times, [curve.get(clock.local(each.starts_at).hour, 0.05) for each in times])[0]
    made = await appointments.book(actor, BookingRequest(hall=day.hall.id, slot=slot.id), key=str(ids.new()))
    came = slot.starts_at + timedelta(minutes=day.chance.triangular(-25, 12, -6))
    day.later(came, day.checks_in, door, person, made.id, made.number, last)


async def somebody(chance: random.Random) -> tuple[Actor, str]:
    """A new resident, and the last four digits of their phone."""
    phone = f"139{chance.randrange(10**8):08d}"
    person = ids.new()
    while not await insert_person(person, name="居民", phone=phone, birth=date(1970, 1, 1), home=REGION):
        phone = f"139{chance.randrange(10**8):08d}"
    return Actor(acting=person, principal=person, roles=frozenset({"resident"}), region=REGION), phone[-4:]
