"""最早可约: where around a place the first free time is. One statement over all halls, each by its own rules."""

from collections.abc import Sequence
from datetime import date, timedelta

from backend.appointments import opening_rules, rules
from backend.appointments.opening_schemas import Nearest
from backend.appointments.schemas import services
from backend.appointments.service import visits
from backend.appointments.service.reading import LIMIT
from backend.appointments.service.sharing import pool_for
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.places import service as places

AROUND = 60  # halls that are looked at
SHOWN = 10
HERE = LIMIT.replace("$1", "c.region").replace("$2", "c.id")
FIRST = f"""SELECT c.id AS hall, f.id AS slot, f.starts_at, f.left
    FROM unnest($1::text[], $2::uuid[]) AS c (region, id)
    CROSS JOIN LATERAL (SELECT appointments_desks(c.region, c.id, $3::text[]) AS desk,
        cardinality($3::text[]) <= 1 AND NOT EXISTS (SELECT 1 FROM appointments_need n
            WHERE n.region = c.region AND n.hall_id = c.id AND n.item_id = ANY ($3::text[])) AS plain,
        coalesce(({HERE.format("make_interval(mins => l.lead_minutes)")}), $6) AS lead,
        coalesce(({HERE.format("l.horizon_days")}), $7) AS horizon) r
    CROSS JOIN LATERAL (SELECT s.id, s.starts_at, h.capacity - h.taken AS left
        FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $4
        WHERE s.region = c.region AND s.hall_id = c.id AND s.state = 'open' AND h.taken < h.capacity
            AND s.starts_at >= $5::timestamptz + r.lead AND s.day BETWEEN $8::date AND $9::date + r.horizon
            AND coalesce(s.group_id, s.hall_id) = ANY (r.desk)
            AND (r.plain OR appointments_left(c.region, appointments_run(c.region, s.id, $3), $4) > 0)
        ORDER BY s.starts_at LIMIT 1) f
    ORDER BY f.starts_at, c.id"""


@verb("appointments.nearest", N_("Find the first free time around a place"), PUBLIC)
async def nearest(
    actor: Actor, *, item: str = "", items: Sequence[str] = (), place: str = "", first: date | None = None
) -> list[Nearest]:
    """The first free time of each hall around a place that does all services, the earliest first; at most ten."""
    today = clock.today()
    begins = max(first or today, today)
    if begins > today + timedelta(days=opening_rules.HORIZON_MOST):
        raise Invalid({"from": N_("This day cannot be booked yet")})
    around = {each.hall.id: each for each in await places.nearest_halls(actor, place, limit=AROUND)}
    known = [each.hall for each in around.values() if each.hall.bookable]
    rows = await db.fetch(
        FIRST, [hall.region for hall in known], [hall.id for hall in known], visits.checked(services(item, items)),
        pool_for(actor), clock.now(), rules.LEAD, rules.HORIZON, begins, today,
    )  # fmt: skip
    found = [
        Nearest(
            hall=row["hall"], name=hall.name, english=hall.english, address=hall.address,
            metres=around[row["hall"]].metres, slot=row["slot"], starts_at=row["starts_at"], left=row["left"],
        )
        for row in rows
        for hall in [around[row["hall"]].hall]
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.starts_at, each.metres or 0))[:SHOWN]
