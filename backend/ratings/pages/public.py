"""How a hall is rated, for everybody."""

from uuid import UUID

from litestar import Response, get

from accessibility import plots
from accessibility.render import page
from backend.core.http import actor_of, allow, viewer_of
from backend.core.words import N_, words
from backend.ratings import rules, service
from backend.ratings.pages.common import LEVELS, Asked
from backend.ratings.schemas import MonthRatings


@get("/ratings/halls/{hall:uuid}", opt=allow(service.published), include_in_schema=False)
async def hall(request: Asked, hall: UUID) -> Response[bytes]:
    """Five levels, by month; the finding first."""
    found = await service.published(actor_of(request), hall)
    say, latest = words(viewer_of(request).lang).gettext, found.months[0] if found.months else None
    return page(
        request, "ratings/hall", public=("ratings", "places"), title=N_("How people rate this hall"), found=found,
        latest=latest, good=_good(latest), bars=_bars(latest, say) if latest else [],
        rows=[_row(each, say) for each in found.months], head=[say(name) for _, name in LEVELS],
    )  # fmt: skip


def _good(month: MonthRatings | None) -> int | None:
    """Percent of people who were satisfied; none where a part of it is not shown."""
    if month is None or None in (month.levels["5"], month.levels["4"], month.levels["3"]):
        return None
    return rules.share(sum(month.levels[each] or 0 for each in ("5", "4", "3")), month.levels["all"])


def _bars(month: MonthRatings, say: object) -> list[plots.Bar]:
    assert callable(say)
    rows = [(say(name), month.levels[key]) for key, name in LEVELS]
    return plots.bars([(name, float(n or 0), "–" if n is None else str(n), None) for name, n in rows])


def _row(month: MonthRatings, say: object) -> list[object]:
    assert callable(say)
    counts = [month.levels[key] for key in ("all", "5", "4", "3", "2", "1")]
    percent = "–" if month.in_time is None else say(N_("{n} %"), n=month.in_time)
    name = say(N_("{y}/{m}"), y=month.month.year, m=month.month.month)
    return [name, *("–" if each is None else each for each in counts), percent]


routes = [hall]
