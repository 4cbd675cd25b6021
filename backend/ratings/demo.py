"""The demonstration's ratings: ten weeks of invented visits, most of them good, and low ones at each step of the way.

Nobody is named: a visit of the demonstration is its own ticket, and has no person. Whoever was not content left a
number to be called at, which nobody has; at a machine of a hall one cannot.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from backend.core import clock, db
from backend.core.actor import Actor
from backend.places import service as places
from backend.ratings.sealed import seal

ORDER = 50
SYSTEM = Actor.system("demonstration")
HOME = "230103"
HALLS = 2
BACK = timedelta(days=70)
ANY = "SELECT EXISTS (SELECT 1 FROM ratings_rating)"
VISITS = """INSERT INTO ratings_visit (region, id, hall_id, ticket_id, number, happened_at, invite_at, invited_at)
    SELECT $1, id, $2::uuid, id, number, at, at, at FROM (
        SELECT md5($2::text || day || n)::uuid AS id, 'W' || lpad(n::text, 3, '0') AS number,
            day::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '1 minute' * (530 + 40 * n) AS at
        FROM unnest($3::date[]) AS day, generate_series(1, 11) AS n
        WHERE n <= 5 + (hashtext($2::text || day) & 7)) v
    ON CONFLICT DO NOTHING"""
# Of a hundred, 62 are very content, 24 content, 8 say that it was fair, 4 are not content, 2 not at all.
RATINGS = """INSERT INTO ratings_rating (region, id, hall_id, level, reasons, channel, call_back, given_at, changed_at)
    SELECT region, id, hall_id, level, CASE WHEN level <= 2 THEN ARRAY[(ARRAY['waited', 'not-told', 'trips', 'papers',
            'waited'])[1 + luck % 5]] ELSE '{}' END, CASE WHEN level <= 2
            THEN (ARRAY['web', 'phone'])[1 + luck % 2] ELSE (ARRAY['web', 'kiosk', 'web', 'phone'])[1 + luck % 4] END,
        level <= 2,
        happened_at + interval '3 hours', happened_at + interval '3 hours'
    FROM (SELECT *, hashtext(id::text || 'l') & 1023 AS luck, CASE WHEN hashtext(id::text) & 127 < 79 THEN 5
            WHEN hashtext(id::text) & 127 < 110 THEN 4 WHEN hashtext(id::text) & 127 < 120 THEN 3
            WHEN hashtext(id::text) & 127 < 125 THEN 2 ELSE 1 END AS level
        FROM ratings_visit WHERE region = $1 AND ticket_id = id) v"""
# What was said last waits for a first call, then for the outcome, then for the person's word.
CASES = """INSERT INTO ratings_case (region, id, hall_id, state, received_at, contact_due, done_due, contacted_at,
        done_at, ended_at)
    SELECT region, id, hall_id, state, given_at, day + CASE WHEN extract(isodow FROM day) >= 5 THEN 3 ELSE 1 END,
        day + 21, CASE WHEN state <> 'received' THEN given_at + interval '18 hours' END,
        CASE WHEN state IN ('rectified', 'confirmed') THEN given_at + interval '4 days' END,
        CASE WHEN state = 'confirmed' THEN given_at + interval '6 days' END
    FROM (SELECT *, (given_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
            CASE WHEN nth <= 2 THEN 'received' WHEN nth <= 5 THEN 'contacted' WHEN nth <= 8 THEN 'rectified'
                ELSE 'confirmed' END AS state
        FROM (SELECT *, row_number() OVER (ORDER BY given_at DESC, id) AS nth FROM ratings_rating
            WHERE region = $1 AND level <= 2) newest) r
    RETURNING id, contacted_at, done_at, ended_at"""
SAYING = "UPDATE ratings_rating SET note = $3, phone = $4 WHERE region = $1 AND id = $2"
STEP = "INSERT INTO ratings_step (region, id, case_id, step, at, text) VALUES ($1, $2, $3, $4, $5, $6)"
SAID = (
    "等了快一个小时才叫到我。",
    "材料没有一次说清，跑了两趟。",
    "解释得太快，没听明白。",
    "取号机旁边没有人帮忙。",
)
CALLED = "已经给您打过电话，听您说了当时的情况，对不住让您久等。"
DONE = "上午增开了一个窗口，一次性告知单也换成了大字版。"
STEPS = (("contact", "contacted_at", CALLED), ("completion", "done_at", DONE), ("confirmation", "ended_at", ""))


async def world() -> None:
    """Two halls of the county of the demonstration; nothing where somebody has rated already."""
    if await db.fetchval(ANY):
        return
    today = clock.today()
    calendar = await places.calendar(SYSTEM, today - BACK, today - timedelta(days=1))
    days = [each.day for each in calendar if each.working]
    async with db.transaction():
        halls = (await places.halls(SYSTEM, division=HOME, derived=None, limit=100)).items
        for hall in [each for each in halls if each.bookable or each.status != "derived"][:HALLS]:
            await db.execute(VISITS, hall.region, str(hall.id), days)
        await db.execute(RATINGS, HOME)
        cases = await db.fetch(CASES, HOME)
        await db.executemany(SAYING, [(HOME, row["id"], *_said(row["id"])) for row in cases])
        await db.executemany(STEP, [step for row in cases for step in _steps(row)])


def _said(rating: UUID) -> tuple[bytes | None, bytes | None]:
    """What was said, and a number: none that is dialled begins with 100."""
    number = f"1009{rating.int % 10**7:07}"
    return seal("rating", rating, "note", SAID[rating.int % len(SAID)]), seal("rating", rating, "phone", number)


def _steps(row: Any) -> Iterator[tuple[Any, ...]]:
    for name, at, text in STEPS:
        if row[at] is not None:
            step = uuid5(row["id"], name)
            yield HOME, step, row["id"], name, row[at], seal("rating-step", step, "text", text)
