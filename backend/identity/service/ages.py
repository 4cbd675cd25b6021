"""For statistics: into which age group people fall. Never a birthday, and each count leaves a row in the trail."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from backend.core import db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import AgesCounted

BIRTHS = """SELECT id, birth FROM identity_person
    WHERE region = '000000' AND id = ANY($1::uuid[]) AND birth IS NOT NULL AND state = 'active'"""
BATCH = 2000  # births that are open in memory at once


@verb("identity.age_groups", N_("Count people by age group"), "system")
async def age_groups(actor: Actor, people: Sequence[UUID], *, on: date, bounds: Sequence[int]) -> dict[UUID, int]:
    """The number of the group of each person whose birthday is known: how many of ``bounds`` their age has reached.

    It reads nobody in particular and shows nobody, so it is recorded as one count of so many people.
    """
    found: dict[UUID, int] = {}
    for begin in range(0, len(people), BATCH):
        for row in await db.fetch(BIRTHS, list(people[begin : begin + BATCH])):
            if birth := legible("person", row["id"], "birth", row["birth"]):
                found[row["id"]] = bisect_right(bounds, rules.age(date.fromisoformat(birth), on))
    async with db.transaction():
        await announce(actor, AgesCounted(region=PROVINCE, subject=ids.new(), why=actor.name, people=len(found)))
    return found
