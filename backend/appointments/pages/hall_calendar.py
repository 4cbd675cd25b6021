"""大厅日历: a month with the places of each day; a change of the rules shows what it does before it is made."""

import calendar
from datetime import date, time, timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.opening_schemas import DayPlan, Effect, OpeningChange, RuleRequest
from backend.appointments.pages import hall_forms
from backend.appointments.pages.common import Asked
from backend.core import clock, forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Invalid
from backend.core.schemas import Input
from backend.core.words import N_

Month = Annotated[str, Parameter(max_length=7, pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]
RULES = allow(service.days_of, service.change_opening)
LABELS = {
    "begins": N_("From which day"),
    "ends": N_("Which rule does it replace?"),
    "group": N_("Which counters"),
    "repeat": N_("How often"),
    "weekdays": N_("Weekdays"),
    "every": N_("Every how many weeks"),
    "nth": N_("Which of the month"),
    "season_from": N_("Season from"),
    "season_to": N_("Season to"),
    "opens": N_("Opens"),
    "closes": N_("Closes"),
    "minutes": N_("Minutes of a time"),
    "capacity": N_("People at a time"),
    "per_counter": N_("People at a time for each counter on the roster"),
    "until": N_("Until which day"),
}
ORDER = (  # as a manager thinks of it: which counters, on which days, from when to when, how many, for how long
    "group", "repeat", "weekdays", "every", "nth", "season_from", "season_to", "opens", "closes", "minutes", "capacity",
    "per_counter", "begins", "until", "ends",
)  # fmt: skip
HINTS = {
    "group": N_("None chosen: the general counters"),
    "ends": N_("None chosen: it comes in addition"),
    "begins": hall_forms.TYPED_DATE,
    "until": hall_forms.TYPED_DATE,
    "season_from": N_("Month and day, like 11-01"),
    "season_to": N_("Month and day, like 03-31"),
    "nth": N_("Only for what is open on some of a month"),
    "per_counter": N_("Where there is a roster, it counts instead of people at a time"),
}
SHAPES = {
    "begins": "text", "until": "text", "ends": "select", "group": "select", "repeat": "select",
    "weekdays": "checkboxes", "nth": "checkboxes", "opens": "select", "closes": "select",
}  # fmt: skip


class RuleForm(RuleRequest, frozen=True, kw_only=True):
    """A rule with the day it begins and what it replaces; ``sure`` once its effect was seen."""

    begins: date
    ends: UUID | None = None
    sure: bool = False


class EndForm(Input, frozen=True, kw_only=True):
    """A rule ends before a day."""

    begins: date
    ends: UUID
    sure: bool = False


@get("/desk/hall/{hall:uuid}/calendar", opt=RULES, include_in_schema=False)
async def show(request: Asked, hall: UUID, month: Month = "", done: bool = False) -> Response[bytes]:
    """The month, the rules, and the form for a change."""
    return await _show(request, hall, month=month, done=done)


@post("/desk/hall/{hall:uuid}/calendar", opt=RULES, include_in_schema=False)
async def change(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """First what it does; then, once that was seen, do it."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, RuleForm)
        names = RuleRequest.__struct_fields__
        rule = RuleRequest(**{name: getattr(wanted, name) for name in names})
        asked = OpeningChange(begins=wanted.begins, ends=wanted.ends, rule=rule)
        return await _asked(request, hall, asked, wanted, "/calendar")
    except Invalid as problem:
        form = await request.form()
        kept: dict[str, object] = {**typed, "weekdays": form.getall("weekdays", []), "nth": form.getall("nth", [])}
        return await _show(request, hall, typed=kept, problem=problem)


@post("/desk/hall/{hall:uuid}/calendar/ends", opt=RULES, include_in_schema=False)
async def end(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """End a rule, after its effect was seen."""
    try:
        wanted = await forms.read(request, EndForm)
        asked = OpeningChange(begins=wanted.begins, ends=wanted.ends)
        return await _asked(request, hall, asked, wanted, "/calendar/ends")
    except Invalid as problem:
        return await _show(request, hall, problem=problem)


async def _asked(
    request: Asked, hall: UUID, asked: OpeningChange, wanted: RuleForm | EndForm, path: str
) -> Response[bytes] | Response[None]:
    if wanted.sure:
        await service.change_opening(actor_of(request), hall, asked)
        return go(f"/desk/hall/{hall}/calendar?month={asked.begins:%Y-%m}&done=1")
    effect = await service.preview_opening(actor_of(request), hall, asked)
    sure = (f"/desk/hall/{hall}{path}", hall_forms.hidden(wanted, sure="true"))
    values = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return await _show(request, hall, month=f"{asked.begins:%Y-%m}", typed=values, effect=effect, sure=sure)


async def _show(
    request: Asked, hall: UUID, *, month: str = "", done: bool = False, typed: dict[str, object] | None = None,
    problem: Invalid | None = None, effect: Effect | None = None, sure: tuple[str, list[tuple[str, str]]] | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    known = await hall_forms.own(actor, hall)
    first = _first(month)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    groups, rules = await service.groups_of(actor, hall), await service.rules_of(actor, hall)
    errors = problem.fields if problem else {}
    form = fields.form(
        RuleForm, _texts(typed or _blank()), errors, labels=LABELS, hints=HINTS, kinds=SHAPES,
        options={
            "weekdays": hall_forms.DAYS, "opens": hall_forms.TIMES, "closes": hall_forms.TIMES, "nth": hall_forms.NTHS,
            "repeat": hall_forms.REPEATS, "group": [(str(each.id), each.name) for each in groups],
            "ends": [(str(each.id), f"{each.opens:%H:%M}–{each.closes:%H:%M}") for each in rules],
        },
    )  # fmt: skip
    return page(
        request, "appointments/calendar", status=problem.status if problem else 200, title=N_("Calendar of the hall"),
        hall=known, weeks=_weeks(await service.days_of(actor, hall, first, last)), first=first, done=done,
        before=first - timedelta(days=1), after=last + timedelta(days=1), week=hall_forms.WEEK, form=form, asked=ORDER,
        rules=hall_forms.rule_words(rules, groups), errors=errors, effect=effect, sure=sure,
        nths=dict(hall_forms.NTHS), tomorrow=clock.today() + timedelta(days=1),
    )  # fmt: skip


def _weeks(days: list[DayPlan]) -> list[list[DayPlan | None]]:
    """The days in weeks from Monday on, with gaps at both ends."""
    row: list[DayPlan | None] = [None] * (days[0].day.isoweekday() - 1) + list(days)
    row += [None] * (-len(row) % 7)
    return [row[n : n + 7] for n in range(0, len(row), 7)]


def _first(month: str) -> date:
    today = clock.today()
    asked = date.fromisoformat(f"{month}-01") if month and month[:4] != "0000" else today.replace(day=1)
    return asked if abs((asked - today).days) < 800 else today.replace(day=1)


def _blank() -> dict[str, object]:
    begins = clock.today() + timedelta(days=1)
    return {"begins": begins, "weekdays": [1, 2, 3, 4, 5], "every": 1, "repeat": "weekly", "minutes": 30}


def _texts(values: dict[str, object]) -> dict[str, object]:
    """Times as the lists have them: without seconds."""
    return {name: value.isoformat()[:5] if isinstance(value, time) else value for name, value in values.items()}


routes = [show, change, end]
