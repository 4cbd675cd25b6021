"""The ways by which a resident can come back in. The last one is never taken away: nobody would get in again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from backend.core import db
from backend.core.problems import Conflict
from backend.core.words import N_

Count = Callable[[UUID], Awaitable[int]]
# The person's row is locked first and the ways are counted after: two removals at once must not each count on the
# other's key.
LOCK = "SELECT phone_index IS NOT NULL AS phone FROM identity_person WHERE region = '000000' AND id = $1 FOR UPDATE"
KEYS = "SELECT count(*) FROM identity_passkey WHERE region = '000000' AND subject = $1"
_more: list[Count] = []


class LastWay(Conflict):
    """Without it nobody could sign in to this account any more."""

    code, title = "last-way-to-sign-in", N_("This is your only way to sign in")


def also_by(count: Count) -> None:
    """Let another way to sign in (a card) say how many of it a person has."""
    if count not in _more:
        _more.append(count)


async def keep_one_way(person: UUID) -> None:
    """Raise ``LastWay`` when nothing is left; called in the transaction that took one away."""
    left = int(bool(await db.fetchval(LOCK, person))) + int(await db.fetchval(KEYS, person))
    for count in _more:
        left += await count(person)
    if left == 0:
        raise LastWay(
            N_("Add another way first: a passkey on another device, or a phone number or card at a counter."),
            next_step=("/me/sign-in", N_("Ways to sign in")),
        )
