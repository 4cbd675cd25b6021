"""统计: how long people waited, who was not there, through which door they came. Counts only, no person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.queues import access, rules
from backend.queues.schemas import ChannelLine, Period, Statistics, WaitDay, WaitLine

DAYS = {"today": 0, "fortnight": 13}  # before today
# The series keeps as what somebody came, also when the call was missed and they came back like a walk-in. The index
# by hall and day bounds what is read; a fortnight of the largest hall is some ten thousand rows.
OF = "FROM queues_ticket WHERE region = $1 AND hall_id = $2 AND day BETWEEN $3 AND $4"
COUNTS = """count(*) AS taken, count(waited) AS called, count(*) FILTER (WHERE state = 'missed') AS missed,
    count(*) FILTER (WHERE state = 'left' AND waited IS NULL) AS gone,
    count(*) FILTER (WHERE state = 'unserved') AS unserved,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY waited) AS half,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY waited) AS most, max(waited) AS longest"""
HOUR = "extract(hour FROM taken_at AT TIME ZONE 'Asia/Shanghai')::int"
WAITS = f"""SELECT series, hour, {COUNTS} FROM (SELECT left(number, 1) AS series, {HOUR} AS hour, state, waited {OF}) t
    GROUP BY GROUPING SETS ((series, hour), (series), (hour), ()) ORDER BY series NULLS FIRST, hour NULLS FIRST"""
BY_DAY = f"SELECT day, {COUNTS} {OF} GROUP BY day ORDER BY day DESC"
CHANNELS = f"SELECT channel, count(*) AS taken {OF} GROUP BY channel ORDER BY taken DESC, channel"
QUESTIONS = "SELECT count(*) FROM queues_question WHERE region = $1 AND hall_id = $2 AND day BETWEEN $3 AND $4"
KIND_OF = {letter: kind for kind, letter in rules.SERIES.items()}


@verb("queues.statistics", N_("See how long people wait at a hall"), "manager")
async def statistics(actor: Actor, hall_id: UUID, period: Period = "today") -> Statistics:
    """Waits by kind and hour, by day, and by door; of today or of the last fortnight."""
    hall = await access.hall(actor, hall_id, "manager")
    until = clock.today()
    asked = hall.region, hall_id, until - timedelta(days=DAYS[period]), until
    return Statistics(
        hall_name=hall.name, first=asked[2], last=until,
        waits=[_wait(row) for row in await db.fetch(WAITS, *asked)],
        questions=await db.fetchval(QUESTIONS, *asked),
        days=[WaitDay(day=row["day"], **_counts(row)) for row in await db.fetch(BY_DAY, *asked)],
        channels=[
            ChannelLine(channel=row["channel"], taken=row["taken"]) for row in await db.fetch(CHANNELS, *asked)
        ],
    )  # fmt: skip


def _wait(row: Any) -> WaitLine:
    return WaitLine(kind=KIND_OF.get(row["series"], "all"), hour=row["hour"], **_counts(row))  # type: ignore[arg-type]


def _counts(row: Any) -> dict[str, Any]:
    """Seconds become minutes with one decimal; none while nobody was called."""
    waits = {name: None if row[name] is None else round(row[name] / 60, 1) for name in ("half", "most", "longest")}
    return {name: row[name] for name in ("taken", "called", "missed", "gone", "unserved")} | waits
