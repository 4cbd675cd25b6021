"""取号时间: whether numbers are given now, about how many still, and if none, why and when again."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import service as appointments
from backend.catalogue import service as catalogue
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import Conflict
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall
from backend.queues import ending_rules, rules
from backend.queues.schemas import NumbersToday, Why
from backend.queues.service.pace import minutes_of

ROOM = "SELECT why, room, reason FROM queues_room($1, $2, $3, $4, $5, $6, $7)"
REASONS = {
    "crowded": N_("Very many people are in the hall today."),
    "system": N_("A system that the counters need is out of order."),
    "staff": N_("Fewer counters than planned can be open."),
    "safety": N_("For everybody's safety the hall takes no more people in for the moment."),
    "other": N_("The staff in the hall tell you why."),
}  # why somebody stopped the numbers


class NoNumbers(Conflict):
    """No number of the street is given now; the subclasses say why. Booked places and calls are still there."""

    code, title = "no-numbers-now", N_("No numbers are given now")


class HallShut(NoNumbers):
    """The hall, or the counters for this service, are not open."""

    code = "hall-shut"


class NumbersStopped(NoNumbers):
    """Somebody in the hall stopped them."""

    code = "numbers-stopped"


class NumbersUsedUp(NoNumbers):
    """The contingent of the day is given out."""

    code, title = "numbers-used-up", N_("All numbers of today are given out")


class LineFull(NoNumbers):
    """Whoever came now might not be called before the hall closes."""

    code, title = "line-full", N_("The line is as long as can be served today")


class Bounds(NamedTuple):
    """What decides besides the line itself. ``rounds`` None: the hall has never said when it opens."""

    shut: bool
    again: datetime | None
    closes: datetime | None
    rounds: int | None
    coming: int
    scopes: list[str]

    @property
    def args(self) -> tuple[Any, ...]:
        """The last arguments of ``queues_room`` and ``queues_take_street``."""
        return self.scopes, self.rounds, self.coming, ending_rules.EVERY


@verb("queues.numbers_today", N_("See whether a hall gives numbers now"), PUBLIC)
async def numbers_today(actor: Actor, hall_id: UUID, *, item: str = "") -> NumbersToday:
    """Before anybody presses: whether numbers are given, about how many still, and if not, why and when again."""
    return await told(actor, await places.hall(actor, hall_id), item)


@inner
async def told(actor: Actor, hall: Hall, item: str = "", minutes: list[float] | None = None) -> NumbersToday:
    """The same for whoever has the hall at hand already; ``minutes``: and how long its latest visits took."""
    bounds = await bounds_of(actor, hall, item, minutes)
    row: Any = await db.fetchrow(ROOM, hall.region, hall.id, clock.today(), *bounds.args)
    why: Why = "shut" if bounds.shut else row["why"]
    return NumbersToday(
        why=why, left=0 if why else row["room"], reason=row["reason"] or "", closes=bounds.closes,
        again=bounds.again if bounds.shut else None,
    )  # fmt: skip


@verb("queues.instead", N_("See where a place can be booked instead of waiting"), PUBLIC)
async def instead(actor: Actor, hall: UUID, item: str = "") -> list[appointments.Nearest]:
    """Where a place can be booked soonest when no number is given: this hall first, then two around it."""
    here = await places.hall(actor, hall)
    found = await appointments.nearest(actor, item=item, place=here.located_in or here.division)
    return [*(each for each in found if each.hall == hall), *[each for each in found if each.hall != hall][:2]]


async def bounds_of(actor: Actor, hall: Hall, item: str, minutes: list[float] | None = None) -> Bounds:
    """The hours of the day, how often the counters surely call, who is still to come, and which contingents count."""
    now, today = clock.now(), clock.today()
    hours = await appointments.hours_of(actor, hall.id, today, item=item)
    scopes = [f"item:{item}", *(f"theme:{each}" for each in await _themes(item))] if item else []
    if not hours.known:
        return Bounds(False, None, None, None, hours.coming, scopes)
    _, slow = rules.pace(await minutes_of(hall.region, hall.id, today) if minutes is None else minutes)
    later = hours.next - ending_rules.EARLY if hours.next else None
    return Bounds(
        shut=not ending_rules.may_take(hours.stretches, now),
        again=ending_rules.again(hours.stretches, now) or later,
        closes=max((closes for _, closes in hours.stretches), default=None),
        rounds=ending_rules.rounds(hours.stretches, slow, now),
        coming=hours.coming,
        scopes=scopes,
    )


def refusal(why: str, reason: str, bounds: Bounds, hall: UUID, item: str = "") -> NoNumbers:
    """A sentence that says why, when again, and where a place can be booked."""
    to = f"/appointments/new?hall={hall}" + (f"&item={item}" if item else "")
    step = (to, N_("Book a place instead"))
    if why == "stopped":
        return NumbersStopped(REASONS.get(reason, REASONS["other"]), next_step=step)
    if why == "used-up":
        return NumbersUsedUp(N_("Please book a place, or come another day."), next_step=step)
    if why == "full" and bounds.closes:
        values: dict[str, object] = {"time": _hour(bounds.closes)}
        return LineFull(
            N_("Whoever took a number now might not be called before the hall closes at {time}."),
            values=values, next_step=step,
        )  # fmt: skip
    if bounds.again is None:
        return HallShut(N_("The hall is closed, and the next day is not planned yet."), next_step=step)
    day, time = clock.local(bounds.again).date(), _hour(bounds.again)
    if day == clock.today():
        return HallShut(N_("Numbers are given from {time} today."), values={"time": time}, next_step=step)
    return HallShut(
        N_("Numbers are given again on {date}, from {time}."), values={"date": day.isoformat(), "time": time},
        next_step=step,
    )  # fmt: skip


async def _themes(item: str) -> list[str]:
    return [theme for each in await catalogue.lines([item]) for theme in each.themes]


def _hour(at: datetime) -> str:
    return f"{clock.local(at):%H:%M}"
