"""Asking what a read was for."""

from uuid import UUID

from backend.core import clock, db, ids, rate, trail
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.words import N_
from backend.disclosures.events import DisclosureQuestioned
from backend.disclosures.schemas import DisclosureLine, DisclosureQuestion
from backend.disclosures.sealed import seal
from backend.disclosures.service.looking import NoSuchDisclosure, one_disclosure
from backend.places import service as places

DAYS = 3  # working days for an answer
ASK = """INSERT INTO disclosures_question (region, id, person, view, reader, reader_role, what, purpose, read_at,
        text, asked, due)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (region, view) DO NOTHING RETURNING id"""


class AskedAlready(Conflict):
    """There is a question about this read."""

    code, title = "asked-already", N_("You have already asked about this")


@verb("disclosures.ask", N_("Ask why somebody looked"), "resident", "operator", "clerk")
async def ask_about(actor: Actor, view: UUID, wanted: DisclosureQuestion) -> DisclosureLine:
    """Ask those who watch over reads in the reader's county; the answer is due in three working days."""
    me, found = actor.person, await trail.view_of(actor.person, view)
    if found is None:
        raise NoSuchDisclosure(next_step=("/disclosures", N_("See who looked")))
    await rate.check("disclosure-question", str(me), limit=20, per=86400)
    new, region = ids.new(), found.acting_region or found.region
    due = await places.working_days(actor, clock.today(), DAYS)
    async with db.transaction():
        text = seal(new, "text", wanted.text)
        added = await db.fetchval(
            ASK, region, new, me, view, found.acting, found.acting_role, found.what, found.purpose, found.at, text,
            clock.now(), due,
        )  # fmt: skip
        if added is None:
            raise AskedAlready(
                N_("The answer comes within three working days."), next_step=("/disclosures", N_("See who looked"))
            )
        await announce(actor, DisclosureQuestioned(region=region, subject=new, view=view))
    return await one_disclosure(actor, view)
