"""Staff: posts, passwords, and the lock after five wrong ones."""

import asyncio
from datetime import timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound, TooMany
from backend.core.words import N_
from backend.identity import rules
from backend.identity.schemas import SignedIn, StaffPost, StaffSignIn
from backend.identity.schemas.roles import POSTS
from backend.identity.sealed import seal, unseal
from backend.identity.service.sessions import open_session

# Counted before the password is compared, for unknown names as well: parallel guesses count, and a lock tells nothing.
COUNT = """INSERT INTO identity_attempt AS a (region, id, login_index, failures, locked_until, changed)
    VALUES ('000000', $1, $2, 1, NULL, $3)
    ON CONFLICT (region, login_index) DO UPDATE SET changed = $3,
        failures = CASE WHEN a.locked_until <= $3 OR a.changed < $5::timestamptz THEN 1 ELSE a.failures + 1 END,
        locked_until = CASE WHEN a.locked_until <= $3 OR a.changed < $5 THEN NULL
            WHEN a.failures + 1 >= $6 THEN $4::timestamptz END
    WHERE a.locked_until IS NULL OR a.locked_until <= $3
    RETURNING failures"""
LOCKED = "SELECT locked_until FROM identity_attempt WHERE region = '000000' AND login_index = $1"
CLEAR = "DELETE FROM identity_attempt WHERE region = '000000' AND login_index = $1"
POST = """SELECT st.id, st.region, st.password, st.roles FROM identity_staff st
    WHERE st.region = $1 AND st.login = $2 AND st.state = 'active'"""
OWN = "SELECT login, password FROM identity_staff WHERE region = $1 AND id = $2 AND state = 'active'"
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's figures for argon2id
_busy = asyncio.Semaphore(2)


class WrongPassword(Invalid):
    """Name and password do not fit together; which of the two is not said."""

    code = "wrong-password"


class LoginTaken(Conflict):
    """Somebody has this login name, in some county."""

    code, title = "login-taken", N_("This login name is taken")


class LockedOut(TooMany):
    """Five wrong passwords in a row."""

    code, title = "locked-out", N_("This sign-in is locked for a while")


async def staff_sign_in(wanted: StaffSignIn, *, address: str, user_agent: str, replacing: str = "") -> SignedIn:
    """Sign a staff member in. Unknown names take as long and are locked as known ones."""
    await _limited(address)
    login = wanted.login.strip().lower()
    fingerprint = crypto.index(login, "login")
    await _count(fingerprint)
    region = await db.fetchval("SELECT staff_region FROM identity_login WHERE region = '000000' AND login = $1", login)
    row = await db.fetchrow(POST, region or "000000", login)
    good = await _verify(row["password"] if row else _nobody(), wanted.password)
    if row is None or not good:
        raise WrongPassword({"password": N_("Login name and password do not fit together")})
    async with db.transaction():
        await db.execute(CLEAR, fingerprint)
        actor = Actor(acting=row["id"], basis="official", roles=frozenset(row["roles"]), region=row["region"])
        token, expires = await open_session(
            actor, kind="staff", user_agent=user_agent, replacing=replacing, proof="password"
        )
    return SignedIn(token=token, expires_at=expires)


async def check_password(actor: Actor, password: str, *, address: str) -> None:
    """Compare the password of a staff member who is signed in; wrong ones count as at the sign-in."""
    await _limited(address)
    row = await db.fetchrow(OWN, actor.region, actor.acting)
    if row is None:
        raise Forbidden(N_("Only staff have a password."))
    fingerprint = crypto.index(row["login"], "login")
    await _count(fingerprint)
    if not await _verify(row["password"], password):
        raise WrongPassword({"password": N_("This is not your password")})
    await db.execute(CLEAR, fingerprint)


