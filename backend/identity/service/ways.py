"""The ways by which a resident can come back in. The last one is never taken away: nobody would get in again."""

from uuid import UUID

from backend.core import db
from backend.core.problems import Conflict
from backend.core.words import N_

# The person's row is locked first and the ways are counted after: two removals at once must not each count on the
# other's key.
LOCK = "SELECT phone_index IS NOT NULL AS phone FROM identity_person WHERE region = '000000' AND id = $1 FOR UPDATE"
OTHERS = """SELECT (SELECT count(*) FROM identity_passkey WHERE region = '000000' AND subject = $1)
    + (SELECT count(*) FROM identity_card WHERE region = '000000' AND person = $1 AND state = 'active')"""


class LastWay(Conflict):
    """Without it nobody could sign in to this account any more."""

    code, title = "last-way-to-sign-in", N_("This is your only way to sign in")


async def keep_one_way(person: UUID) -> None:
    """Raise ``LastWay`` when nothing is left; called in the transaction that took one away."""
    if not await db.fetchval(LOCK, person) and not await db.fetchval(OTHERS, person):
        raise LastWay(
            N_("Add another way first: a passkey on another device, or a phone number or card at a counter."),
            next_step=("/me/sign-in", N_("Ways to sign in")),
        )
