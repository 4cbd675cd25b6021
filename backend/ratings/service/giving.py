"""评价: once a visit, changeable for a day, by whoever was there and by nobody who served."""

from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core import rate as limits
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Forbidden, Invalid
from backend.core.words import N_
from backend.places import service as places
from backend.ratings import access, rules
from backend.ratings.events import VisitRated
from backend.ratings.schemas import MachineRating, RatingRequest
from backend.ratings.sealed import seal
from backend.ratings.service.rectifying import open_case, withdraw_case

# One statement: the first rating, or a change within the day; nothing when the day is over. The numbers of a hall are
# read aloud, so at a machine ($13) one changes only what was pressed at one, never what came by the person's own link.
GIVE = """INSERT INTO ratings_rating AS r (region, id, hall_id, person_id, level, reasons, note, call_back, phone,
        channel, given_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
    ON CONFLICT (region, id) DO UPDATE SET level = excluded.level, reasons = excluded.reasons, note = excluded.note,
        call_back = excluded.call_back, phone = excluded.phone, channel = excluded.channel,
        changed_at = excluded.changed_at
        WHERE excluded.changed_at <= r.given_at + $12 AND (NOT $13::boolean OR r.channel = 'kiosk')
    RETURNING given_at < changed_at AS changed"""
BY_LINK = (30, 3600)  # ratings from one address in an hour: a house or a hall's network, not a campaign
BY_MACHINE = (60, 3600)
WRONG = (20, 3600)  # numbers tried at one machine


class ReasonNeeded(Invalid):
    """A low rating says at least one reason: without it nothing can be put right."""

    code, title = "reason-needed", N_("Please say what went wrong")


class TooLateToChange(Conflict):
    """The day in which a rating can be changed is over."""

    code, title = "too-late-to-change", N_("This visit has been rated")


class StaffMayNotRate(Forbidden):
    """Whoever serves does not rate, neither themselves nor for somebody else."""

    code, title = "staff-may-not-rate", N_("Staff cannot rate a visit")


@verb("ratings.rate", N_("Rate a visit by its link"), PUBLIC)
async def rate(actor: Actor, token: str, wanted: RatingRequest, *, device: str) -> UUID:
    """By the link in a message or the slip's QR, without signing in. ``device`` is where it comes from, for a limit."""
    _not_from_a_desk(actor)
    visit = await access.visit_of_token(token)
    await limits.check("rating", device, limit=BY_LINK[0], per=BY_LINK[1])
    return await _give(actor, visit, wanted)


@verb("ratings.rate_visit", N_("Rate a visit"), "resident", "operator")
async def rate_visit(actor: Actor, visit_id: UUID, wanted: RatingRequest) -> UUID:
    """By the person, or by an operator who has them on the telephone."""
    visit = await access.visit(actor, visit_id)
    if actor.basis == "assisted" and "operator" not in actor.roles:
        raise StaffMayNotRate()
    return await _give(actor, visit, wanted)


@verb("ratings.rate_at_machine", N_("Rate a visit at a machine"), PUBLIC)
async def rate_at_machine(actor: Actor, hall: UUID, wanted: MachineRating) -> UUID:
    """At a machine of the hall, with the number of a visit that ended within the last half hour.

    A tablet has no session, so the route cannot ask for its role; this does.
    """
    if not actor.is_("kiosk"):
        raise Forbidden(N_("Ratings by number are taken at the machines of a hall."))
    known = await places.hall(actor, hall)
    if not actor.covers(known.region, "kiosk"):
        raise access.NoSuchVisit()
    await limits.check("rating-number", str(actor.acting), limit=WRONG[0], per=WRONG[1])
    await limits.check("rating-machine", str(actor.acting), limit=BY_MACHINE[0], per=BY_MACHINE[1])
    number = wanted.number.strip().upper().replace(" ", "")
    visit = await db.fetchrow(access.BY_NUMBER, known.region, hall, clock.now() - rules.AT_MACHINE, number)
    if visit is None:
        raise access.NoSuchVisit(N_("Your number works here for half an hour after the visit."))
    return await _give(actor, visit, wanted)


def _not_from_a_desk(actor: Actor) -> None:
    """A signed-in clerk, manager or operator has the customer's slip at hand; that must not become a rating."""
    if actor.acting is not None and actor.basis in ("official", "assisted") and not actor.is_("kiosk", "system"):
        raise StaffMayNotRate(N_("Only the person who was here can use this link."))


async def _give(actor: Actor, visit: Any, wanted: RatingRequest) -> UUID:
    if actor.acting is not None and actor.acting == visit["staff"]:
        raise StaffMayNotRate()
    is_low = rules.low(wanted.level)
    if is_low and not wanted.reasons:
        raise ReasonNeeded({"reasons": N_("Please choose at least one, then we can put it right")})
    row_id, now = visit["id"], clock.now()
    reasons = sorted(set(wanted.reasons)) if is_low else []
    call = is_low and wanted.call_back
    async with db.transaction():
        made = await db.fetchrow(
            GIVE, visit["region"], row_id, visit["hall_id"], visit["person_id"], wanted.level, reasons,
            seal("rating", row_id, "note", wanted.note), call,
            seal("rating", row_id, "phone", wanted.phone if call else ""), actor.channel, now, rules.CHANGEABLE,
            actor.is_("kiosk"),
        )  # fmt: skip
        if made is None:
            raise TooLateToChange(N_("It could be changed for 24 hours."))
        event = VisitRated(region=visit["region"], subject=row_id, changed=made["changed"], low=is_low)
        await announce(actor, event)
        await (open_case if is_low else withdraw_case)(actor, visit)
    return UUID(str(row_id))
