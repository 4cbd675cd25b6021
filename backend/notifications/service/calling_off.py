"""撤回: what a message tells holds no longer, so it does not go out any more, and nobody rings to say it.

In the transaction of the act that ended it. A delivery may be at its gateway at this instant, so only the message is
marked: whoever sends looks at it before, drops what waits, and ends the chain. It stays in the inbox, as no longer
current.
"""

from uuid import UUID

from backend.core import bells, clock, db
from backend.core.actor import Actor
from backend.core.policy import inner

OVER = """UPDATE notifications_message SET expires = $3
    WHERE region = '000000' AND about = $1 AND template = ANY ($2::text[]) AND (expires IS NULL OR expires > $3)
    RETURNING id"""


@inner
async def call_off(actor: Actor, about: UUID, templates: list[str]) -> int:
    """Take back what these messages about one matter say, copies too; a repeat changes nothing."""
    rows = await db.fetch(OVER, about, templates, clock.now())
    if rows:
        bells.ring("queued")
    return len(rows)
