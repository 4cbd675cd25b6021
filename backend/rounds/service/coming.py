"""Who comes to me: a name, the number on the staff card, and four digits that only the right visitor knows."""

from typing import Any

from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.policy import named, scope, verb
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.rounds import access
from backend.rounds.badges import number_of
from backend.rounds.schemas import ComingVisit
from backend.rounds.service.showing import names_of

MINE = f"""SELECT {access.COLUMNS} FROM rounds_visit
    WHERE person_id = $1 AND state = 'planned' AND ends > $2 ORDER BY begins LIMIT 20"""


SCOPE = scope(
    "home-visits", N_("Visits at home"), N_("See who comes to the home, and what they say at the door"), sensitive=True
)  # fmt: skip
WHAT = trail.called("home-visit", N_("who comes to your home"))
PURPOSE = N_("Telling you who comes to your home")


@verb("rounds.coming", N_("See who comes to one's home"), "resident", "operator", "clerk", scope=SCOPE)
async def coming(actor: Actor) -> list[ComingVisit]:
    """The visits ahead; a name as soon as somebody is to go.

    It opens the door of a home: a mandate must name it, and waits a day. Whoever reads it for the person leaves a
    trace, also an operator who reads it out to a caller.
    """
    rows = [
        row for row in await db.fetch(MINE, actor.person, clock.now()) if named(actor, access.items_of(row) or [None])
    ]
    if rows and actor.person != actor.acting:
        await trail.viewed(actor, region=PROVINCE, person=actor.person, what=WHAT, purpose=PURPOSE)
    staff = sorted({row["staff"] for row in rows if row["staff"]})
    names, numbers = await identity.staff_names("", staff) if staff else {}, await number_of(staff)
    items = await names_of(rows)
    return [
        ComingVisit(
            id=row["id"], begins=row["begins"], ends=row["ends"], place=_open(row, "place"), code=_open(row, "code"),
            item_name=items[row["id"]], staff_name=names.get(row["staff"], ""),
            staff_number=numbers.get(row["staff"], ""),
        )
        for row in rows
    ]  # fmt: skip


def _open(row: Any, field: str) -> str:
    return legible("round", row["id"], field, row[field])
