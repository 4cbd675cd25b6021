"""Any history of choosing, booking, giving up, waiting and answering goes as a simple model says: a place is never
offered twice and never lost, and whoever joined first is asked first."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import rules, service, waiting_rules
from backend.appointments.schemas import KeepRequest, Opening, OpenSlot, WaitRequest
from backend.core import clock, db, rate
from backend.core.actor import Actor
from backend.core.problems import Conflict, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish

TUESDAY = date(2026, 11, 24)
TIGHT = Opening(weekdays=[2], opens=time(14), closes=time(15), minutes=30, capacity=3)  # two places online, two times
PEOPLE, TIMES, PLACES = 6, 2, 2
KINDS = ("book", "hold", "cancel", "join", "leave", "accept", "decline", "settle", "wait")
ACTS = st.lists(
    st.tuples(
        st.sampled_from([*KINDS, "book", "hold", "join", "wait"]),
        st.integers(0, PEOPLE - 1), st.integers(0, TIMES - 1), st.sampled_from([1, 5, 11, 125]),
    ),
    min_size=10, max_size=40,
)  # fmt: skip


@dataclass
class Kept:
    """A hold or an offer in the model."""

    person: int
    slot: int
    until: datetime
    offered: bool = False


@dataclass
class Line:
    """A place in line in the model."""

    person: int
    state: str = "waiting"
    passed: set[int] = field(default_factory=set)
    unanswered: int = 0

    @property
    def live(self) -> bool:
        return self.state in ("waiting", "offered")


@dataclass
class Model:
    """What should be."""

    times: list[OpenSlot]
    now: datetime = MONDAY
    booked: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    backs: list[tuple[int, datetime]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def taken(self, slot: int) -> int:
        return sum(each[1] == slot for each in self.booked.values()) + sum(
            each.slot == slot for each in self.kept
        ) + sum(each[0] == slot for each in self.backs)  # fmt: skip

    def refusal(self, person: int, slot: int, at: datetime | None = None) -> str:
        wanted = rules.Wanted(slot, self.times[slot].starts_at, self.times[slot].ends_at, True, 1)
        live = [
            rules.Booked(each, None, self.times[each].starts_at, self.times[each].ends_at)
            for who, each in self.booked.values()
            if who == person
        ]
        return rules.decide(wanted, None, live, at or self.now)

    def own(self, person: int, slot: int) -> Kept | None:
        return next((each for each in self.kept if (each.person, each.slot) == (person, slot)), None)

    def choice(self, person: int) -> Kept | None:
        return next((each for each in self.kept if each.person == person and not each.offered), None)

    def line(self, person: int) -> Line | None:
        return next((each for each in self.lines if each.person == person and each.live), None)

    def offer(self, slot: int) -> bool:
        """A counted place to the first in line; whether there was somebody."""
        for line in self.lines:
            until = waiting_rules.offer_until(self.now, self.times[slot].starts_at, False)
            fits = line.state == "waiting" and slot not in line.passed and until is not None
            if fits and not self.refusal(line.person, slot) and not self.own(line.person, slot):
                assert until is not None
                line.state = "offered"
                self.kept.append(Kept(line.person, slot, until, offered=True))
                return True
        return False

    def settle(self, slot: int) -> bool:
        """What is over goes to the line or is free; whether a place became free."""
        before = self.taken(slot)
        for each in [each for each in self.kept if each.slot == slot and each.until <= self.now]:
            self.kept.remove(each)
            line = self.line(each.person)
            if each.offered and line:
                line.passed.add(slot)
                line.unanswered += 1
                line.state = "lapsed" if waiting_rules.ends_line(line.unanswered) else "waiting"
            self.offer(slot)
        for back in [back for back in self.backs if back[0] == slot and back[1] <= self.now]:
            self.backs.remove(back)
            self.offer(slot)
        return self.taken(slot) < before

    def reserve(self, slot: int) -> bool:
        return self.taken(slot) < PLACES or self.settle(slot)

    def let_go(self, each: Kept, state: str = "waiting") -> None:
        self.kept.remove(each)
        line = self.line(each.person)
        if each.offered and line:
            line.passed.add(each.slot)
            line.state, line.unanswered = state, 0
        self.offer(each.slot)

    def hold(self, person: int, slot: int) -> str:
        own, before = self.own(person, slot), self.choice(person)
        if own and own.until > self.now:
            return ""
        if no := self.refusal(person, slot):
            return no
        if own:
            self.settle(slot)
        if not self.reserve(slot):
            return "slot-taken"
        self.kept.append(new := Kept(person, slot, self.now + waiting_rules.HOLD))
        if before in self.kept:
            assert before is not None
            self.let_go(before)
        if any(each.offered and (each.person, each.slot) == (person, slot) for each in self.kept):
            self.kept.remove(new)
        return ""

    def book(self, person: int, slot: int) -> str:
        own = self.own(person, slot)
        if own:
            if no := self.refusal(person, slot):
                return no
            self.kept.remove(own)
            if own.offered and (line := self.line(person)):
                line.state = "served"
            return ""
        return self.refusal(person, slot) or ("" if self.reserve(slot) else "slot-taken")


class Undo(Exception):
    """Ends an example: nothing of it stays."""


async def said(work: Any) -> tuple[str, Any]:
    try:
        return "", await work
    except (Conflict, NotFound) as no:
        return no.code, None


@settings(max_examples=20)
@given(acts=ACTS)
async def test_every_history_goes_as_the_model_says(tx: None, acts: list[tuple[str, int, int, int]]) -> None:
    rate.reset()
    try:
        with clock.frozen(MONDAY):
            async with db.transaction():
                hall = await open_hall(opening=TIGHT)
                people = [(await somebody(f"居民{number}"))[1] for number in range(PEOPLE)]
                model = Model(await slots(hall, TUESDAY))
                for person, slot in ((0, 0), (1, 0), (2, 1), (3, 1)):  # full from the start, so that lines are met
                    await step(model, hall, people, 1000 + person, ("book", person, slot, 0))
                for number, act in enumerate(acts):
                    if act[0] == "wait":
                        model.now += timedelta(minutes=act[3])
                    with clock.frozen(model.now):
                        await step(model, hall, people, number, act)
                        await compare(model, people)
                raise Undo
    except Undo:
        pass


async def step(model: Model, hall: Hall, people: list[Actor], number: int, act: tuple[str, int, int, int]) -> None:
    kind, person, slot, _ = act
    actor, wanted = people[person], model.times[slot]
    if kind == "book":
        expected = model.book(person, slot)
        code, made = await said(service.book(actor, wish(hall, wanted), key=f"key-{number:05d}"))
        assert code == expected
        if made:
            model.booked[made.id] = (person, slot)
    elif kind == "hold":
        expected = model.hold(person, slot)
        assert (await said(service.hold(actor, KeepRequest(hall=hall.id, slot=wanted.id))))[0] == expected
    elif kind == "cancel":
        await give_up(model, actor, person)
    elif kind == "settle":
        for each in await in_order(model):
            model.settle(each)
        await service.settle_due()
    elif kind in ("join", "leave", "accept", "decline"):
        await waiting(model, hall, actor, person, kind)


async def give_up(model: Model, actor: Actor, person: int) -> None:
    own = [row for row, (who, _) in model.booked.items() if who == person]
    if own and model.times[model.booked[own[0]][1]].starts_at > model.now:
        await service.cancel(actor, own[0])
        _, slot = model.booked.pop(own[0])
        due = await db.fetchval("SELECT due_at FROM appointments_return WHERE appointment_id = $1", own[0])
        assert due
        model.backs.append((slot, due))
        model.backs.sort(key=lambda back: back[1])


async def in_order(model: Model) -> list[int]:
    """Shares are settled in the order of their slots' ids."""
    return sorted(range(TIMES), key=lambda number: model.times[number].id)


