"""The numbers of a person for their own export, and what becomes of them when the account closes."""

from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.queues import access, rules
from backend.queues.schemas import MyTicket
from backend.queues.sealed import unseal
from backend.queues.service.calling import step_of
from backend.queues.service.showing import shown

OF_PERSON = f"""SELECT {access.COLUMNS} FROM queues_ticket WHERE person_id = $1
    ORDER BY day DESC, taken_at DESC LIMIT 1000"""
STANDS = f"SELECT {access.COLUMNS} FROM queues_ticket WHERE person_id = $1 AND state = ANY ($2::text[]) FOR UPDATE"
UNNAME = "UPDATE queues_ticket SET person_id = NULL, appointment_id = NULL, note = NULL WHERE person_id = $1"


async def tickets_of(person: UUID) -> list[MyTicket]:
    """Every number of a person, for their own export."""
    rows = await db.fetch(OF_PERSON, person)
    views = {each.id: each for each in await shown(Actor.system("export"), rows)}
    return [
        MyTicket(
            taken_at=row["taken_at"], number=row["number"], hall_name=views[row["id"]].hall_name,
            item_name=views[row["id"]].item_name, kind=row["kind"], state=row["state"],
            note=unseal(row["id"], row["note"]),
        )
        for row in rows
    ]  # fmt: skip


@verb("queues.leave_all", N_("Give back the numbers of somebody who closes the account"), "system")
async def leave_all(actor: Actor, person: UUID) -> None:
    """What still waits. Who stands at a counter at this moment is finished there, as anybody."""
    async with db.transaction():
        for row in await db.fetch(STANDS, person, list(rules.STEPS["leave"][0])):
            await step_of(actor, row, "leave")


async def unname(person: UUID) -> int:
    """The numbers stay in the counts of the hall, without anybody and without words; returns how many."""
    return int((await db.execute(UNNAME, person)).rpartition(" ")[2])
