"""排班: a week at a glance, which counter serves what when; what a change does is seen before it is made."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.opening_schemas import Duty, Effect, Half, RosterChange, RosterCounterRequest, RosterWeek
from backend.appointments.pages import hall_forms
from backend.appointments.pages.common import Asked
from backend.core import clock, forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import BadRequest, Conflict, Invalid
from backend.core.words import N_

ROSTER = allow(service.roster_of, service.change_roster)
Week = Annotated[date | None, Parameter()]
LABELS = {"label": N_("Name of the counter, such as 3"), "groups": N_("What it can serve")}
HINTS = {"groups": N_("None chosen: everything")}
HALVES: tuple[Half, Half] = ("morning", "afternoon")
SHUT = N_("shut")
WEEK = timedelta(days=7)


@get("/desk/hall/{hall:uuid}/roster", opt=ROSTER, include_in_schema=False)
async def show(request: Asked, hall: UUID, week: Week = None, done: bool = False) -> Response[bytes]:
    """The week, with a list to choose from for each counter and half day."""
    return await _show(request, hall, week or clock.today(), done=done)


@post("/desk/hall/{hall:uuid}/roster", opt=ROSTER, include_in_schema=False)
async def change(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """First what the week would then offer; then, once that was seen, do it."""
    actor, typed = actor_of(request), await forms.raw(request)
    week = _day(typed.get("week", ""))
    before = await service.roster_of(actor, hall, week)
    duties = _changes(hall, before, typed)
    if not duties:
        return go(f"/desk/hall/{hall}/roster?week={week}")
    try:
        if typed.get("sure"):
            await service.change_roster(actor, hall, RosterChange(duties=duties))
            return go(f"/desk/hall/{hall}/roster?week={week}&done=1")
        effect = await service.preview_roster(actor, hall, RosterChange(duties=duties))
    except Invalid as problem:
        return await _show(request, hall, week, typed=typed, problem=problem)
    return await _show(request, hall, week, typed=typed, effect=effect)


@post("/desk/hall/{hall:uuid}/roster/copy", opt=allow(service.copy_roster), include_in_schema=False)
async def copy(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Take over the week before."""
    week = _day((await forms.raw(request)).get("week", ""))
    try:
        await service.copy_roster(actor_of(request), hall, week)
    except Invalid as problem:
        return await _show(request, hall, week, problem=problem)
    return go(f"/desk/hall/{hall}/roster?week={week}&done=1")


@post("/desk/hall/{hall:uuid}/counters", opt=allow(service.add_counter), include_in_schema=False)
async def add(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Put a counter on the roster."""
    typed: dict[str, object] = {**(await forms.raw(request)), "groups": (await request.form()).getall("groups", [])}
    try:
        await service.add_counter(actor_of(request), hall, await forms.read(request, RosterCounterRequest))
    except Invalid as problem:
        return await _show(request, hall, clock.today(), counter=typed, problem=problem)
    return go(f"/desk/hall/{hall}/roster?done=1")


@post("/desk/hall/{hall:uuid}/counters/{desk_id:uuid}/end", opt=allow(service.remove_counter), include_in_schema=False)
async def remove(request: Asked, hall: UUID, desk_id: UUID) -> Response[bytes] | Response[None]:
    """Take a counter away."""
    try:
        await service.remove_counter(actor_of(request), hall, desk_id)
    except Conflict as problem:
        return await _show(request, hall, clock.today(), refusal=problem)
    return go(f"/desk/hall/{hall}/roster?done=1")


async def _show(
    request: Asked, hall: UUID, week: date, *, typed: dict[str, str] | None = None, effect: Effect | None = None,
    counter: dict[str, object] | None = None, problem: Invalid | None = None, refusal: Conflict | None = None,
    done: bool = False,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    known = await hall_forms.own(actor, hall)
    groups = [*await service.groups_of(actor, hall), *await service.joint_groups_of(actor, hall)]
    roster = await service.roster_of(actor, hall, week)
    refused, errors = problem or refusal, problem.fields if problem else {}
    options = hall_forms.group_options(hall, groups)
    return page(
        request, "appointments/roster", status=refused.status if refused else 200, title=N_("Roster of the hall"),
        hall=known, roster=roster, rows=_rows(hall, roster, typed), groups=options, effect=effect, errors=errors,
        refusal=refusal, done=done, days=[roster.monday + timedelta(days=n) for n in range(7)], today=clock.today(),
        before=roster.monday - WEEK, after=roster.monday + WEEK, halves=dict(hall_forms.HALVES), shut=SHUT,
        kept=[(name, value) for name, value in (typed or {}).items() if name != "sure"],
        form=fields.form(
            RosterCounterRequest, counter or {}, errors if counter else {}, labels=LABELS, hints=HINTS,
            options={"groups": options}, kinds={"groups": "checkboxes"},
        ),
    )  # fmt: skip


def _rows(hall: UUID, roster: RosterWeek, typed: dict[str, str] | None) -> list[dict[str, object]]:
    """A row for each counter and half day: the name of its field, and what is chosen, for each day."""
    held = {(each.counter, each.day, each.half): str(each.group) for each in roster.duties}
    rows: list[dict[str, object]] = []
    for counter in roster.counters:
        able = [str(each) for each in counter.groups]
        for half in HALVES:
            cells = []
            for n in range(7):
                day = roster.monday + timedelta(days=n)
                name = f"{counter.id}.{day}.{half}"
                kept = held.get((counter.id, day, half), "")
                cells.append({"name": name, "day": day, "chosen": (typed or {}).get(name, "") if typed else kept})
            rows.append({"counter": counter, "half": half, "cells": cells, "able": able})
    return rows


def _changes(hall: UUID, before: RosterWeek, typed: dict[str, str]) -> list[Duty]:
    """What differs from the roster as it is, among the days that can still change."""
    held = {(each.counter, each.day, each.half): each.group for each in before.duties}
    duties = []
    for counter in before.counters:
        for half in HALVES:
            for day in (before.monday + timedelta(days=n) for n in range(7)):
                name = f"{counter.id}.{day}.{half}"
                if name in typed and day >= clock.today():
                    wanted = _group(typed[name])
                    if wanted != held.get((counter.id, day, half)):
                        duties.append(Duty(day=day, half=half, counter=counter.id, group=wanted))
    return duties


def _group(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadRequest(N_("Please choose one of the answers")) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(N_("This is not a day.")) from None


routes = [show, change, copy, add, remove]
