"""Invitations: a link for one person, once, within seven days. The invited person chooses name and password."""

from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Forbidden, Gone, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import InvitationWithdrawn, Invited
from backend.identity.schemas import InvitationLine, InvitationMade, Joining, SignedIn, StaffInvitation
from backend.identity.sealed import seal
from backend.identity.service.membership import write_member
from backend.identity.service.organising import organisation_of
from backend.identity.service.posts import write_post
from backend.identity.service.sessions import HALF, open_session
from backend.identity.service.standing import reach

INSERT = """INSERT INTO identity_invitation (region, id, code_hash, name, organisation, organisation_region, role,
        division, made_by, made, expires_at)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
# An invitation ends with the membership of whoever made it, and with the organisation.
OPEN = """SELECT i.id, i.name, i.organisation, i.organisation_region, i.role, i.division, i.made_by, i.expires_at,
        o.name AS place
    FROM identity_invitation i
    JOIN identity_organisation o ON o.region = i.organisation_region AND o.id = i.organisation AND o.state = 'active'
    WHERE i.region = '000000' AND i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > $2 AND {which}"""
USE = """UPDATE identity_invitation SET used_at = $2, staff = $3
    WHERE region = '000000' AND id = $1 AND used_at IS NULL AND withdrawn_at IS NULL"""
WITHDRAW = """UPDATE identity_invitation SET withdrawn_at = $2
    WHERE region = '000000' AND id = $1 AND used_at IS NULL AND withdrawn_at IS NULL RETURNING division"""
TRIES = (30, 60)  # from one address in a minute: the code has 256 bits, this only keeps machines quiet


class InvitationOver(Gone):
    """Used, withdrawn, past, or never made: all are told in the same way."""

    code, title = "invitation-over", N_("This invitation does not work any more")


@verb("identity.invite", N_("Invite a member of staff"), "administrator", fresh=RECENT)
async def invite(actor: Actor, wanted: StaffInvitation) -> InvitationMade:
    """Make an invitation with a post in my division. A post that reaches far still waits for its approval."""
    async with db.transaction():
        place = await organisation_of(wanted.organisation, lock="FOR SHARE")
        if not actor.covers(wanted.division, "administrator") or not actor.covers(place["division"], "administrator"):
            raise Forbidden(N_("This division is not part of yours."))
        new, code, now = ids.new(), crypto.token(), clock.now()
        expires = now + rules.INVITATION_LIFE
        await db.execute(
            INSERT, new, _hash(code), seal("invitation", new, "name", wanted.name), place["id"], place["region"],
            wanted.role, wanted.division, actor.acting, now, expires,
        )  # fmt: skip
        event = Invited(region=place["region"], subject=new, role=wanted.role, division=wanted.division)
        await announce(actor, event)
    return InvitationMade(id=new, code=code, expires_at=expires)


@verb("identity.invitations", N_("See open invitations"), "administrator", "security", "auditor")
async def invitations(actor: Actor) -> list[InvitationLine]:
    """The invitations of my divisions that were not used yet."""
    sql = OPEN.format(which="i.division LIKE ANY($1::text[])") + " ORDER BY i.expires_at LIMIT 200"
    rows = await db.fetch(sql, reach(actor, "administrator", "security", "auditor"), clock.now())
    return [_line(row) for row in rows]


@verb("identity.withdraw_invitation", N_("Take an invitation back"), "administrator")
async def withdraw_invitation(actor: Actor, invitation: UUID) -> None:
    """The link is worth nothing from now on."""
    async with db.transaction():
        division = await db.fetchval(WITHDRAW, invitation, clock.now())
        if division is None or not actor.covers(division, "administrator"):
            raise NotFound()
        await announce(actor, InvitationWithdrawn(region=PROVINCE, subject=invitation))


async def invitation_of(code: str, *, address: str) -> InvitationLine:
    """What somebody is invited to; raises ``InvitationOver``."""
    return _line(await _open(code, address))


async def join(wanted: Joining, *, address: str, user_agent: str) -> SignedIn:
    """Become a member: the account, its post, and a session that waits for the second factor to be set up."""
    row = await _open(wanted.code, address)
    invited = Actor.system("invitation")
    login, region = wanted.login.strip().lower(), rules.post_region(row["division"])
    async with db.transaction():
        staff = await write_member(
            invited, login=login, name=wanted.name, password=wanted.password, region=region, how="invitation"
        )
        if await db.execute(USE, row["id"], clock.now(), staff) != "UPDATE 1":
            raise InvitationOver()
        place = {"id": row["organisation"], "region": row["organisation_region"]}
        held = {"id": staff, "region": region}
        await write_post(
            invited, held, place, role=row["role"], division=row["division"], begins=clock.now(),
            made_by=row["made_by"],
        )  # fmt: skip
        actor = Actor(acting=staff, basis="official", region=region)
        token, expires = await open_session(actor, kind="staff", user_agent=user_agent, proof=HALF)
    return SignedIn(token=token, expires_at=expires, new_person=True, needs="enrolment")


async def _open(code: str, address: str) -> Any:
    limit, per = TRIES
    await rate.check("invitation", crypto.index(address, "address").hex()[:32], limit=limit, per=per)
    row = await db.fetchrow(OPEN.format(which="i.code_hash = $1"), _hash(code), clock.now())
    if row is None:
        raise InvitationOver(N_("Ask whoever invited you for a new one."))
    return row


def _line(row: Any) -> InvitationLine:
    return InvitationLine(
        id=row["id"], name=legible("invitation", row["id"], "name", row["name"]), organisation=row["place"],
        role=row["role"], division=row["division"], expires_at=row["expires_at"],
    )  # fmt: skip


def _hash(code: str) -> bytes:
    return crypto.derived(code.strip(), "invitation")
