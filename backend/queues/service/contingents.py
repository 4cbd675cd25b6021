"""每日放号量: how many numbers of the street a hall gives in a day, for all, for one service or for a theme."""

from uuid import UUID

from backend.catalogue import service as catalogue
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid, NotFound
from backend.core.words import N_
from backend.queues import access
from backend.queues.events import ContingentSet
from backend.queues.schemas import ContingentRequest, ContingentView

# Counted as ``queues_room`` does.
OF_HALL = """SELECT c.scope, c.numbers, (SELECT count(*) FROM queues_ticket t
        WHERE t.region = $1 AND t.hall_id = $2 AND t.day = $3 AND t.number LIKE 'W%' AND t.appointment_id IS NULL
            AND (t.state <> 'left' OR t.called_at IS NOT NULL) AND (c.scope = '' OR c.scope = ANY (t.scopes))) AS taken
    FROM queues_contingent c WHERE c.region = $1 AND c.hall_id = $2 ORDER BY c.scope LIMIT 200"""
SET = """INSERT INTO queues_contingent (region, hall_id, scope, numbers, changed) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, hall_id, scope) DO UPDATE SET numbers = excluded.numbers, changed = excluded.changed"""
DROP = "DELETE FROM queues_contingent WHERE region = $1 AND hall_id = $2 AND scope = $3"
UNKNOWN = N_("We do not know this service")


@verb("queues.contingents", N_("See how many numbers a hall gives in a day"), *access.STAFF)
async def contingents(actor: Actor, hall_id: UUID) -> list[ContingentView]:
    """What is set, the whole hall first, with how many of today's numbers count for it."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    rows = await db.fetch(OF_HALL, hall.region, hall_id, clock.today())
    items = await catalogue.names([row["scope"].removeprefix("item:") for row in rows])
    return [
        ContingentView(
            scope=row["scope"], numbers=row["numbers"], taken=row["taken"], name=_name(row["scope"], items)
        )
        for row in rows
    ]  # fmt: skip


@verb("queues.set_contingent", N_("Set how many numbers a hall gives in a day"), "manager")
async def set_contingent(actor: Actor, hall_id: UUID, wanted: ContingentRequest) -> list[ContingentView]:
    """From this moment and on every day, until it is changed or taken away. Numbers that are given stay."""
    hall = await access.hall(actor, hall_id, "manager")
    kind, _, name = wanted.scope.partition(":")
    try:
        if wanted.numbers is not None and kind == "theme":
            catalogue.theme(name)
        if wanted.numbers is not None and kind == "item" and name not in await catalogue.names([name]):
            raise Invalid({"scope": UNKNOWN})
    except NotFound:
        raise Invalid({"scope": UNKNOWN}) from None
    async with db.transaction():
        if wanted.numbers is None:
            await db.execute(DROP, hall.region, hall_id, wanted.scope)
        else:
            await db.execute(SET, hall.region, hall_id, wanted.scope, wanted.numbers, clock.now())
        event = ContingentSet(region=hall.region, subject=hall_id, scope=wanted.scope, numbers=wanted.numbers)
        await announce(actor, event)
    return await contingents(actor, hall_id)


def _name(scope: str, items: dict[str, str]) -> str:
    """What it is for; empty for the whole hall."""
    kind, _, name = scope.partition(":")
    if kind == "theme":
        try:
            return catalogue.theme(name).zh
        except NotFound:  # a theme that is no more; the manager sees its old sign and takes it away
            return name
    return items.get(name, name)
