"""What waits for a member of staff in the rounds: newly given, over without a word, or still without anybody."""

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.rounds import access
from backend.rounds.schemas import DayWaiting

# Mine that I have not seen or not answered; and for whoever gives visits to others, what nobody goes to or answered.
WAITS = f"""SELECT day, count(*) AS visits FROM rounds_visit
    WHERE state = 'planned' AND (
        (staff = $2 AND (seen IS NULL OR ends < $3))
        OR ($4 AND {access.REACHED} AND (staff IS NULL OR ends < $3)))
    GROUP BY day ORDER BY day LIMIT 60"""


@verb("rounds.days_waiting", N_("See on which days home visits wait for one"), *access.STAFF)
async def days_waiting(actor: Actor) -> list[DayWaiting]:
    """Days with visits that were newly given to me or are over without a word; a manager sees what nobody goes to."""
    rows = await db.fetch(
        WAITS, access.reach(actor, *access.STAFF), actor.acting, clock.now(), actor.is_("manager")
    )  # fmt: skip
    return [DayWaiting(day=row["day"], visits=row["visits"]) for row in rows]


@verb("rounds.count_new", N_("See how many home visits wait for one"), *access.STAFF)
async def count_new(actor: Actor) -> int:
    """How many, for the start page of the desk."""
    return sum(each.visits for each in await days_waiting(actor))