async def appoint(
    *,
    login: str,
    name: str,
    password: str,
    roles: set[str],
    region: str,
    division: str = "",
    staff_id: UUID | None = None,
) -> UUID:
    """Give somebody a post (set-up and demonstration). Rights hold in ``division`` and below; default: the county."""
    if not rules.LOGIN.match(login):
        raise Invalid({"login": N_("Use small letters, digits, dots and hyphens, beginning with a letter")})
    if not roles or not roles.issubset(POSTS):
        raise Invalid({"roles": N_("Choose among the known roles")})
    if len(password) < 12:
        raise Invalid({"password": N_("Use at least 12 characters")})
    new = staff_id or ids.new()
    hashed = await asyncio.to_thread(_hasher.hash, password)
    async with db.transaction():
        taken = await db.fetchval(
            """INSERT INTO identity_login (region, id, login, staff_region) VALUES ('000000', $1, $2, $3)
            ON CONFLICT DO NOTHING RETURNING id""",
            new, login, region,
        )  # fmt: skip
        if taken is None:
            raise LoginTaken()
        await db.execute(
            """INSERT INTO identity_staff (region, id, name, login, password, roles, division, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            region, new, seal("staff", new, "name", name), login, hashed, sorted(roles), division or region,
            clock.now(),
        )  # fmt: skip
    return new


async def find_post(login: str) -> tuple[str, UUID]:
    """The county and id of a post by its login name."""
    row = await db.fetchrow("SELECT id, staff_region FROM identity_login WHERE region = '000000' AND login = $1", login)
    if row is None:
        raise NotFound()
    return row["staff_region"], row["id"]


async def end_post(region: str, staff: UUID) -> None:
    """End a post: rights and sessions end with it."""
    async with db.transaction():
        ended = await db.fetchval(
            """UPDATE identity_staff SET state = 'ended', ended = $3
            WHERE region = $1 AND id = $2 AND state = 'active' RETURNING login""",
            region, staff, clock.now(),
        )  # fmt: skip
        if ended is None:
            raise NotFound()
        await db.execute("DELETE FROM identity_login WHERE region = '000000' AND login = $1", ended)
        await db.execute(
            "UPDATE identity_session SET ended_at = $2 WHERE region = '000000' AND subject = $1 AND ended_at IS NULL",
            staff, clock.now(),
        )  # fmt: skip


@verb("identity.post_of", N_("See one's own post"), *POSTS)
async def post_of(actor: Actor) -> StaffPost:
    """The post of the staff member who acts."""
    row = await db.fetchrow(
        """SELECT id, region, division, name, roles FROM identity_staff
        WHERE region = $1 AND id = $2 AND state = 'active'""",
        actor.region, actor.acting,
    )  # fmt: skip
    if row is None:
        raise NotFound()
    name = unseal("staff", row["id"], "name", row["name"])
    return StaffPost(id=row["id"], region=row["region"], division=row["division"], name=name, roles=list(row["roles"]))


async def staff_names(region: str, staff: list[UUID]) -> dict[UUID, str]:
    """Display names of staff of one county, in one query."""
    rows = await db.fetch(
        "SELECT id, name FROM identity_staff WHERE region = $1 AND id = ANY($2::uuid[])", region, staff
    )
    return {row["id"]: unseal("staff", row["id"], "name", row["name"]) for row in rows}


async def _limited(address: str) -> None:
    limit, per = rules.STAFF_TRIES_PER_ADDRESS
    await rate.check("staff-address", crypto.index(address, "address").hex()[:32], limit=limit, per=per)


async def _count(fingerprint: bytes) -> None:
    now = clock.now()
    forgotten = now - timedelta(hours=24)
    async with db.transaction():
        counted = await db.fetchval(
            COUNT, ids.new(), fingerprint, now, now + rules.LOCKED_FOR, forgotten, rules.PASSWORD_TRIES
        )
    if counted is None:
        until = await db.fetchval(LOCKED, fingerprint)
        seconds = max(1, int((until - now).total_seconds())) if until else 1
        minutes = -(-seconds // 60)
        raise LockedOut(
            seconds, N_("Five wrong passwords in a row. Try again in {minutes} minutes, or ask your administrator."),
            values={"minutes": minutes},
        )  # fmt: skip


async def _verify(hashed: str, password: str) -> bool:
    """Compare in a thread, two at a time: each takes 19 MiB and tens of milliseconds."""
    async with _busy:
        try:
            return await asyncio.to_thread(_hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """A hash that no password fits, so that an unknown name takes as long."""
    return _hasher.hash(crypto.token())
