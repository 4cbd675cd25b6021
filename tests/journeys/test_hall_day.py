"""Half a day at a hall, 150 visits: people come as they do, miss calls, step aside, give up; the promises hold.

The clock is moved from one happening to the next; everything goes through the verbs that pages and machines use.
"""

import heapq
import itertools
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Conflict
from backend.places.schemas import Hall
from backend.queues import rules, service
from backend.queues.schemas import CheckIn, TicketView, WaitLine
from backend.queues.service.presence import digits
from backend.queues.simulate import HOURS
from tests.appointments.factories import MONDAY, WEEK, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, manager
from tests.queues.factories import open_counter, ticket

TUESDAY = MONDAY + timedelta(days=1)
BOOKED, OTHERS, GREEN, CLERKS, MINUTES = 48, 102, 0.15, 4, 6.5
LINE = "SELECT id, kind, passed FROM queues_ticket WHERE state = 'waiting'"
STATES = "SELECT state, count(*) AS n FROM queues_ticket GROUP BY state"


@dataclass
class Visit:
    """One visit as its person lives it: when they were there and due, and what the machine promised."""

    due: datetime
    most: int
    called: datetime | None = None

    @property
    def waited(self) -> float | None:
        """Seconds until the first call."""
        return None if self.called is None else max(0.0, (self.called - self.due).total_seconds())


@dataclass
class Day:
    """A hall with its clerks, what is still to happen, and what every visit came to."""

    hall: Hall
    chance: random.Random
    visits: dict[UUID, Visit] = field(default_factory=dict)
    ahead: list[Any] = field(default_factory=list)
    clerks: list[tuple[Actor, UUID]] = field(default_factory=list)
    idle: list[tuple[Actor, UUID]] = field(default_factory=list)
    in_a_row: int = 0
    tried: int = 0
    numbers: Any = field(default_factory=itertools.count)

    def later(self, at: datetime, what: Any, *given: Any) -> None:
        """Something will happen."""
        heapq.heappush(self.ahead, (at.replace(microsecond=0), next(self.numbers), what, given))

    async def run(self) -> None:
        """From happening to happening until nothing is ahead."""
        while self.ahead:
            at, _, what, given = heapq.heappop(self.ahead)
            with clock.frozen(at):
                await what(*given)

    async def walks_in(self, green: bool) -> None:
        """Somebody takes a number at the machine; one in ten loses patience after a quarter of an hour."""
        await self._waits(await ticket(self.hall, green=green), clock.now())

    async def checks_in(self, actor: Actor, appointment: UUID, starts: datetime) -> None:
        """Somebody with an appointment checks in on their phone."""
        wanted = CheckIn(hall=self.hall.id, appointment=appointment, presence=digits(self.hall.id))
        taken = await service.check_in(actor, wanted, key=f"check-in-{appointment}")
        await self._waits(taken, max(clock.now(), starts if taken.kind == "booked" else clock.now()))

    async def _waits(self, taken: TicketView, due: datetime) -> None:
        seen = await service.position(ANONYMOUS, taken.token)
        self.visits[taken.id] = Visit(due, seen.most)
        if self.chance.random() < 0.1:
            self.later(clock.now() + timedelta(minutes=15), self.gives_up, taken.id)
        while self.idle and await self.calls(*self.idle.pop()):
            pass

    async def gives_up(self, ticket: UUID) -> None:
        """At the entrance they give the number back, unless it was called meanwhile."""
        try:
            await service.leave(self.clerks[0][0], ticket)
        except Conflict:
            return

    async def comes_back(self, ticket: UUID) -> None:
        """Somebody who was not there, or filled in a form, is back."""
        await service.come_back(self.clerks[0][0], ticket)
        while self.idle and await self.calls(*self.idle.pop()):
            pass

    async def calls(self, liu: Actor, counter: UUID) -> bool:
        """A clerk calls whoever is next; the two promises of the rule are checked before anything else happens."""
        before = await db.fetch(LINE)
        try:
            called = await service.call_next(liu, counter)
        except service.NobodyWaits:
            assert not before
            self.idle.append((liu, counter))
            return False
        street = {row["id"] for row in before if row["kind"] == "walk-in"}
        over = {row["id"] for row in before if row["passed"] and clock.now() - row["passed"] >= rules.PATIENCE}
        assert not over & street or called.id in over, "somebody was passed over for longer than promised"
        self.in_a_row = self.in_a_row + 1 if street and called.kind != "walk-in" else 0
        assert self.in_a_row <= rules.STREAK, "the street stood still"
        self.tried += self.in_a_row == rules.STREAK
        await self._served(liu, counter, called)
        return True

    async def _served(self, liu: Actor, counter: UUID, called: TicketView) -> None:
        visit, now = self.visits[called.id], clock.now()
        if visit.called is None:
            visit.called = now
            if self.chance.random() < 0.06:
                self.later(now + timedelta(minutes=1), self.is_missed, liu, counter, called.id)
                return
        await service.start(liu, called.id)
        minutes = self.chance.lognormvariate(0, 0.6) * MINUTES / 1.197
        self.later(now + timedelta(minutes=minutes), self.ends, liu, counter, called.id)

    async def is_missed(self, liu: Actor, counter: UUID, ticket: UUID) -> None:
        """Called three times and not there; two in three come back later."""
        while (await service.recall(liu, ticket)).state == "called":
            pass
        if self.chance.random() < 0.67:
            self.later(clock.now() + timedelta(minutes=8), self.comes_back, ticket)
        await self.calls(liu, counter)

    async def ends(self, liu: Actor, counter: UUID, ticket: UUID) -> None:
        """Done, or a form is to be filled in at the side first."""
        if self.chance.random() < 0.05:
            await service.hold(liu, ticket)
            self.later(clock.now() + timedelta(minutes=6), self.comes_back, ticket)
        else:
            await service.finish(liu, ticket)
        await self.calls(liu, counter)

    async def opens(self) -> None:
        """Four counters."""
        self.clerks = [await open_counter(self.hall, str(label)) for label in range(1, CLERKS + 1)]
        self.idle = list(self.clerks)


