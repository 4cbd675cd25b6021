"""大厅统计 for the hall's manager: drawn, as a table, as files for a spreadsheet; and what to expect tomorrow."""

import asyncio
from uuid import UUID

from litestar import Response, get

from accessibility.render import page
from backend.core.http import actor_of, allow, viewer_of
from backend.core.problems import NotFound
from backend.core.sheets import XLSX, csv_of, xlsx_of
from backend.core.words import N_, words
from backend.queues import service
from backend.queues.pages import drawn
from backend.queues.pages.common import KINDS, Asked, hall_of
from backend.queues.schemas import Forecast, Period, Statistics, WaitDay, WaitLine

NAMES = {"all": N_("Everybody"), **KINDS}
CHANNELS = {
    "kiosk": N_("At a machine"), "counter": N_("From a clerk"), "web": N_("On a phone, in the hall"),
    "app": N_("On a phone, in the hall"), "miniprogram": N_("In a mini-program"), "phone": N_("By telephone"),
    "field": N_("From a grid worker"),
}  # fmt: skip
HEAD = (
    N_("Who waits"), N_("Hour"), N_("Numbers taken"), N_("Called"), N_("Half waited up to, min"),
    N_("9 of 10 waited up to, min"), N_("Longest wait, min"), N_("Did not come to the call"), N_("Left before it"),
    N_("Not served when the day ended"),
)  # fmt: skip


WHOLE, HALL, DAY, DOOR, PEOPLE = N_("all day"), N_("Hall"), N_("Day"), N_("Door"), N_("People")
WAITS, DOORS, FORECAST = N_("Waits"), N_("Doors"), N_("Forecast")


@get("/desk/queue/statistics", opt=allow(service.statistics, service.foresee), include_in_schema=False)
async def statistics(request: Asked, hall: UUID | None = None, period: Period | None = None) -> Response[bytes]:
    """Waits by kind and hour, no-shows, doors; today, before its first call the last fortnight."""
    actor = actor_of(request)
    halls, at = await hall_of(actor, hall)
    found = await service.statistics(actor, at.id, period or "today") if at else None
    if at and found and period is None and not any(each.called for each in found.waits):
        period = "fortnight"
        found = await service.statistics(actor, at.id, period)
    coming = await service.foresee(actor, at.id) if at else None
    say = words(viewer_of(request).lang).gettext
    return page(
        request, "queues/statistics", title=N_("Waiting times of a hall"), halls=halls, at=at, found=found,
        period=period or "today", doors=CHANNELS, coming=coming, plots=_plots(found, coming, say),
        head=[say(each) for each in HEAD],
        waits=[_shown(say(NAMES[each.kind]), each, say(WHOLE)) for each in found.waits] if found else [],
        days=[_shown(str(each.day), each) for each in found.days] if found else [],
    )  # fmt: skip


@get("/desk/queue/statistics.csv", opt=allow(service.statistics), include_in_schema=False)
async def file(request: Asked, hall: UUID, period: Period = "today") -> Response[bytes]:
    """The same numbers for a spreadsheet."""
    found, say = await _asked(request, hall, period), words(viewer_of(request).lang).gettext
    body = csv_of([say(HALL), say(DAY), *(say(each) for each in HEAD)], _lines(found, say))
    return _file(found, "csv", body, "text/csv; charset=utf-8")


@get("/desk/queue/statistics.xlsx", opt=allow(service.statistics, service.foresee), include_in_schema=False)
async def workbook(request: Asked, hall: UUID, period: Period = "today") -> Response[bytes]:
    """The same numbers as a workbook, with the doors and the forecast on sheets of their own."""
    found, say = await _asked(request, hall, period), words(viewer_of(request).lang).gettext
    coming = await service.foresee(actor_of(request), hall)
    doors = [[say(CHANNELS.get(each.channel, each.channel)), each.taken] for each in found.channels]
    sheets = [
        (say(WAITS), [say(HALL), say(DAY), *(say(each) for each in HEAD)], _lines(found, say)),
        (say(DOORS), [say(DOOR), say(HEAD[2])], doors),
        (say(FORECAST), [say(DAY), say(HEAD[1]), say(PEOPLE)], [[coming.day, h, n] for h, n in coming.hours.items()]),
    ]  # fmt: skip
    return _file(found, "xlsx", await asyncio.to_thread(xlsx_of, sheets), XLSX)


async def _asked(request: Asked, hall: UUID, period: Period) -> Statistics:
    actor = actor_of(request)
    if (await hall_of(actor, hall))[1] is None:
        raise NotFound()
    return await service.statistics(actor, hall, period)


def _lines(found: Statistics, say: drawn.Say) -> list[list[object]]:
    span = str(found.last) if found.first == found.last else f"{found.first}/{found.last}"
    rows: list[list[object]] = [[found.hall_name, span, say(NAMES[each.kind]), *_cells(each)] for each in found.waits]
    return rows + [[found.hall_name, each.day, say(NAMES["all"]), *_cells(each)] for each in found.days]


def _file(found: Statistics, ending: str, body: bytes, kind: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="waits-{found.first}-{found.last}.{ending}"'}
    return Response(body, media_type=kind, headers=headers)


def _plots(found: Statistics | None, coming: Forecast | None, say: drawn.Say) -> dict[str, object]:
    if found is None or coming is None:
        return {}
    return {
        "arrivals": drawn.arrivals(found, say), "waits": drawn.waits(found, say),
        "absences": drawn.absences(found, say), "doors": drawn.doors(found, CHANNELS, say),
        "coming": drawn.coming(coming, say),
    }  # fmt: skip


def _shown(name: str, line: WaitLine | WaitDay, whole: str = "") -> list[object]:
    hour, *rest = _cells(line)
    when = [hour or whole] if isinstance(line, WaitLine) else []
    return [name, *when, *("–" if each is None else each for each in rest)]


def _cells(line: WaitLine | WaitDay) -> list[object]:
    """Everything after the name of a line, in the order of ``HEAD``."""
    hour = f"{line.hour}:00" if isinstance(line, WaitLine) and line.hour is not None else None
    return [hour, line.taken, line.called, line.half, line.most, line.longest, line.missed, line.gone, line.unserved]


routes = [statistics, file, workbook]
