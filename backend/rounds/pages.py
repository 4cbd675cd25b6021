"""上门巡办 for staff: the round of a day, printable; and planning a visit for whoever is being helped."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.menu import MenuLine
from accessibility.render import page
from backend.catalogue import service as catalogue
from backend.core import clock, crypto, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.schemas import Input
from backend.core.words import N_, words
from backend.identity import service as identity
from backend.rounds import rules, service
from backend.rounds.schemas import Note, VisitRequest

Asked = Request[Any, Any, Any]
DAY = timedelta(days=1)
TIMES = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(8, 19) for minute in (0, 30)]
LABELS = {
    "place": N_("Where: district, street, number, door"),
    "phone": N_("Number to ring before"),
    "day": N_("Day"),
    "begins": N_("From"),
    "ends": N_("To"),
    "item": N_("What is it about?"),
}
STATES = {"planned": N_("Planned"), "met": N_("Done"), "missed": N_("Not met")}
menu = [
    MenuLine(
        area="desk", href="/desk/rounds", order=12, icon="home-heart", title=N_("Home visits"),
        text=N_("The round of a day, by street"), roles=frozenset({"clerk", "grid", "manager"}),
    )
]  # fmt: skip


class PlanForm(VisitRequest, frozen=True, kw_only=True):
    """A visit, with a key against pressing twice."""

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]


class EndForm(Input, frozen=True, kw_only=True):
    """How it went."""

    turn: Literal["take", "met", "missed", "cancel"]
    day: date
    note: Note = ""


@get("/desk/rounds", opt=allow(service.day_round), include_in_schema=False)
async def day_round(
    request: Asked, day: date | None = None, order: Literal["time", "place"] = "place"
) -> Response[bytes]:
    """The round of a day, ordered for walking."""
    return await _round(request, day or clock.today(), by_place=order == "place")


@post("/desk/rounds/{visit:uuid}", opt=allow(service.take, service.finish, service.cancel), include_in_schema=False)
async def change(request: Asked, visit: UUID) -> Response[bytes] | Response[None]:
    """Take it over, or say how it went."""
    actor, typed = actor_of(request), await forms.read(request, EndForm)
    try:
        if typed.turn == "take":
            await service.take(actor, visit)
        elif typed.turn == "cancel":
            await service.cancel(actor, visit)
        else:
            await service.finish(actor, visit, typed.turn, note=typed.note)
    except Conflict as problem:
        return await _round(request, typed.day, problem=problem)
    return go(f"/desk/rounds?day={typed.day}")


@get("/desk/rounds/new", opt=allow(service.plan), include_in_schema=False)
async def new(request: Asked) -> Response[bytes]:
    """Plan a visit for whoever is being helped."""
    return await _new(request)


@post("/desk/rounds", opt=allow(service.plan), include_in_schema=False)
async def plan(request: Asked) -> Response[bytes] | Response[None]:
    """Plan it; the page says what to read aloud."""
    actor = actor_of(request)
    try:
        typed = await forms.read(request, PlanForm)
        wanted = VisitRequest(**{name: getattr(typed, name) for name in VisitRequest.__struct_fields__})
        made = await service.plan(actor, wanted, key=typed.key)
    except (Invalid, Conflict) as problem:
        return await _new(request, problem)
    return page(request, "rounds/planned", status=201, title=N_("The visit is planned"), made=made)


async def _round(
    request: Asked, day: date, *, by_place: bool = True, problem: Problem | None = None
) -> Response[bytes]:
    visits = await service.day_round(actor_of(request), day, place_order=by_place)
    return page(
        request, "rounds/round", status=problem.status if problem else 200, title=N_("Home visits"), visits=visits,
        day=day, before=day - DAY, after=day + DAY, by_place=by_place, states=STATES, refusal=problem,
        street=rules.street_of,
    )  # fmt: skip


async def _new(request: Asked, problem: Problem | None = None) -> Response[bytes]:
    actor, say = actor_of(request), words(viewer_of(request).lang).gettext
    helping = await identity.current_assistance(actor)
    errors = {name: say(text) for name, text in problem.fields.items()} if problem else {}
    days = [(each.isoformat(), each.isoformat()) for each in (clock.today() + nth * DAY for nth in range(1, 31))]
    items = [(each.id, each.name) for each in await catalogue.high_frequency(actor)]
    typed = await forms.raw(request) if problem else {"begins": "09:00", "ends": "11:00"}
    form = fields.form(
        VisitRequest, typed, errors, labels=LABELS,
        options={"day": days, "begins": TIMES, "ends": TIMES, "item": items},
        kinds={"day": "select", "begins": "select", "ends": "select", "item": "select"},
    )  # fmt: skip
    form = {name: msgspec.structs.replace(each, autocomplete="off") for name, each in form.items()}
    return page(
        request, "rounds/new", status=problem.status if problem else 200, title=N_("Plan a home visit"), f=form,
        errors=errors, refusal=problem, helping=helping, key=crypto.token(),
    )  # fmt: skip


routes = [day_round, change, new, plan]
