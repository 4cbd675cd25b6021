"""The draft of a running call: kept at each press, found again when the page comes back, wiped at the end."""

from datetime import timedelta
from uuid import UUID

import msgspec

from backend.calls.schemas import Draft
from backend.calls.sealed import seal, unseal
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Forbidden
from backend.core.words import N_

LASTS = timedelta(minutes=30)
KEEP = """INSERT INTO calls_draft (region, id, staff, body, changed) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, staff) DO UPDATE SET id = excluded.id, body = excluded.body, changed = excluded.changed"""
MINE = "SELECT id, body FROM calls_draft WHERE region = $1 AND staff = $2 AND changed > $3"
WIPE = "DELETE FROM calls_draft WHERE region = $1 AND staff = $2"


@verb("calls.keep", N_("Keep what was typed in a call"), "operator")
async def keep(actor: Actor, draft: Draft) -> None:
    """Sealed, in the operator's own county. No announcement: it is a sheet of scrap paper, not an act."""
    region, staff = _own(actor)
    new, text = ids.new(), msgspec.json.encode(draft).decode()
    await db.execute(KEEP, region, new, staff, seal(new, text), clock.now())


@verb("calls.draft", N_("See what one typed in the running call"), "operator")
async def draft(actor: Actor) -> Draft:
    """What this operator typed in the last half hour; empty when there is none."""
    region, staff = _own(actor)
    row = await db.fetchrow(MINE, region, staff, clock.now() - LASTS)
    return msgspec.json.decode(unseal(row["id"], row["body"]), type=Draft) if row else Draft()


@verb("calls.wipe", N_("Forget what was typed in a call"), "operator")
async def wipe(actor: Actor) -> None:
    """At the end of the call."""
    await db.execute(WIPE, *_own(actor))


def _own(actor: Actor) -> tuple[str, UUID]:
    counties = actor.counties("operator")
    if actor.acting is None or not counties:
        raise Forbidden()
    return counties[0], actor.acting