async def planned(chance: random.Random) -> Day:
    """Everybody of the half day: eight with an appointment each half hour from 9:00, the others by the curve."""
    with clock.frozen(MONDAY):
        day = Day(await open_hall(opening=msgspec.structs.replace(WEEK, capacity=20)), chance)
        times = [each for each in await slots(day.hall, TUESDAY.date()) if clock.local(each.starts_at).hour >= 9][:6]
        for nth in range(BOOKED):
            _, actor = await somebody(f"居民{nth}")
            at = times[nth % len(times)]
            made = await appointments.book(actor, wish(day.hall, at), key=f"booking-{nth}")
            came = at.starts_at + timedelta(minutes=chance.triangular(-25, 12, -6))
            day.later(came, day.checks_in, actor, made.id, at.starts_at)
    hours = [(hour, share) for hour, share in HOURS if hour < 12]
    begin = clock.local(TUESDAY).replace(hour=0, minute=0)
    for hour in chance.choices([hour for hour, _ in hours], [share for _, share in hours], k=OTHERS):
        minutes = chance.uniform(30 if hour == 8 else 0, 60)
        day.later(begin + timedelta(hours=hour, minutes=minutes), day.walks_in, chance.random() < GREEN)
    return day


async def test_half_a_day_at_a_hall_loses_nobody_and_keeps_its_promises() -> None:
    day = await planned(random.Random(20261126))
    with clock.frozen(TUESDAY):
        await day.opens()
    await day.run()

    states = {row["state"]: row["n"] for row in await db.fetch(STATES)}
    assert sum(states.values()) == len(day.visits) == BOOKED + OTHERS
    assert set(states) <= {"done", "missed", "left"}, "somebody was forgotten"
    assert states["done"] > 0.9 * (BOOKED + OTHERS) and states["missed"] and states["left"]
    assert day.tried > 5, "the morning was too quiet to try the promises"

    with clock.frozen(TUESDAY + timedelta(hours=6)):
        told = await service.statistics(actor_for(await manager()), day.hall.id)
    waits = sorted(visit.waited for visit in day.visits.values() if visit.waited is not None)
    everybody = told.waits[0]
    assert (everybody.taken, everybody.called) == (len(day.visits), len(waits))
    assert (everybody.missed, everybody.gone) == (states["missed"], len(day.visits) - len(waits))
    assert everybody.half == round(waits[(len(waits) + 1) // 2 - 1] / 60, 1)
    assert everybody.longest == round(waits[-1] / 60, 1)
    by_kind, by_hour = ([each for each in told.waits if each.kind != "all" and (each.hour is None) == whole]
                        for whole in (True, False))  # fmt: skip
    assert added(by_kind) == added(by_hour) == added([everybody])
    assert added([each for each in told.waits if each.kind == "all" and each.hour is not None]) == added([everybody])
    assert sum(each.taken for each in told.channels) == everybody.taken == told.days[0].taken

    kept = [visit.waited <= 60 * visit.most for visit in day.visits.values() if visit.waited is not None]
    assert sum(kept) / len(kept) > 0.75, "the ranges that people were told were not honest"


def added(lines: list[WaitLine]) -> tuple[int, ...]:
    """The counts of several lines together."""
    return tuple(sum(getattr(each, name) for each in lines) for name in ("taken", "called", "missed", "gone"))
