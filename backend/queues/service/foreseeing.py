"""明日预测: how many people to expect tomorrow by hour, with the error that the rule had so far. Counts only."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.places import service as places
from backend.queues import access, forecast
from backend.queues.schemas import Forecast

# Half a year of one hall, read through the index of hall and day.
ARRIVALS = """SELECT day, extract(hour FROM taken_at AT TIME ZONE 'Asia/Shanghai')::int AS hour, count(*) AS people
    FROM queues_ticket WHERE region = $1 AND hall_id = $2 AND day >= $3 AND day < $4 GROUP BY 1, 2"""


@verb("queues.forecast", N_("See how many people to expect tomorrow"), "manager")
async def foresee(actor: Actor, hall_id: UUID) -> Forecast:
    """Tomorrow by hour; on days when offices rest, the next working day."""
    hall = await access.hall(actor, hall_id, "manager")
    today = clock.today()
    first = today - timedelta(days=forecast.BACK)
    target = await places.working_days(actor, today, 1)
    known: dict[date, dict[int, int]] = defaultdict(dict)
    for row in await db.fetch(ARRIVALS, hall.region, hall_id, first, today):
        known[row["day"]][row["hour"]] = row["people"]
    kinds = {each.day: str(each.kind) for each in await places.calendar(actor, first, target)}
    seen, wrong = forecast.foresee(target, kinds, known), forecast.error(kinds, known)
    return Forecast(
        day=target, hours=seen.hours if seen else {}, total=seen.total if seen else None,
        based_on=list(seen.days) if seen else [], error_hour=wrong.hour if wrong else None,
        error_day=wrong.day if wrong else None, tested=wrong.tested if wrong else 0,
    )  # fmt: skip
