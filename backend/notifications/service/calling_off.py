"""撤回: what a message tells holds no longer, so it does not go out any more, and nobody rings to say it.

In the transaction of the act that ended it, or, for what went to everybody, a piece at a time. A delivery may be at its
gateway at this instant, so only the message is marked: whoever sends looks at it before, drops what waits, and ends the
chain. It stays in the inbox, as no longer current.
"""

from uuid import UUID

from backend.core import bells, clock, db
from backend.core.actor import Actor
from backend.core.policy import inner

OVER = """UPDATE notifications_message SET expires = $3
    WHERE region = '000000' AND about = $1 AND template = ANY ($2::text[]) AND (expires IS NULL OR expires > $3)
    RETURNING id"""

# By id, as the relay locks them too.
SOME = """UPDATE notifications_message SET expires = $3 WHERE region = '000000' AND id IN (
        SELECT id FROM notifications_message WHERE region = '000000' AND about = $1 AND template = ANY ($2::text[])
            AND (expires IS NULL OR expires > $3) ORDER BY id LIMIT $4 FOR NO KEY UPDATE)
    RETURNING id"""


@inner
async def call_off(actor: Actor, about: UUID, templates: list[str], *, limit: int | None = None) -> int:
    """Take back what these messages about one matter say, copies too; a repeat changes nothing.

    With ``limit``, so many of them; 0 when none are left.
    """
    asked = about, templates, clock.now()
    rows = await (db.fetch(OVER, *asked) if limit is None else db.fetch(SOME, *asked, limit))
    if rows:
        bells.ring("queued")
    return len(rows)
