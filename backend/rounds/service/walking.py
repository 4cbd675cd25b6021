"""上门巡办: the visits of a day as they are walked, and in which order."""

from datetime import date, timedelta
from uuid import UUID

from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.rounds import access, rules
from backend.rounds.events import RoundArranged
from backend.rounds.schemas import MyVisit, Order, OrderRequest, Visit, Whose
from backend.rounds.service.showing import names_of, shown

# Mine, what nobody has taken, both, or (with ``$3`` empty) everybody's.
ROUND = f"""SELECT {access.COLUMNS} FROM rounds_visit
    WHERE ({access.REACHED} OR staff = $6) AND day = $2 AND state <> 'cancelled'
        AND ($3::uuid IS NULL OR (staff = $3 AND $4) OR (staff IS NULL AND $5))
    ORDER BY begins, id LIMIT $7 OFFSET $8"""
MOST = 200  # visits of one page: a county's day may have more, no walk has
NOBODY = UUID(int=0)
SEEN = """UPDATE rounds_visit SET seen = $2
    WHERE staff = $1 AND seen IS NULL AND day = $3"""
ARRANGE = f"""UPDATE rounds_visit v SET position = w.position
    FROM (SELECT o.id, min(n.position) AS position FROM rounds_visit o
        LEFT JOIN unnest($4::uuid[]) WITH ORDINALITY AS n (id, position) ON n.id = o.id
        WHERE ({access.REACHED} OR staff = $5) AND o.staff = $2 AND o.day = $3 GROUP BY o.id) w
    WHERE v.id = w.id AND v.staff = $2 AND v.day = $3 RETURNING v.region, v.id"""
OF_PERSON = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE person_id = $1 ORDER BY begins DESC LIMIT 1000"
REMEMBERED = timedelta(days=400)


@verb("rounds.round", N_("See the home visits of a day"), *access.STAFF)
async def day_round(
    actor: Actor,
    day: date,
    *,
    whose: Whose | None = None,
    staff: UUID | None = None,
    order: Order = "walk",
    skip: int = 0,
) -> list[Visit]:
    """My own visits unless asked otherwise; a manager sees all, or those of one colleague. ``skip`` goes on.

    Each person can see that it was read.
    """
    if abs(day - clock.today()) > REMEMBERED:
        raise NotFound()
    reach = access.reach(actor, *access.STAFF)
    which = _which(actor, whose, staff)
    visits = await shown(actor, await db.fetch(ROUND, reach, day, *which, actor.acting, MOST, skip))
    people = sorted({each.person for each in visits if each.person})
    purpose = N_("Preparing visits at home")
    await trail.viewed_all(actor, region=PROVINCE, people=people, what="person", purpose=purpose)
    if any(each.fresh for each in visits):
        await db.execute(SEEN, actor.acting, clock.now(), day)
    return rules.as_walked(visits) if order == "walk" else visits


@verb("rounds.arrange", N_("Put a round of home visits in order"), *access.STAFF)
async def arrange(actor: Actor, wanted: OrderRequest) -> None:
    """One's own round, or as a manager a colleague's; what is not named goes back to the order of the streets."""
    manages = actor.is_("manager")
    staff = wanted.staff if wanted.staff and manages else actor.acting
    if wanted.staff and wanted.staff != staff:
        raise NotFound()
    reach = access.reach(actor, *(("manager",) if wanted.staff and manages else access.STAFF))
    async with db.transaction():
        rows = await db.fetch(ARRANGE, reach, staff, wanted.day, wanted.visits, actor.acting)
        known = {row["id"] for row in rows}
        if not set(wanted.visits) <= known:
            raise access.NoSuchVisit()
        for region, subject in {row["region"]: row["id"] for row in rows}.items():
            await announce(actor, RoundArranged(region=region, subject=subject, visits=len(known)))


async def all_of(person: UUID) -> list[MyVisit]:
    """Every visit of a person, for their own export."""
    rows = await db.fetch(OF_PERSON, person)
    names = await names_of(rows)
    return [
        MyVisit(
            begins=row["begins"], place=legible("round", row["id"], "place", row["place"]), item=names[row["id"]],
            state=row["state"],
        )
        for row in rows
    ]  # fmt: skip


def _which(actor: Actor, whose: Whose | None, staff: UUID | None) -> tuple[UUID | None, bool, bool]:
    """Whose visits, for the statement: whose, whether theirs, whether those nobody has taken."""
    manages = actor.is_("manager")
    if staff is not None:
        if not manages and staff != actor.acting:
            raise NotFound()
        return staff, True, False
    if whose == "open":
        return NOBODY, False, True
    if manages and whose in (None, "all"):
        return None, True, True
    return actor.acting, True, whose == "all"
