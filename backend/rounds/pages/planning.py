"""Planning a visit for whoever is being helped, while they are on the phone or at the counter."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.catalogue import service as catalogue
from backend.core import clock, crypto, forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, in_words
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.words import N_
from backend.identity import service as identity
from backend.places import service as places
from backend.rounds import access, service
from backend.rounds.schemas import VisitRequest

Asked = Request[Any, Any, Any]
DAY = timedelta(days=1)
STREET = 9  # digits of the code of a street or town
TIMES = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(8, 19) for minute in (0, 30)]
LABELS = {
    "place": N_("Where: district, street, number, door"),
    "division": N_("Subdistrict or town"),
    "phone": N_("Number to ring before"),
    "day": N_("Day"),
    "begins": N_("From what time?"),
    "ends": N_("Until what time?"),
    "item": N_("What is it about?"),
}


class PlanForm(VisitRequest, frozen=True, kw_only=True):
    """A visit, with a key against pressing twice."""

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]


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


def days_ahead() -> list[tuple[str, str]]:
    """The days on which a visit can be planned, for a select."""
    return [(each.isoformat(), each.isoformat()) for each in (clock.today() + nth * DAY for nth in range(31))]


async def _new(request: Asked, problem: Problem | None = None) -> Response[bytes]:
    actor = actor_of(request)
    errors = in_words(request, problem) if problem and problem.fields else {}
    items = [(each.id, each.name) for each in await catalogue.high_frequency(actor)]
    typed = await forms.raw(request) if problem else {"begins": "09:00", "ends": "11:00"}
    form = fields.form(
        VisitRequest, typed, errors, labels=LABELS,
        options={
            "day": days_ahead()[1:], "begins": TIMES, "ends": TIMES, "item": items, "division": await _streets(actor),
        },
        kinds={"division": "select", "day": "select", "begins": "select", "ends": "select", "item": "select"},
    )  # fmt: skip
    form = {name: msgspec.structs.replace(each, autocomplete="off") for name, each in form.items()}
    return page(
        request, "rounds/new", status=problem.status if problem else 200, title=N_("Plan a home visit"), f=form,
        errors=errors, refusal=problem, helping=await identity.current_assistance(actor), key=crypto.token(),
    )  # fmt: skip


async def streets_of(actor: Actor, county: str, *roles: str) -> list[tuple[str, str]]:
    """The streets and towns of a county that the actor works for, for a select."""
    below = [(each.code[:STREET], each.name) for each in await places.children(actor, county)]
    return [each for each in below if actor.covers(each[0], *roles)]


async def _streets(actor: Actor) -> list[tuple[str, str]]:
    """The streets and towns of the county where the person lives, or of the actor's post."""
    person = await identity.people([actor.principal]) if actor.principal else {}
    home = next((each.home for each in person.values()), "")
    county = (home if actor.covers(home, *access.PLANNERS) else actor.divisions(*access.PLANNERS)[0])[:6]
    return await streets_of(actor, county, *access.PLANNERS)


routes = [new, plan]
