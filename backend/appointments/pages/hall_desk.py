"""窗口 and 大厅管理: who is expected today, who came; when the hall opens and how its places are used."""

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import POOLS, Asked
from backend.appointments.schemas import ClosureRequest, Opening, RuleView
from backend.core import clock, forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid
from backend.core.schemas import Input
from backend.core.words import N_, words
from backend.places import service as places
from backend.places.schemas import Hall

DAY = timedelta(days=1)
NAMES = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
DAYS = [(str(number), name) for number, name in enumerate(NAMES, 1)]
# Lists, not the browser's time and date fields: those take four stops of the Tab key each.
TIMES = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(6, 22) for minute in (0, 15, 30, 45)]
KINDS = {"weekdays": "checkboxes", "opens": "select", "closes": "select"}
AHEAD = 90  # days that can be chosen for closing
LABELS = {
    "weekdays": N_("Weekdays"),
    "opens": N_("Opens"),
    "closes": N_("Closes"),
    "minutes": N_("Minutes of a time"),
    "capacity": N_("People at a time"),
    "day": N_("Day"),
    "reason": N_("Reason"),
}


class OpeningForm(Opening, frozen=True, kw_only=True):
    """An opening rule for one hall."""

    hall: UUID


class ClosureForm(ClosureRequest, frozen=True, kw_only=True):
    """A closed day for one hall."""

    hall: UUID


class Arrival(Input, frozen=True, kw_only=True):
    """Somebody on the day list came."""

    hall: UUID
    day: date


@get("/desk/counter", opt=allow(service.hall_day, only=("clerk",)), include_in_schema=False)
async def counter(
    request: Asked, hall: UUID | None = None, day: date | None = None, came: UUID | None = None
) -> Response[bytes]:
    """今天的预约 of a hall that the clerk's post covers; ``came``: who was checked in just now."""
    actor = actor_of(request)
    halls = await halls_of(actor)
    at = hall or (halls[0].id if halls else None)
    shown = day or clock.today()
    lines = await service.hall_day(actor, at, shown) if at else []
    return page(
        request, "appointments/counter", title=N_("Counter"), halls=halls, at=at, day=shown, lines=lines,
        came=next((each.number for each in lines if each.id == came), ""),
        before=max(shown, date.min + DAY) - DAY, after=min(shown, date.max - DAY) + DAY,
    )  # fmt: skip


@post("/desk/counter/{row_id:uuid}/attendance", opt=allow(service.arrive, only=("clerk",)), include_in_schema=False)
async def attend(request: Asked, row_id: UUID) -> Response[None]:
    """签到."""
    typed = await forms.read(request, Arrival)
    await service.arrive(actor_of(request), row_id)
    return go(f"/desk/counter?hall={typed.hall}&day={typed.day}&came={row_id}")


@get("/desk/hall", opt=allow(service.set_rule, service.close_day), include_in_schema=False)
async def manage(request: Asked, hall: UUID | None = None, done: str = "") -> Response[bytes]:
    """大厅管理: opening, closed days, use of the places."""
    return await _manage(request, hall, done=done if done in ("opening", "closure") else "")


@post("/desk/hall/opening", opt=allow(service.set_rule), include_in_schema=False)
async def set_opening(request: Asked) -> Response[bytes] | Response[None]:
    """Replace the opening rule."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, OpeningForm)
        values = {name: getattr(wanted, name) for name in Opening.__struct_fields__}
        await service.set_rule(actor_of(request), wanted.hall, Opening(**values))
    except Invalid as problem:
        return await _manage(request, _hall(typed), typed=typed, problem=problem)
    return go(f"/desk/hall?hall={wanted.hall}&done=opening")


@post("/desk/hall/closures", opt=allow(service.close_day), include_in_schema=False)
async def close_day(request: Asked) -> Response[bytes] | Response[None]:
    """Close a day that nobody has booked."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, ClosureForm)
        closure = ClosureRequest(day=wanted.day, reason=wanted.reason)
        await service.close_day(actor_of(request), wanted.hall, closure)
    except (Invalid, Conflict) as problem:
        return await _manage(request, _hall(typed), typed=typed, problem=problem)
    return go(f"/desk/hall?hall={wanted.hall}&done=closure")


async def _manage(
    request: Asked, hall: UUID | None, *, done: str = "", typed: dict[str, str] | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    halls = await halls_of(actor)
    at = hall or (halls[0].id if halls else None)
    errors = problem.fields if problem else {}
    rules = await service.rules_of(actor, at) if at else []
    opening = fields.form(
        Opening, typed or _in_force(rules), errors, labels=LABELS,
        options={"weekdays": DAYS, "opens": TIMES, "closes": TIMES}, kinds=KINDS,
    )  # fmt: skip
    days = [(each.isoformat(), each.isoformat()) for each in (clock.today() + n * DAY for n in range(AHEAD))]
    closure = fields.form(ClosureRequest, typed, errors, labels=LABELS, options={"day": days}, kinds={"day": "select"})
    return page(
        request, "appointments/hall", status=problem.status if problem else 200, title=N_("The hall"), halls=halls,
        at=at, rules=rules, week=NAMES,
        share_rows=await _shares(request, at) if at else [],
        days=await service.open_days(actor, at) if at else [], opening=opening,
        closure=closure, errors=errors, done=done,
        refusal=problem if isinstance(problem, Conflict) else None,
    )  # fmt: skip


def _in_force(rules: list[RuleView]) -> dict[str, object]:
    """The latest rule, as what the form begins with."""
    if not rules:
        return {}
    last = rules[-1]
    opens, closes = last.opens.isoformat()[:5], last.closes.isoformat()[:5]
    days = [str(day) for day in last.weekdays]
    return {"weekdays": days, "opens": opens, "closes": closes, "minutes": last.minutes, "capacity": last.capacity}


async def _shares(request: Asked, hall: UUID) -> list[list[str]]:
    viewer = viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    found = await service.shares_ahead(actor_of(request), hall)
    return [[say(POOLS[each.pool]), str(each.places), str(each.taken)] for each in found]


async def halls_of(actor: Actor) -> list[Hall]:
    """The halls of the actor's county that can be booked; the province's own for somebody of the province."""
    found = (await places.halls(actor, division=actor.region, derived=None, limit=100)).items
    near = [each.hall for each in await places.nearest_halls(actor, actor.region, limit=20)]
    own = {each.id: each for each in [*found, *near] if each.bookable and actor.covers(each.seat, *actor.roles)}
    return sorted(own.values(), key=lambda hall: not hall.of(actor.region))  # where one works comes first


def _hall(typed: dict[str, str]) -> UUID | None:
    try:
        return UUID(typed.get("hall", ""))
    except ValueError:
        return None


routes = [counter, attend, manage, set_opening, close_day]
