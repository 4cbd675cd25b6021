"""Any order of booking, moving, cancelling and repeating gives what a simple model gives."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import rules, service
from backend.appointments.schemas import Opening, OpenSlot, RescheduleRequest
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import Conflict
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish

TUESDAY = date(2026, 11, 24)
TIGHT = Opening(weekdays=[2], opens=time(9), closes=time(11), minutes=30, capacity=3)  # two places online, four times
PEOPLE, TIMES, ITEMS = 4, 4, ("", "LAW001", "LAW002", "LAW001 LAW006", "LAW002 LAW004 LAW005")
CODES = {"too-many": "too-many-bookings"}
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "move", "cancel", "repeat"]),
        st.integers(0, PEOPLE - 1), st.integers(0, TIMES - 1), st.sampled_from(ITEMS), st.integers(0, 9),
    ),
    min_size=5, max_size=30,
)  # fmt: skip


def visit(slot: int, item: str) -> range:
    return range(slot, slot + max(1, len(item.split())))


@dataclass
class Held:
    """A place in the model."""

    person: int
    slot: int
    item: str
    live: bool = True
    given_up: bool = False

    @property
    def times(self) -> range:
        """The times of the visit: one for each service."""
        return visit(self.slot, self.item)


@dataclass
class Model:
    """What should be: places by appointment, and the answer that each key was given."""

    times: list[OpenSlot]
    places: int
    held: dict[UUID, Held] = field(default_factory=dict)
    keys: list[tuple[Any, ...]] = field(default_factory=list)

    def left(self, slot: int) -> int:
        """What was given up is on its way back, and not left while the clock stands still."""
        return self.places - sum((each.live or each.given_up) and slot in each.times for each in self.held.values())

    def verdict(self, person: int, slot: int, item: str, leaving: UUID | None = None) -> str:
        run = visit(slot, item)
        if run[-1] >= TIMES:
            return "not-long-enough"
        begins, ends = self.times[slot].starts_at, self.times[run[-1]].ends_at
        wanted = rules.Wanted(slot, begins, ends, True, min(self.left(each) for each in run))
        live = [
            self.booked(each)
            for row, each in self.held.items()
            if each.live and each.person == person and row != leaving
        ]
        first, further = services(item)
        code = rules.decide(wanted, first, live, MONDAY, further=further)
        return CODES.get(code, code)

    def booked(self, held: Held) -> rules.Booked:
        first, further = services(held.item)
        begins, ends = self.times[held.slot].starts_at, self.times[held.times[-1]].ends_at
        return rules.Booked(held.slot, first, begins, ends, further=further)

    def some(self, person: int, pick: int) -> UUID | None:
        own = [row for row, each in self.held.items() if each.person == person]
        return own[pick % len(own)] if own else None


def services(item: str) -> tuple[str | None, tuple[str, ...]]:
    found = item.split()
    return (found[0] if found else None), tuple(found[1:])


class Undo(Exception):
    """Ends an example: nothing of it stays."""


async def outcome(work: Any) -> tuple[str, Any]:
    try:
        return "", await work
    except Conflict as no:
        return no.code, None


@settings(max_examples=15)
@given(acts=ACTS)
async def test_every_history_agrees_with_the_model(tx: None, acts: list[tuple[str, int, int, str, int]]) -> None:
    with clock.frozen(MONDAY):
        try:
            async with db.transaction():
                hall = await open_hall(opening=TIGHT)
                people = [(await somebody(f"居民{number}"))[1] for number in range(PEOPLE)]
                times = await slots(hall, TUESDAY)
                model = Model(times, rules.shares(TIGHT.capacity)["online"])
                for number, act in enumerate(acts):
                    await step(model, hall, people, number, act)
                    assert [each.left for each in await slots(hall, TUESDAY)] == [model.left(n) for n in range(TIMES)]
                for person, actor in enumerate(people):
                    mine = {each.id for each in (await service.mine(actor, limit=100)).items if each.live}
                    assert mine == {row for row, each in model.held.items() if each.live and each.person == person}
                assert await counters_are_true()
                raise Undo
        except Undo:
            pass


async def step(model: Model, hall: Hall, people: list[Actor], number: int, act: tuple[str, int, int, str, int]) -> None:
    kind, person, slot, item, pick = act
    actor, key = people[person], f"key-{number:05d}"
    if kind == "book":
        expected = model.verdict(person, slot, item)
        said, made = await outcome(service.book(actor, wish(hall, model.times[slot], *item.split()), key=key))
        assert said == expected
        if made:
            model.held[made.id] = Held(person, slot, item)
            model.keys.append((person, slot, item, key, made.id))
    elif kind == "repeat" and model.keys:
        person, slot, item, key, row = model.keys[pick % len(model.keys)]
        said, made = await outcome(service.book(people[person], wish(hall, model.times[slot], *item.split()), key=key))
        assert (said, made.id, made.live) == ("", row, model.held[row].live)
        other = (slot + 1) % TIMES
        again = service.book(people[person], wish(hall, model.times[other], *item.split()), key=key)
        assert (await outcome(again))[0] == "key-reused"
    elif kind in ("move", "cancel") and (row := model.some(person, pick)) is not None:
        await (change_time(model, actor, row, slot, key) if kind == "move" else give_back(model, actor, row))


async def change_time(model: Model, actor: Actor, row: UUID, slot: int, key: str) -> None:
    held = model.held[row]
    expected = "not-changeable"
    if held.live:
        expected = "already-booked" if held.slot == slot else model.verdict(held.person, slot, held.item, leaving=row)
    said, made = await outcome(service.reschedule(actor, row, RescheduleRequest(slot=model.times[slot].id), key=key))
    assert said == expected
    if made:
        held.live, held.given_up = False, True
        model.held[made.id] = Held(held.person, slot, held.item)


async def give_back(model: Model, actor: Actor, row: UUID) -> None:
    held = model.held[row]
    before = await db.fetchval("SELECT state FROM appointments_appointment WHERE id = $1", row)
    said, made = await outcome(service.cancel(actor, row))
    assert said == ("not-changeable" if before == "moved" else "")
    assert made is None or made.state == "cancelled"
    held.live, held.given_up = False, True
