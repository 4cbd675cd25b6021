"""What the pages of a hall's manager share: the hall, words, lists to choose from, and a form carried on unseen."""

from datetime import date, time
from typing import Any
from uuid import UUID

import msgspec

from backend.appointments import service
from backend.appointments.opening_schemas import CounterGroup
from backend.appointments.schemas import RuleView
from backend.core.actor import Actor
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

WEEK = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
DAYS = [(str(number), name) for number, name in enumerate(WEEK, 1)]
# Lists, not the browser's time and date fields: those take four stops of the Tab key each.
TIMES = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(6, 22) for minute in (0, 15, 30, 45)]
REPEATS = [("weekly", N_("every week, or every few")), ("monthly", N_("on some of a month")), ("once", N_("only once"))]
NTHS = [
    ("1", N_("first")), ("2", N_("second")), ("3", N_("third")), ("4", N_("fourth")), ("5", N_("fifth")),
    ("-1", N_("last")),
]  # fmt: skip
HALVES = [("day", N_("The whole day")), ("morning", N_("Morning")), ("afternoon", N_("Afternoon"))]
KINDS = [
    ("counter", N_("at the counter")), ("phone", N_("by phone, we ring")), ("video", N_("by video, we ring")),
    ("home", N_("we come to the person")), ("session", N_("many people at one time")),
]  # fmt: skip
GENERAL = N_("General counters")
TYPED_DATE = N_("Like 2026-12-01")


async def own(actor: Actor, hall: UUID) -> Hall:
    """The hall of the page, for a manager of its county; raises ``NotFound`` for another."""
    await service.closings_of(actor, hall)
    return await places.hall(actor, hall)


def group_options(hall: UUID, groups: list[CounterGroup], *, general: str = "") -> list[tuple[str, str]]:
    """Groups to choose from; ``general`` is the value that stands for the general counters."""
    return [(general or str(hall), GENERAL), *((str(each.id), each.name) for each in groups)]


def hidden(values: msgspec.Struct, **more: str) -> list[tuple[str, str]]:
    """A form as unseen fields, for asking once more before it counts."""
    pairs: list[tuple[str, str]] = []
    for name in values.__struct_fields__:
        value = getattr(values, name)
        for each in value if isinstance(value, list) else [value]:
            if each not in (None, ""):
                pairs.append((name, _text(each)))
    return [pair for pair in pairs if pair[0] not in more] + list(more.items())


def rule_words(rules: list[RuleView], groups: list[CounterGroup]) -> list[dict[str, Any]]:
    """Rules with the names of their groups."""
    names = {each.id: each.name for each in groups}
    return [{"rule": each, "group": names.get(each.group, "") if each.group else ""} for each in rules]


def _text(value: object) -> str:
    if isinstance(value, time):
        return value.isoformat()[:5]
    return value.isoformat() if isinstance(value, date) else str(value)
