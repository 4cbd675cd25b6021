"""Staff acting for a person: begun after verification, shown on every page, over by itself after some quiet minutes."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from backend.core import clock, db, ids, trail
from backend.core.actor import PROVINCE, Actor, Channel
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import AssistanceBegun
from backend.identity.schemas import AssistanceLine, AssistanceRequest, PersonSummary
from backend.identity.schemas.roles import DESKS, FIELD
from backend.identity.service.minors import approvals_for
from backend.identity.service.people import people
from backend.identity.service.register import facts_of
from backend.identity.service.sessions import close_assistance

OPEN = """INSERT INTO identity_assistance
        (region, id, staff, session, principal, channel, verified, begun, last_active, until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)"""
MINE = """SELECT id, assistance, subject_region FROM identity_session
    WHERE region = '000000' AND (token_hash = $1 OR id = $3) AND subject = $2 AND ended_at IS NULL FOR UPDATE"""
RUNNING = """SELECT a.id, a.principal, a.channel, a.verified, a.begun FROM identity_assistance a
    WHERE a.staff = $1 AND a.principal = $2 AND a.ended IS NULL ORDER BY a.id DESC LIMIT 1"""


class AlreadyHelping(Conflict):
    """One person at a time: the banner must never be wrong."""

    code, title = "already-helping", N_("You are already helping somebody")


@verb("identity.begin_assistance", N_("Begin to act for a verified person"), *DESKS)
async def begin_assistance(actor: Actor, token: str, wanted: AssistanceRequest) -> AssistanceLine:
    """Act for a verified person from now on, in this session only. How they were verified stays on record."""
    _right_desk(actor, wanted.channel)
    found, facts = await people([wanted.person]), await facts_of(actor, [wanted.person])
    if wanted.person not in found:
        raise NotFound()
    _enough(wanted, facts[wanted.person].ways)
    approved = (await approvals_for(actor, [wanted.person])).get(wanted.person)
    return await opened(
        actor, token, found[wanted.person], channel=wanted.channel, verified=wanted.verified,
        until=approved["until"] if approved else None,
    )  # fmt: skip


async def opened(
    actor: Actor, token: str, person: PersonSummary, *, channel: Channel, verified: list[str], until: datetime | None
) -> AssistanceLine:
    """Open it for this session, on record, and tell the other services; one at a time."""
    now, assistance = clock.now(), ids.new()
    async with db.transaction():
        session = await _own_session(actor, token)
        if session["assistance"] is not None:
            raise AlreadyHelping(
                N_("End that first, then begin with the next person."), next_step=(_desk(actor), N_("Go there"))
            )
        verified, region = sorted(set(verified)), session["subject_region"]
        await db.execute(
            OPEN, region, assistance, actor.acting, session["id"], person.id, channel, verified, now, until
        )
        await db.execute(
            "UPDATE identity_session SET assistance = $2 WHERE region = '000000' AND id = $1", session["id"], assistance
        )
        helped = Actor(
            acting=actor.acting, principal=person.id, basis="assisted", channel=channel, roles=actor.roles,
            region=actor.region, name=actor.name, grants=actor.grants,
        )  # fmt: skip
        purpose = N_("Helping you with a matter")
        await trail.viewed(helped, region=PROVINCE, person=person.id, what="person", purpose=purpose)
        event = AssistanceBegun(region=region, subject=assistance, person=person.id, verified=verified)
        await announce(helped, event)
    return AssistanceLine(id=assistance, person=person, channel=channel, verified=verified, begun=now)


@verb("identity.end_assistance", N_("Stop acting for the person"), *DESKS, *FIELD)
async def end_assistance(actor: Actor, token: str) -> None:
    """Stop acting for the person; once ended, ending again changes nothing."""
    async with db.transaction():
        session = await _own_session(actor, token)
        if session["assistance"] is not None:
            await close_assistance(actor, session["subject_region"], session["assistance"], why="ended")


@verb("identity.current_assistance", N_("See whom one is helping"), *DESKS, *FIELD)
async def current_assistance(actor: Actor) -> AssistanceLine | None:
    """Whom this actor is helping and how they were verified, for the bar on the desk."""
    if actor.basis != "assisted" or actor.principal is None:
        return None
    row = await db.fetchrow(RUNNING, actor.acting, actor.principal)
    if row is None:
        return None
    found = await people([row["principal"]])
    return AssistanceLine(
        id=row["id"],
        person=found[row["principal"]],
        channel=row["channel"],
        verified=list(row["verified"]),
        begun=row["begun"],
    )


def _desk(actor: Actor) -> str:
    return "/desk/assist" if actor.is_(*DESKS) else "/desk/field"


def _right_desk(actor: Actor, channel: str) -> None:
    if channel == "phone" and not actor.is_("operator"):
        raise Forbidden(N_("Only phone operators help on the phone."))
    if channel == "counter" and not actor.is_("clerk"):
        raise Forbidden(N_("Only clerks help at a counter."))


def _enough(wanted: AssistanceRequest, possible: list[str]) -> None:
    if not rules.verified_enough(wanted.channel, wanted.verified, possible):
        few = N_("On the phone, check at least two things")
        card = N_("At the counter, check at least one thing")
        raise Invalid({"verified": few if wanted.channel == "phone" else card})


async def _own_session(actor: Actor, token: str) -> Any:
    row = await db.fetchrow(MINE, sha256(token.encode()).digest(), actor.acting, actor.session)
    if row is None:
        raise NotFound()
    return row
