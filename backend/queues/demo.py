"""The demonstration's halls: four counters each, nobody waiting yet, and four weeks of numbers that are invented."""

from datetime import timedelta

from backend.core import clock, db
from backend.core.actor import Actor
from backend.places import service as places
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import CounterRequest

ORDER = 40
HOME = "230103"
COUNTERS = ("1", "2", "3", "4")
BACK = timedelta(days=28)
# Chances follow from the number itself, so that a second start makes the same; two of them added make a peak at ten
# and one at half past two. Whoever comes in a peak waits longer, with an appointment the shortest. Days that have
# numbers stay as they are.
PAST = """WITH asked AS (
        SELECT day, $2::text || day || n AS key, (hashtext($2 || day) & 255) / 255.0 AS busy, n
        FROM unnest($3::date[]) AS day, generate_series(1, 75) AS n
        WHERE NOT EXISTS (SELECT 1 FROM queues_ticket q WHERE q.region = $1 AND q.hall_id = $2::uuid AND q.day = day)
    ), drawn AS (
        SELECT day, key, (hashtext(key || 'a') & 65535) / 65536.0 AS a, (hashtext(key || 'b') & 65535) / 65536.0 AS b,
            (hashtext(key || 'c') & 65535) / 65536.0 AS c, (hashtext(key || 'd') & 65535) / 65536.0 AS d,
            (hashtext(key || 'e') & 65535) / 65536.0 AS e FROM asked WHERE n <= 40 + 35 * busy
    ), came AS (
        SELECT day, key, d, e, CASE WHEN c < .15 THEN 'green' WHEN c < .47 THEN 'booked' ELSE 'walk-in' END AS kind,
            (day::timestamp AT TIME ZONE 'Asia/Shanghai') + interval '1 minute'
                * (CASE WHEN d * 7 % 1 < .6 THEN 510 + 170 * (a + b) / 2 ELSE 790 + 180 * (a + b) / 2 END) AS taken,
            1.5 - abs(a + b - 1) AS peak FROM drawn
    ), waits AS (
        SELECT *, CASE WHEN e < .03 THEN 'left' WHEN e < .07 THEN 'missed' ELSE 'done' END AS state,
            (peak * CASE kind WHEN 'booked' THEN 60 + 420 * d * d WHEN 'green' THEN 90 + 540 * d * d
                ELSE 180 + 1500 * d * d END)::int AS seconds FROM came)
    INSERT INTO queues_ticket (region, id, hall_id, day, number, kind, channel, token_hash, state, since, due, calls,
        taken_at, called_at, started_at, ended_at, waited, request)
    SELECT $1, md5(key)::uuid, $2::uuid, day, CASE kind WHEN 'booked' THEN 'A' WHEN 'green' THEN 'L' ELSE 'W' END
            || lpad(row_number() OVER (PARTITION BY day, kind ORDER BY taken, key)::text, 3, '0'), kind,
        CASE WHEN e * 13 % 1 < .6 THEN 'kiosk' WHEN e * 13 % 1 < .85 THEN 'counter' ELSE 'web' END,
        sha256(key::bytea), state, taken, taken, CASE state WHEN 'left' THEN 0 ELSE 1 END, taken,
        CASE WHEN state <> 'left' THEN taken + seconds * interval '1 second' END,
        CASE WHEN state = 'done' THEN taken + seconds * interval '1 second' END,
        CASE state WHEN 'done' THEN taken + (seconds + 240 + 480 * d) * interval '1 second'
            WHEN 'left' THEN taken + interval '15 minutes' END,
        CASE WHEN state <> 'left' THEN seconds END, sha256(('past' || key)::bytea)
    FROM waits"""


async def world() -> None:
    """Set up the counters of the halls that can be booked in the county of the demonstration; safe to repeat."""
    manager = Actor(basis="official", roles=frozenset({"manager", "system"}), region=HOME, name="demonstration")
    for hall in (await places.halls(manager, division=HOME, derived=None, limit=100)).items:
        if hall.bookable or hall.status != "derived":
            for label in COUNTERS:
                await service.set_up_counter(manager, CounterRequest(hall=hall.id, label=label))
            await past(manager, hall)


async def past(actor: Actor, hall: Hall) -> None:
    """Four weeks of numbers on the days that offices worked, for the statistics and the forecast."""
    today = clock.today()
    calendar = await places.calendar(actor, today - BACK, today - timedelta(days=1))
    days = [each.day for each in calendar if each.working]
    await db.execute(PAST, hall.region, str(hall.id), days)