async def waiting(model: Model, hall: Hall, actor: Actor, person: int, kind: str) -> None:
    line = model.line(person)
    if kind == "join":
        free = any(model.taken(slot) < PLACES for slot in range(TIMES))
        code, _ = await said(service.join_line(actor, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY)))
        assert code == ("places-free" if free else "")
        if not line and not free:
            model.lines.append(Line(person))
        return
    if line is None:
        return
    (found,) = await service.lines(actor)
    offer = next((each for each in model.kept if each.person == person and each.offered), None)
    if kind == "leave":
        if offer:
            model.let_go(offer, "left")
        line.state = "left"
        await service.leave_line(actor, found.id)
    elif kind == "decline":
        code, _ = await said(service.decline_offer(actor, found.id))
        assert code == ("" if offer else "offer-over")
        if offer:
            model.let_go(offer)
    else:
        code, made = await said(service.accept_offer(actor, found.id))
        expected = model.book(person, offer.slot) if offer else "offer-over"
        assert code == expected
        if made and offer:
            model.booked[made.id] = (person, offer.slot)


async def compare(model: Model, people: list[Actor]) -> None:
    assert await counters_are_true()
    number = {each.id: n for n, each in enumerate(model.times)}
    who = {actor.principal: n for n, actor in enumerate(people)}
    holds = await db.fetch("SELECT person_id, slot_id, expires_at, kind FROM appointments_hold")
    assert sorted((who[row["person_id"]], number[row["slot_id"]], row["expires_at"], row["kind"] == "offer")
                  for row in holds) == sorted((each.person, each.slot, each.until, each.offered)
                                              for each in model.kept)  # fmt: skip
    lines = await db.fetch("SELECT person_id, state FROM appointments_wait WHERE ended_at IS NULL")
    assert {who[row["person_id"]]: row["state"] for row in lines} == {
        each.person: each.state for each in model.lines if each.live
    }
    live = await db.fetch("SELECT id FROM appointments_appointment WHERE state = 'booked'")
    assert {row["id"] for row in live} == set(model.booked)
