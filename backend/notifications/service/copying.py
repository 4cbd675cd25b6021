"""抄送亲友: somebody who may act for the person hears of it too. The person's own message goes its way all the same.

A guardian of a minor hears without being asked for. A copy holds only what the mandate covers, at the instant it is
sent; a delegate can neither add one nor take the principal's own message away.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import inner, verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.notifications.events import NoticeCopyChanged
from backend.notifications.schemas import CopyChange, CopyHeld, CopyLine, Kin
from backend.notifications.service.phones import recorded

Family = Callable[[UUID], Awaitable[list[Kin]]]
_family: list[Family] = []
WISHED = (
    "SELECT delegate, added FROM notifications_copy WHERE region = '000000' AND person = $1 ORDER BY added, delegate"
)
ADD = """INSERT INTO notifications_copy (region, person, delegate, added) VALUES ('000000', $1, $2, $3)
    ON CONFLICT DO NOTHING"""
REMOVE = "DELETE FROM notifications_copy WHERE region = '000000' AND person = $1 AND delegate = $2"
# A copy carries the mark of the message that it is a copy of, and the delegate's after it.
NOT_GONE = """SELECT c.id, o.scope, o.item FROM notifications_message c
    JOIN notifications_message o ON o.region = '000000' AND o.once = left(c.once, -33) AND o.person = $1
    WHERE c.region = '000000' AND c.person = $2 AND c.machines AND c.state = 'queued' AND c.read_at IS NULL"""
FORGET = "DELETE FROM notifications_message WHERE region = '000000' AND id = ANY ($1::uuid[]) AND state = 'queued'"
WHO = ("resident", "operator", "clerk")


class NotYourDelegate(NotFound):
    """Nobody with this id may act for the person now."""

    code, title = "not-your-delegate", N_("This person does not act for you")


def use_family(find: Family) -> None:
    """Let delegation say whose mandate counts now; it tells people, so this slice cannot ask it by name."""
    _family[:] = [find]


async def copied(person: UUID, scope: str, item: str) -> list[UUID]:
    """Who hears of a message with this scope and item, too. What has no scope is the person's alone."""
    kin = [each for each in await _kin(person) if each.covers(scope, item)] if scope else []
    if not kin:
        return []
    wished = {row["delegate"] for row in await db.fetch(WISHED, person)}
    return list(dict.fromkeys(each.person for each in kin if each.guardian or each.person in wished))


@verb("notifications.copies", N_("See who is told too"), *WHO)
async def copies(actor: Actor) -> list[CopyLine]:
    """Everybody who may act for the person, and whether they are told; a desk sees it for the person it helps."""
    await recorded(actor)
    wished = {row["delegate"] for row in await db.fetch(WISHED, actor.person)}
    lines: dict[UUID, CopyLine] = {}
    for each in await _kin(actor.person):
        before = lines.get(each.person)
        always = each.guardian or (before is not None and before.always)
        on = always or each.person in wished
        lines[each.person] = CopyLine(delegate=each.person, name=each.name, on=on, always=always)
    return list(lines.values())


@verb("notifications.change_copy", N_("Choose who is told too"), *WHO)
async def change_copy(actor: Actor, change: CopyChange) -> None:
    """Tell this delegate too from now on, or no longer. Nobody does it under a mandate."""
    me = actor.person
    if change.on and change.delegate not in {each.person for each in await _kin(me)}:
        raise NotYourDelegate(next_step=("/household", N_("Family and helpers")))
    async with db.transaction():
        if change.on:
            done = await db.execute(ADD, me, change.delegate, clock.now())
        else:
            done = await db.execute(REMOVE, me, change.delegate)
        if not change.on:
            await take_back_copies(actor, me, change.delegate)
        if not done.endswith(" 0"):
            event = NoticeCopyChanged(region=PROVINCE, subject=me, delegate=change.delegate, on=change.on)
            await announce(actor, event)


@inner
async def take_back_copies(actor: Actor, person: UUID, delegate: UUID) -> int:
    """What has not gone out to somebody who is to hear it no more is forgotten, as if it had not been written."""
    taken = [
        row["id"]
        for row in await db.fetch(NOT_GONE, person, delegate)
        if delegate not in await copied(person, row["scope"], row["item"])
    ]
    await db.execute(FORGET, taken)
    return len(taken)


async def copies_held(person: UUID) -> list[CopyHeld]:
    """The wishes for the person's own eyes."""
    return [CopyHeld(**dict(row)) for row in await db.fetch(WISHED, person)]


async def _kin(person: UUID) -> list[Kin]:
    return await _family[0](person) if _family else []
