"""Staff at the door: login name and password, and whom they are afterwards."""

from uuid import UUID

from backend.core import clock, crypto, db, rate
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Forbidden, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.schemas import SignedIn, StaffPost, StaffSignIn
from backend.identity.schemas.roles import POSTS
from backend.identity.sealed import unseal
from backend.identity.service import passwords
from backend.identity.service.hashing import matches
from backend.identity.service.passwords import WrongPassword
from backend.identity.service.sessions import HALF, open_session
from backend.identity.service.standing import STANDS

ACCOUNT = """SELECT st.id, st.region, st.password, f.confirmed FROM identity_staff st
    LEFT JOIN identity_factor f ON f.region = st.region AND f.staff = st.id AND f.ended IS NULL
    WHERE st.region = $1 AND st.login = $2 AND st.state = 'active'"""
OWN = """SELECT st.login, st.password FROM identity_staff st
    JOIN identity_login l ON l.region = '000000' AND l.id = st.id AND l.staff_region = st.region
    WHERE st.id = $1 AND st.state = 'active'"""
HOME = "SELECT staff_region FROM identity_login WHERE region = '000000' AND login = $1"
# The first post is where one is at home; a stand-in's posts come after one's own.
FIRST = f"""SELECT p.division, org.name AS organisation, p.instead_of, holder.id AS holder, holder.name AS holder_name
    FROM identity_post p
    JOIN identity_organisation org ON org.region = p.organisation_region AND org.id = p.organisation
    LEFT JOIN identity_post o ON o.region = p.instead_region AND o.id = p.instead_of
    LEFT JOIN identity_staff holder ON holder.region = o.region AND holder.id = o.staff
    WHERE p.region = (SELECT staff_region FROM identity_login WHERE region = '000000' AND id = $1)
        AND p.staff = $1 AND {STANDS.format(p="p", now="$2")}
    ORDER BY p.instead_of IS NOT NULL, p.begins, p.id"""
LOCKED = N_("Five wrong passwords in a row. Try again in {minutes} minutes, or ask your administrator.")


async def staff_sign_in(wanted: StaffSignIn, *, address: str, user_agent: str, replacing: str = "") -> SignedIn:
    """The first of two factors. Unknown names take as long and are locked as known ones.

    The session that it opens has no rights: it reaches the second factor and nothing else.
    """
    await _limited(address)
    login = wanted.login.strip().lower()
    await passwords.count(passwords.login_key(login), LOCKED)
    row = await db.fetchrow(ACCOUNT, await db.fetchval(HOME, login) or "000000", login)
    good = await matches(row["password"] if row else None, wanted.password)
    if row is None or not good:
        raise WrongPassword({"password": N_("Login name and password do not fit together")})
    async with db.transaction():
        await passwords.clear(passwords.login_key(login))
        actor = Actor(acting=row["id"], basis="official", region=row["region"])
        token, expires = await open_session(actor, kind="staff", user_agent=user_agent, replacing=replacing, proof=HALF)
    return SignedIn(token=token, expires_at=expires, needs="code" if row["confirmed"] else "enrolment")


async def check_password(actor: Actor, password: str, *, address: str) -> None:
    """Compare the password of a staff member who is signed in; wrong ones count as at the sign-in."""
    await _limited(address)
    row = await db.fetchrow(OWN, actor.acting)
    if row is None:
        raise Forbidden(N_("Only staff have a password."))
    await passwords.count(passwords.login_key(row["login"]), LOCKED)
    if not await matches(row["password"], password):
        raise WrongPassword({"password": N_("This is not your password")})
    await passwords.clear(passwords.login_key(row["login"]))


@verb("identity.post_of", N_("See one's own post"), *POSTS)
async def post_of(actor: Actor) -> StaffPost:
    """Whom the member of staff who acts is at the moment, and for which organisation they work."""
    rows = await db.fetch(FIRST, actor.acting, clock.now())
    if not rows or actor.acting is None:
        raise NotFound()
    stands_in = next((row for row in rows if row["holder"]), None)
    return StaffPost(
        id=actor.acting, region=actor.region, division=rows[0]["division"], name=actor.name, roles=sorted(actor.roles),
        organisation=rows[0]["organisation"],
        instead_of=unseal("staff", stands_in["holder"], "name", stands_in["holder_name"]) if stands_in else "",
    )  # fmt: skip


async def staff_names(region: str, staff: list[UUID]) -> dict[UUID, str]:
    """Display names of members of staff, in one query; those who left too. They may be registered in any county."""
    rows = await db.fetch("SELECT id, name FROM identity_staff WHERE id = ANY($1::uuid[])", staff)
    return {row["id"]: legible("staff", row["id"], "name", row["name"]) for row in rows}


async def _limited(address: str) -> None:
    limit, per = rules.STAFF_TRIES_PER_ADDRESS
    await rate.check("staff-address", crypto.index(address, "address").hex()[:32], limit=limit, per=per)
