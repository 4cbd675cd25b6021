"""Members of staff: who is there with which posts, how one is made, and how one leaves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.schemas import Page
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import MemberJoined, Unlocked
from backend.identity.schemas import Member, OrganisationRequest, PostLine
from backend.identity.schemas.roles import POSTS as ROLES
from backend.identity.sealed import seal
from backend.identity.service import passwords
from backend.identity.service.endings import end_member
from backend.identity.service.organising import VIEWERS, insert_organisation
from backend.identity.service.posts import OwnPost, write_post
from backend.identity.service.standing import reach

PAGE = 50
DEFAULT_ORGANISATION = "政务服务中心"
INSERT = """INSERT INTO identity_staff (region, id, name, login, password, created) VALUES ($1, $2, $3, $4, $5, $6)"""
NAME = """INSERT INTO identity_login (region, id, login, staff_region) VALUES ('000000', $1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING id"""
FIND = "SELECT id, staff_region FROM identity_login WHERE region = '000000' AND login = $1"
KNOWN = "SELECT region, id FROM identity_organisation WHERE region = $1 AND name = $2 AND state = 'active'"
ACCOUNT = """st.region, st.id, st.name, st.login, st.state, EXISTS (SELECT 1 FROM identity_factor f
    WHERE f.region = st.region AND f.staff = st.id AND f.confirmed IS NOT NULL AND f.ended IS NULL) AS factor"""
LIST = f"""SELECT {ACCOUNT} FROM identity_staff st
    WHERE st.state = 'active' AND st.login > $2 AND (starts_with(st.login, $3) OR $3 = '')
        AND EXISTS (SELECT 1 FROM identity_post p WHERE p.region = st.region AND p.staff = st.id
            AND p.state IN ('waiting', 'active') AND p.division LIKE ANY($1::text[]))
    ORDER BY st.login LIMIT $4"""
ONE = f"SELECT {ACCOUNT} FROM identity_staff st WHERE st.id = $1"
POSTS = """SELECT p.id, p.staff, p.role, p.division, org.name AS organisation, p.state, p.begins, p.until,
        p.instead_of, p.made_by, p.approved_by, o.staff AS absent, l.id AS leave, l.stand_in,
        coalesce(l.begins <= $2 AND l.until > $2, false) AS resting
    FROM identity_post p
    JOIN identity_organisation org ON org.region = p.organisation_region AND org.id = p.organisation
    LEFT JOIN identity_post o ON o.region = p.instead_region AND o.id = p.instead_of
    LEFT JOIN identity_leave l ON l.region = p.region AND l.post = p.id AND l.ended IS NULL AND l.until > $2
    WHERE {which} ORDER BY p.state IN ('refused', 'ended'), p.begins DESC, p.id LIMIT 500"""
WAITING = "p.state = 'waiting' AND p.division LIKE ANY($1::text[])"


class LoginTaken(Conflict):
    """Somebody has this login name, in some county."""

    code, title = "login-taken", N_("This login name is taken")


@verb("identity.members", N_("See the members of staff"), *VIEWERS)
async def members(actor: Actor, *, search: str = "", after: str = "") -> Page[Member]:
    """Who has a post in my division, by login name; ``search`` is the beginning of one."""
    typed = search.strip().lower()
    rows = list(await db.fetch(LIST, reach(actor, *VIEWERS), after, typed, PAGE + 1))
    more = rows[PAGE - 1]["login"] if len(rows) > PAGE else None
    return Page(items=await _members(actor, rows[:PAGE]), next=more)


@verb("identity.member", N_("See a member of staff"), *VIEWERS)
async def member(actor: Actor, staff: UUID) -> Member:
    """One member with all posts that I may see, the ended ones too."""
    row = await db.fetchrow(ONE, staff)
    if row is None:
        raise NotFound()
    found = (await _members(actor, [row], ended=True))[0]
    if not found.posts and not actor.covers(row["region"], *VIEWERS):
        raise NotFound()
    locked = await passwords.is_locked(passwords.login_key(row["login"]), passwords.factor_key(staff))
    return msgspec.structs.replace(found, locked=locked)


@verb("identity.waiting_posts", N_("See the posts that wait for approval"), "security", "administrator", "auditor")
async def waiting_posts(actor: Actor) -> list[tuple[str, PostLine]]:
    """(name of the member, post) of what waits in my division, the oldest last day first."""
    rows = await db.fetch(
        POSTS.format(which=WAITING), reach(actor, "security", "administrator", "auditor"), clock.now()
    )
    lines = await _lines(rows)
    names = await _names({row["staff"] for row in rows})
    return [(names[line.staff], line) for line in lines]


@verb("identity.end_membership", N_("End a membership of staff"), "administrator", fresh=RECENT)
async def end_membership(actor: Actor, staff: UUID) -> None:
    """离职: every post, stand-in, session and assistance ends at once. The trail keeps what was done."""
    if staff == actor.acting:
        raise OwnPost()
    async with db.transaction():
        row = await db.fetchrow(ONE, staff)
        if row is None or row["state"] != "active" or not await _whole(actor, row):
            raise NotFound()
        await end_member(actor, row["region"], staff)


@verb("identity.unlock", N_("Lift the lock of a sign-in"), "security", fresh=RECENT)
async def unlock(actor: Actor, staff: UUID) -> None:
    """Forget the wrong passwords and codes of a member in my division."""
    row = await in_reach(actor, staff, "security")
    async with db.transaction():
        await passwords.clear(passwords.login_key(row["login"]), passwords.factor_key(staff))
        await announce(actor, Unlocked(region=row["region"], subject=staff))


async def in_reach(actor: Actor, staff: UUID, role: str) -> Any:
    """The account of another member that a county of mine registered; nobody does this for themselves."""
    if staff == actor.acting:
        raise OwnPost()
    row = await db.fetchrow(ONE, staff)
    if row is None or row["state"] != "active" or not actor.covers(row["region"], role):
        raise NotFound()
    return row


async def appoint(
    *, login: str, name: str, password: str, roles: set[str], region: str, division: str = "",
    staff_id: UUID | None = None, organisation: str = DEFAULT_ORGANISATION,
) -> UUID:  # fmt: skip
    """Make a member with posts (set-up and demonstration): nobody approves, for nobody is there yet."""
    if not roles or not roles <= set(ROLES):
        raise Invalid({"roles": N_("Choose among the known roles")})
    setup = Actor.system("set-up")
    async with db.transaction():
        new = await write_member(setup, login=login, name=name, password=password, region=region, staff_id=staff_id)
        place = await _organisation(setup, region, organisation)
        for role in sorted(roles):
            held = {"id": new, "region": region}
            await write_post(setup, held, place, role=role, division=division or region, begins=clock.now())
    return new


async def write_member(
    actor: Actor,
    *,
    login: str,
    name: str,
    password: str,
    region: str,
    how: str = "set-up",
    staff_id: UUID | None = None,
) -> UUID:
    """Write the account; raises ``LoginTaken``, or ``Invalid`` for a login name or password that will not do."""
    if not rules.LOGIN.match(login):
        raise Invalid({"login": N_("Use small letters, digits, dots and hyphens, beginning with a letter")})
    new, hashed = staff_id or ids.new(), await passwords.hashed(password, login)
    async with db.transaction():
        if await db.fetchval(NAME, new, login, region) is None:
            raise LoginTaken()
        await db.execute(INSERT, region, new, seal("staff", new, "name", name), login, hashed, clock.now())
        await announce(actor, MemberJoined(region=region, subject=new, how=how))
    return new


async def find_post(login: str) -> tuple[str, UUID]:
    """The county and id of a member by login name."""
    row = await db.fetchrow(FIND, login)
    if row is None:
        raise NotFound()
    return row["staff_region"], row["id"]


async def end_post(region: str, staff: UUID) -> None:
    """End a membership from the command line."""
    await end_member(Actor.system("set-up"), region, staff)


async def _members(actor: Actor, rows: Sequence[Any], *, ended: bool = False) -> list[Member]:
    """Members with those of their posts that lie in my divisions."""
    which = "p.staff = ANY($1::uuid[])" + ("" if ended else " AND p.state IN ('waiting', 'active')")
    found = await db.fetch(POSTS.format(which=which), [row["id"] for row in rows], clock.now())
    mine = [post for post in await _lines(found) if actor.covers(post.division, *VIEWERS)]
    return [
        Member(
            id=row["id"], name=legible("staff", row["id"], "name", row["name"]), login=row["login"],
            state=row["state"], posts=[post for post in mine if post.staff == row["id"]], factor=row["factor"],
        )
        for row in rows
    ]  # fmt: skip


async def _lines(rows: Sequence[Any]) -> list[PostLine]:
    people = ("absent", "made_by", "approved_by", "stand_in")
    names = await _names({row[who] for row in rows for who in people if row[who]})
    now = clock.now()
    return [
        PostLine(
            id=row["id"], staff=row["staff"], role=row["role"], division=row["division"],
            organisation=row["organisation"], begins=row["begins"], until=row["until"], leave=row["leave"],
            told=rules.told(
                state=row["state"], begins=row["begins"], until=row["until"], resting=row["resting"], now=now
            ),
            instead_of=names.get(row["absent"], ""), made_by=names.get(row["made_by"], ""),
            approved_by=names.get(row["approved_by"], ""), stand_in=names.get(row["stand_in"], ""),
        )
        for row in rows
    ]  # fmt: skip


async def _names(staff: set[UUID]) -> dict[UUID, str]:
    rows = await db.fetch("SELECT id, name FROM identity_staff WHERE id = ANY($1::uuid[])", list(staff))
    return {row["id"]: legible("staff", row["id"], "name", row["name"]) for row in rows}


async def _whole(actor: Actor, row: Any) -> bool:
    """Whether all posts of a member are in my divisions: nobody ends what another city gave."""
    held = await db.fetch(
        "SELECT division FROM identity_post WHERE staff = $1 AND state IN ('waiting', 'active')", row["id"]
    )
    divisions = [row["region"], *(post["division"] for post in held)]
    if not any(actor.covers(division, "administrator") for division in divisions):
        return False
    if not all(actor.covers(division, "administrator") for division in divisions):
        raise Forbidden(N_("This person also has posts outside your division. End those in yours."))
    return True


async def _organisation(actor: Actor, region: str, name: str) -> Any:
    known = await db.fetchrow(KNOWN, region, name)
    if known is not None:
        return known
    new = await insert_organisation(actor, OrganisationRequest(kind="department", name=name, division=region))
    return {"id": new.id, "region": new.region}
