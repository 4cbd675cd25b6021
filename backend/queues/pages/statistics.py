"""大厅统计 for the hall's manager: as a table, and as a file for a spreadsheet."""

from uuid import UUID

from litestar import Response, get

from accessibility.render import page
from backend.core.http import actor_of, allow, viewer_of
from backend.core.problems import NotFound
from backend.core.sheets import csv_of
from backend.core.words import N_, words
from backend.queues import service
from backend.queues.pages.common import KINDS, Asked, hall_of
from backend.queues.schemas import Period, WaitDay, WaitLine

NAMES = {"all": N_("Everybody"), **KINDS}
CHANNELS = {
    "kiosk": N_("At a machine"), "counter": N_("From a clerk"), "web": N_("On a phone, in the hall"),
    "app": N_("On a phone, in the hall"), "miniprogram": N_("In a mini-program"), "phone": N_("By telephone"),
    "field": N_("From a grid worker"),
}  # fmt: skip
HEAD = (
    N_("Who waits"), N_("Hour"), N_("Numbers taken"), N_("Called"), N_("Half waited up to, min"),
    N_("9 of 10 waited up to, min"), N_("Longest wait, min"), N_("Did not come to the call"), N_("Left before it"),
)  # fmt: skip


WHOLE, HALL, DAY = N_("all day"), N_("Hall"), N_("Day")


@get("/desk/queue/statistics", opt=allow(service.statistics), include_in_schema=False)
async def statistics(request: Asked, hall: UUID | None = None, period: Period = "today") -> Response[bytes]:
    """Waits by kind and hour, no-shows, doors; today or the last fortnight."""
    actor = actor_of(request)
    halls, at = await hall_of(actor, hall)
    found = await service.statistics(actor, at.id, period) if at else None
    say = words(viewer_of(request).lang).gettext
    return page(
        request, "queues/statistics", title=N_("Waiting times of a hall"), halls=halls, at=at, found=found,
        period=period, doors=CHANNELS, head=[say(each) for each in HEAD],
        waits=[_shown(say(NAMES[each.kind]), each, say(WHOLE)) for each in found.waits] if found else [],
        days=[_shown(str(each.day), each) for each in found.days] if found else [],
    )  # fmt: skip


@get("/desk/queue/statistics.csv", opt=allow(service.statistics), include_in_schema=False)
async def file(request: Asked, hall: UUID, period: Period = "today") -> Response[bytes]:
    """The same numbers for a spreadsheet."""
    actor = actor_of(request)
    if (await hall_of(actor, hall))[1] is None:
        raise NotFound()
    found, say = await service.statistics(actor, hall, period), words(viewer_of(request).lang).gettext
    head = [say(HALL), say(DAY), *(say(each) for each in HEAD)]
    span = str(found.last) if found.first == found.last else f"{found.first}/{found.last}"
    rows: list[list[object]] = [[found.hall_name, span, say(NAMES[each.kind]), *_cells(each)] for each in found.waits]
    rows += [[found.hall_name, each.day, say(NAMES["all"]), *_cells(each)] for each in found.days]
    name = f"waits-{found.first}-{found.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(head, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _shown(name: str, line: WaitLine | WaitDay, whole: str = "") -> list[object]:
    hour, *rest = _cells(line)
    when = [hour or whole] if isinstance(line, WaitLine) else []
    return [name, *when, *("–" if each is None else each for each in rest)]


def _cells(line: WaitLine | WaitDay) -> list[object]:
    """Everything after the name of a line, in the order of ``HEAD``."""
    hour = f"{line.hour}:00" if isinstance(line, WaitLine) and line.hour is not None else None
    return [hour, line.taken, line.called, line.half, line.most, line.longest, line.missed, line.gone]


routes = [statistics, file]
