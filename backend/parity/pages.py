"""号都给谁了: the public page of the parity report, and the same as a file for a spreadsheet."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from accessibility import plots
from accessibility.render import call, page
from backend.core.actor import PROVINCE, Actor
from backend.core.http import actor_of, allow, viewer_of
from backend.core.sheets import csv_of
from backend.core.words import DEFAULT, N_, words
from backend.parity import rules, service
from backend.parity.schemas import Group, Published, Report
from backend.places import service as places

Asked = Request[Any, Any, Any]
County = Annotated[str, Parameter(pattern=r"^[0-9]{6}$")]
Say = Callable[..., str]
CHANNELS = {
    "online": N_("Online"), "phone": N_("By telephone"), "counter": N_("Counter"), "kiosk": N_("Kiosk"),
    "helper": N_("Through a helper"),
}  # fmt: skip
AGES = {
    "0-17": N_("under 18"), "18-39": N_("18 to 39"), "40-59": N_("40 to 59"), "60-79": N_("60 to 79"),
    "80+": N_("80 and over"), "unknown": N_("age not known"),
}  # fmt: skip
ALL = N_("Everybody")
HEAD = (
    N_("People"), N_("Share of people"), N_("Share of places kept"), N_("Half waited up to, days"), N_("Did not come"),
    N_("Helped by somebody"),
)  # fmt: skip
FILE = (
    N_("Month"), N_("Place"), N_("Channel"), N_("Age"), N_("People"), N_("Came"), N_("Did not come"),
    N_("Helped by somebody"), N_("Alone"), N_("Half waited up to, days"),
)  # fmt: skip


@get("/parity", opt=allow(service.report), include_in_schema=False)
async def parity(
    request: Asked, county: County = PROVINCE, hall: UUID | None = None, month: date | None = None
) -> Response[bytes]:
    """The finding first, then who got in where, by age and channel, with how it is counted."""
    actor, lang = actor_of(request), viewer_of(request).lang
    try:
        found = await service.report(actor, county=county, hall=hall, month=month)
    except service.NoReport:
        if (county, hall, month) != (PROVINCE, None, None):
            raise
        return page(request, "parity/none", public=("parity",), title=N_("Who gets the places"))
    say, report = words(lang).gettext, found.report
    return page(
        request, "parity/report", public=("parity", "places"), title=N_("Who gets the places"), found=found,
        report=report, place=await _name(actor, found, lang), finding=finding(report, say), ways=ways(report, say),
        without=_without_phone(report), bars=_bars(report, say), by_channel=_by(report, CHANNELS, "channel", say),
        by_age=_by(report, AGES, "age", say), crossed=_crossed(report, say), head=[say(each) for each in HEAD],
        drawn=_history(found, say), below=await _below(actor, found, lang),
    )  # fmt: skip


@get("/parity.csv", opt=allow(service.report), include_in_schema=False)
async def file(
    request: Asked, county: County = PROVINCE, hall: UUID | None = None, month: date | None = None
) -> Response[bytes]:
    """Every number of the report; empty where it is not shown."""
    actor, lang = actor_of(request), viewer_of(request).lang
    found, say = await service.report(actor, county=county, hall=hall, month=month), words(lang).gettext
    name = await _name(actor, found, lang)
    rows = [
        [
            f"{found.report.month:%Y-%m}", name, say(CHANNELS.get(each.channel, ALL)), say(AGES.get(each.age, ALL)),
            each.people, each.came, each.missed, each.helped, each.alone, each.days,
        ]
        for each in found.report.groups
    ]  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="parity-{found.region}-{found.report.month:%Y-%m}.csv"'}
    body = csv_of([say(each) for each in FILE], rows)
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def finding(report: Report, say: Say) -> str:
    """What the month says, in one sentence with its number."""
    older, others = report.older_days, report.others_days
    if older is not None and others is not None:
        if older > others:
            return say(
                N_("People over 60 wait {a} days for their place, other adults {b}"), a=f"{older:g}", b=f"{others:g}"
            )
        if older < others:
            return say(
                N_("People over 60 wait less long for their place: {a} days, other adults {b}"),
                a=f"{older:g}", b=f"{others:g}",
            )  # fmt: skip
        return say(N_("People over 60 wait no longer for their place than other adults: {a} days"), a=f"{older:g}")
    percent = _without_phone(report)
    if percent is not None:
        return say(N_("{n} of 100 people got their place without a smartphone"), n=percent)
    return say(N_("Too few people for a finding this month"))


def ways(report: Report, say: Say) -> str:
    """The heading over the channels."""
    percent, kept = _without_phone(report), _kept_without_phone(report)
    if percent is None or kept is None:
        return say(N_("Through which channel people got their place"))
    return say(N_("{n} of 100 got their place without a smartphone; {k} of 100 places are kept for that"),
               n=percent, k=kept)  # fmt: skip


def _without_phone(report: Report) -> int | None:
    online = rules.share(report.of(channel="online").people, report.of().people)
    return None if online is None else 100 - online


def _kept_without_phone(report: Report) -> int | None:
    places = sum(report.offered.values())
    return round(100 * (places - report.offered.get("online", 0)) / places) if places else None


def _offered(report: Report, channel: str) -> int | None:
    return rules.share(report.offered.get(channel), sum(report.offered.values())) if channel else None


def _bars(report: Report, say: Say) -> list[plots.Bar]:
    rows = []
    for channel, name in CHANNELS.items():
        percent = rules.share(report.of(channel=channel).people, report.of().people)
        if channel in {each.channel for each in report.groups}:
            kept = _offered(report, channel)
            shown = "–" if percent is None else say(N_("{n} %"), n=percent)
            rows.append((say(name), float(percent or 0), shown, None if kept is None else float(kept)))
    return plots.bars(rows)


def _by(report: Report, names: dict[str, str], field: str, say: Say) -> list[list[object]]:
    groups = {getattr(each, field): each for each in report.groups if (each.channel, each.age).count("") == 1}
    rows = [(say(name), groups[key]) for key, name in names.items() if key in groups]
    return [_row(name, each, report, say) for name, each in [*rows, (say(ALL), report.of())]]


def _row(name: str, group: Group, report: Report, say: Say) -> list[object]:
    percents = (
        rules.share(group.people, report.of().people), _offered(report, group.channel),
    )  # fmt: skip
    ends = rules.share(group.missed, group.people), rules.share(group.helped, group.people)
    cells = [_percent(each, say) for each in percents] + [_number(group.days)] + [_percent(each, say) for each in ends]
    return [name, _number(group.people), *cells]


def _crossed(report: Report, say: Say) -> list[list[object]]:
    """Of each age, so many through each channel; none for halls, where it is not counted."""
    channels = [each for each in CHANNELS if report.of(channel=each) in report.groups]
    if not any(each.channel and each.age for each in report.groups):
        return []
    rows: list[list[object]] = [[say(FILE[3]), *(say(CHANNELS[each]) for each in channels)]]
    for age, name in AGES.items():
        rows.append([say(name), *(_number(report.of(channel=each, age=age).people) for each in channels)])
    return rows


def _history(found: Published, say: Say) -> plots.Curves | None:
    """Waits of the months, the oldest first; none before there are two."""
    known = [each for each in reversed(found.history) if None not in (each.older_days, each.others_days)]
    if len(known) < 2:
        return None
    names = [say(N_("month {m}"), m=each.month.month) for each in known]
    older = [each.older_days or 0.0 for each in known]
    others = [each.others_days or 0.0 for each in known]
    return plots.curves(names, [
        (say(N_("60 and over {n}"), n=f"{older[-1]:g}"), older), (say(N_("Others {n}"), n=f"{others[-1]:g}"), others),
    ])  # fmt: skip


async def _name(actor: Actor, found: Published, lang: str) -> str:
    if found.hall:
        hall = await places.hall(actor, UUID(found.hall))
        return hall.name if lang == DEFAULT else hall.english or hall.name
    return call("region_name", "23" if found.region == PROVINCE else found.region, lang)


async def _below(actor: Actor, found: Published, lang: str) -> list[tuple[str, str]]:
    """(name, address) of the places inside."""
    month = found.report.month
    if found.region == PROVINCE:
        return [(call("region_name", each, lang), f"/parity?county={each}&month={month}") for each in found.below]
    halls = await places.halls_by_id(actor, [UUID(each) for each in found.below])
    return [(hall.name if lang == DEFAULT else hall.english or hall.name, f"/parity?hall={key}&month={month}")
            for key, hall in halls.items()]  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else f"{value:,}"


def _percent(value: int | None, say: Say) -> str:
    return "–" if value is None else say(N_("{n} %"), n=value)


routes = [parity, file]
