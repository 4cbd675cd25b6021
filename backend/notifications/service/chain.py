"""How a message goes on: what is tried next when a channel refused it or was silent, and when it ends."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

import msgspec

from backend.core import bells, clock, db, ids
from backend.core.log import logger
from backend.notifications import adapters, rules
from backend.notifications.schemas import Receiver, Template
from backend.notifications.sealed import unseal
from backend.notifications.service import reach

# Locked: whoever reads it in the inbox at this moment waits, or has ended the chain already.
ROW = """SELECT id, person, phone, channel, urgency, guard, machines, door, state, read_at, expires, many
    FROM notifications_message WHERE region = '000000' AND id = $1 FOR UPDATE"""
TRIED = "SELECT channel, state, rank FROM notifications_delivery WHERE region = '000000' AND message = $1"
ADD = """INSERT INTO notifications_delivery (region, id, message, person, channel, state, rank, created, next_try)
    VALUES ('000000', $1, $2, $3, $4, 'queued', $5, $6, $7) ON CONFLICT DO NOTHING"""
GOES_ON = "UPDATE notifications_message SET state = $2, next_try = $3, door = $4 WHERE region = '000000' AND id = $1"
ENDS = "UPDATE notifications_message SET state = $2 WHERE region = '000000' AND id = $1"
UNDER_WAY, ARRIVED = frozenset({"queued", "sent"}), frozenset({"delivered", "read", "reached"})
VISIT = "visit"  # somebody goes there, because there is no number
BY_PEOPLE = frozenset({"call", VISIT})


class Leg(msgspec.Struct, frozen=True):
    """One delivery to be made: its id, its channel, and when it may begin."""

    id: UUID
    channel: str
    due: datetime

    @property
    def by_person(self) -> bool:
        """Whether somebody rings or knocks."""
        return self.channel in BY_PEOPLE


async def first_legs(to: Receiver, template: Template, wish: reach.Wish, urgency: str, *, machines: bool) -> list[Leg]:
    """What is tried first; nothing where nothing reaches this receiver."""
    if template.spoken:  # wanted now, at any hour
        wish = msgspec.structs.replace(wish, quiet_from=time.min, quiet_to=time.min)
    if template.spoken and to.channel == "call":
        through = to.phone and adapters.speaks()
        return [Leg(ids.new(), "voice", clock.now())] if through else []
    if to.address:
        return [Leg(ids.new(), to.channel, clock.now())] if adapters.ready(to.channel) else []
    if to.person is None and to.channel != "sms":
        return []
    means = await reach.means_of(
        to.person, to.phone, wish=wish, first=_first(to.channel), machines=machines, many=template.many
    )
    step = rules.following(rules.chain(means, urgency, guard=template.guard), ())
    return _legs(step, wish, urgency, door=to.channel in ("letter", VISIT))


async def follow(message: UUID) -> None:
    """Go on with a message whose last attempt is over: the next channel, a person, or the end.

    One that cannot go on, such as a number that cannot be read any more, ends; it holds back no other of its batch.
    """
    try:
        await _follow(message)
    except (*db.AWAY, *db.BUSY):
        raise
    except Exception as error:
        logger.log("error", "message cannot go on", id=str(message), error=type(error).__name__)
        await db.execute(ENDS, message, "failed")


async def _follow(message: UUID) -> None:
    async with db.transaction():
        row = await db.fetchrow(ROW, message)
        if row is None or row["read_at"] is not None or row["state"] not in UNDER_WAY:
            return
        before = await db.fetch(TRIED, message)
        if UNDER_WAY & {each["state"] for each in before}:  # an urgent one has several on the way
            return
        if row["expires"] is not None and row["expires"] <= clock.now():
            await db.execute(ENDS, message, "unsent")
            return
        await _go_on(row, [each["channel"] for each in before], min((each["rank"] for each in before), default=None))


async def _go_on(row: Any, tried: list[str], before: int | None) -> None:
    """The next step, in the lane of the first: what one person waits for now still is that, at any hour."""
    wish = await reach.wish_of(row["person"]) if row["person"] else reach.NOBODY
    rank = rules.rank(row["urgency"]) if before is None else before
    if rank < rules.rank(row["urgency"]):
        wish = msgspec.structs.replace(wish, quiet_from=time.min, quiet_to=time.min)
    phone = unseal(row["id"], "phone", row["phone"])
    means = await reach.means_of(
        row["person"], phone, wish=wish, first=row["channel"], machines=row["machines"], many=row["many"]
    )
    steps = rules.chain(means, row["urgency"], guard=row["guard"])
    step = rules.following(steps, [rules.PERSON if each in BY_PEOPLE else each for each in tried])
    door = row["door"] or wish.otherwise == "letter" or not phone
    found = _legs(step, wish, row["urgency"], door=door)
    if not found:
        logger.log("error", "message reached nobody", id=str(row["id"]), tried=" ".join(tried))
        await db.execute(ENDS, row["id"], "failed")
        return
    for number, leg in enumerate(found):
        # Without any attempt it was queued before there were deliveries: the gateway may know the message's own id.
        key = row["id"] if not tried and number == 0 else leg.id
        values = (key, row["id"], row["person"], leg.channel, rank, clock.now(), leg.due)
        await db.execute(ADD, *values)
    calling = found[0].by_person
    bells.ring("queued")
    await db.execute(GOES_ON, row["id"], "calling" if calling else "queued", found[0].due, door and calling)


def _first(channel: str) -> str:
    """Whom nobody can write to is somebody's to visit at once."""
    return "call" if channel == VISIT else channel


def _legs(step: tuple[str, ...], wish: reach.Wish, urgency: str, *, door: bool) -> list[Leg]:
    """The deliveries of a step. What wakes somebody waits until the quiet hours are over, unless it is urgent."""
    now, found = clock.now(), []
    for each in step:
        freely = each in rules.SILENT or not rules.ordinary(urgency)
        channel = (VISIT if door else "call") if each == rules.PERSON else each
        found.append(Leg(ids.new(), channel, rules.not_before(now, wish.quiet, urgent=freely)))
    return found
