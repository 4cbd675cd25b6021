"""Sessions: opened by a sign-in, resolved for each request, ended on the server."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from backend.core import clock, crypto, db, ids, masks
from backend.core.actor import PROVINCE, Actor, Channel
from backend.core.events import announce
from backend.core.http.context import Minding, Session
from backend.core.policy import ANY_SCOPE, SIGNED_IN, inner, verb
from backend.core.problems import NotFound, SignInRequired
from backend.core.words import N_
from backend.identity import bearer, rules
from backend.identity.events import AssistanceEnded, ProvedAgain, SignedIn, SignedOut
from backend.identity.schemas import SessionLine
from backend.identity.sealed import unseal
from backend.identity.service.device_tokens import DEVICE_MARK, resolve_device
from backend.identity.service.minding import admit, minding_of
from backend.identity.service.standing import STAFF, registered_in
from backend.notifications.service import unread_of

HALF = "password"  # the proof of a session that still waits for its second factor
OPEN = """INSERT INTO identity_session (region, id, token_hash, kind, subject, subject_region, device, created,
        last_seen, expires_at, proved_at, proof, at_device)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $7, $8, $7, $9, $10)"""
# Hot: one statement for a resident. Staff rows live in their county, so they cost a second and, while helping, a third.
RESOLVE = f"""SELECT s.id, s.kind, s.subject, s.subject_region, s.assistance, s.last_seen, s.expires_at,
        s.mandate, s.at_device, s.proof, coalesce(s.proved_at, s.created) AS proved_at,
        p.name, p.phone, p.birth, p.home, p.lang, coalesce(p.mode, '') AS mode, p.state, p.assurance,
        CASE s.kind WHEN 'resident' THEN {unread_of("s.subject", "$2")} ELSE 0 END AS unread
    FROM identity_session s
    LEFT JOIN identity_person p ON p.region = s.region AND p.id = s.subject AND s.kind = 'resident'
    WHERE s.region = '000000' AND s.ended_at IS NULL"""
BY_TOKEN, BY_ID = f"{RESOLVE} AND s.token_hash = $1", f"{RESOLVE} AND s.id = $1"
PRINCIPAL = """SELECT name, phone, home, assurance FROM identity_person
    WHERE region = '000000' AND id = $1 AND state = 'active'"""
TOUCH = "UPDATE identity_session SET last_seen = $2 WHERE region = '000000' AND id = $1"
TOUCH_ASSISTANCE = "UPDATE identity_assistance SET last_active = $3 WHERE region = $1 AND id = $2 AND ended IS NULL"
ENDED = "RETURNING id, subject, subject_region, assistance"
END = f"""UPDATE identity_session SET ended_at = $2
    WHERE region = '000000' AND token_hash = $1 AND ended_at IS NULL {ENDED}"""
END_ONE = f"""UPDATE identity_session SET ended_at = $3
    WHERE region = '000000' AND id = $1 AND subject = $2 AND ended_at IS NULL {ENDED}"""
END_OTHERS = f"""UPDATE identity_session SET ended_at = $3
    WHERE region = '000000' AND subject = $2 AND id <> $1 AND ended_at IS NULL {ENDED}"""
RENEW = """UPDATE identity_session SET token_hash = $2, proved_at = $3, last_seen = $3, proof = coalesce($4, proof)
    WHERE region = '000000' AND id = $1 AND subject = $5 AND ended_at IS NULL
    RETURNING id, expires_at, subject_region, proof"""
MINE = """SELECT id, device, created, last_seen, proof, coalesce(proved_at, created) AS proved_at, token_hash
    FROM identity_session
    WHERE region = '000000' AND subject = $1 AND ended_at IS NULL AND expires_at > $2
    ORDER BY last_seen DESC, id LIMIT 50"""


Delegated = Callable[[Actor, UUID], Awaitable[Actor | None]]
_mandates: list[Delegated] = []


def use_mandates(find: Delegated) -> None:
    """Let delegation say who acts for whom under the mandate that a session names; none: it acts for itself."""
    _mandates[:] = [find]


@inner
async def open_session(
    actor: Actor, *, kind: str, user_agent: str, replacing: str = "", proof: str = "code", at: UUID | None = None
) -> tuple[str, datetime]:
    """Open a session for ``actor`` under a new random token, ending the one it replaces. Only a hash is kept.

    ``at`` names the kiosk that the session belongs to: it is short, and worth nothing anywhere else.
    """
    now = clock.now()
    session, token = ids.new(), crypto.token()
    subject = actor.acting
    if subject is None:
        raise SignInRequired()
    region = PROVINCE if kind == "resident" else await registered_in(actor)
    if kind == "resident":
        await admit(subject)
    async with db.transaction():
        if replacing:
            await _replace(actor, replacing)
        expires = now + (rules.ABSOLUTE_AT_DEVICE if at else rules.ABSOLUTE)
        device = rules.device(user_agent)
        await db.execute(OPEN, session, _hash(token), kind, subject, region, device, now, expires, proof, at)
        await announce(actor, SignedIn(region=region, subject=subject, session=session, kind=kind))
    return token, expires


async def resolve_session(token: str, by_cookie: bool = True) -> Session | None:
    """Who a token speaks for right now: rights are read anew, so they end when the post or the session ends."""
    if token.startswith(DEVICE_MARK):
        return await _device(token, by_cookie)
    row = await _row(token, by_cookie)
    now = clock.now()
    kind = "" if row is None else "device" if row["at_device"] else row["kind"]
    if row is None or not rules.live(
        kind=kind, mode=row["mode"], last_seen=row["last_seen"], expires_at=row["expires_at"], now=now
    ):
        return None
    door: Channel = "kiosk" if row["at_device"] else "web" if by_cookie else "app"
    actor = await _resident(row, door) if row["kind"] == "resident" else await _staff(row)
    if actor is None:
        return None
    if now - row["last_seen"] >= rules.touch_after(kind):
        await db.execute(TOUCH, row["id"], now)
    minding = await _minding(row, now) if row["mode"] == "minors" else None
    return Session(
        actor=actor, secret=crypto.derived(token, "csrf") if by_cookie else b"", by_cookie=by_cookie, mode=row["mode"],
        lang=row["lang"] or "", place=row["home"] or "", minding=minding, device=row["at_device"],
        unread=row["unread"] if actor.basis == "self" else 0,
    )  # fmt: skip


@verb("identity.sign_out", N_("Sign out"), SIGNED_IN, scope=ANY_SCOPE)
async def sign_out(actor: Actor, token: str) -> None:
    """End this session here, on the server; its token is worth nothing from now on."""
    async with db.transaction():
        if bearer.looks_signed(token) and actor.session is not None and actor.acting is not None:
            row = await db.fetchrow(END_ONE, actor.session, actor.acting, clock.now())
        else:
            row = await db.fetchrow(END, _hash(token), clock.now())
        if row is not None:
            await _over(actor, row)


@verb("identity.my_sessions", N_("See where one is signed in"), SIGNED_IN)
async def my_sessions(actor: Actor, token: str) -> list[SessionLine]:
    """Where I am signed in, the latest first. Only for oneself: a helper does not see them."""
    rows = await db.fetch(MINE, _myself(actor), clock.now())
    current = _hash(token)
    return [
        SessionLine(
            id=row["id"],
            device=row["device"],
            created=row["created"],
            last_seen=row["last_seen"],
            current=row["token_hash"] == current or row["id"] == actor.session,
            proof=row["proof"],
            proved_at=row["proved_at"],
        )
        for row in rows
    ]


@verb("identity.end_session", N_("Sign another device out"), SIGNED_IN)
async def end_session(actor: Actor, session: UUID) -> None:
    """End one of my sessions from another device."""
    me = _myself(actor)
    async with db.transaction():
        row = await db.fetchrow(END_ONE, session, me, clock.now())
        if row is None:
            raise NotFound()
        await _over(actor, row)


@verb("identity.end_other_sessions", N_("Sign out all other devices"), SIGNED_IN)
async def end_other_sessions(actor: Actor) -> int:
    """End all my sessions but this one; returns how many there were."""
    me = _myself(actor)
    async with db.transaction():
        rows = await db.fetch(END_OTHERS, actor.session, me, clock.now())
        for row in rows:
            await _over(actor, row)
    return len(rows)


@inner
async def renew_proof(actor: Actor, *, proof: str | None) -> tuple[str, datetime]:
    """A new token for the session of ``actor``, who was proved again just now; the old token is worth nothing.

    Without a ``proof`` the way on record stays: a password alone must not stand for the two factors of before.
    """
    token, now, me = crypto.token(), clock.now(), _myself(actor)
    async with db.transaction():
        row = await db.fetchrow(RENEW, actor.session, _hash(token), now, proof, me)
        if row is None:
            raise SignInRequired()
        event = ProvedAgain(region=row["subject_region"], subject=me, session=row["id"], proof=row["proof"])
        await announce(actor, event)
    return token, row["expires_at"]


async def close_assistance(actor: Actor, region: str, assistance: UUID, *, why: str) -> bool:
    """Close an assistance once; whoever comes second changes nothing."""
    async with db.transaction():
        person = await db.fetchval(
            """UPDATE identity_assistance SET ended = $3, ended_why = $4
            WHERE region = $1 AND id = $2 AND ended IS NULL RETURNING principal""",
            region, assistance, clock.now(), why,
        )  # fmt: skip
        if person is None:
            return False
        await db.execute(
            "UPDATE identity_session SET assistance = NULL WHERE region = '000000' AND assistance = $1", assistance
        )
        await announce(actor, AssistanceEnded(region=region, subject=assistance, person=person, why=why))
    return True


async def _replace(actor: Actor, token: str) -> None:
    """End the session that a new one takes the place of, and the assistance that ran in it."""
    row = await db.fetchrow(END, _hash(token), clock.now())
    if row is not None:
        await _leave_assistance(actor, row)


async def _over(actor: Actor, row: Any) -> None:
    """Say that a session was ended by its owner, and end the assistance that ran in it."""
    await _leave_assistance(actor, row)
    await announce(actor, SignedOut(region=row["subject_region"], subject=row["subject"], session=row["id"]))


async def _leave_assistance(actor: Actor, row: Any) -> None:
    if row["assistance"] is not None:
        await close_assistance(actor, row["subject_region"], row["assistance"], why="signed-out")


async def _row(token: str, by_cookie: bool) -> Any:
    """The session of a random token, or of a program's signed one. A browser's cookie holds random ones only."""
    if not bearer.looks_signed(token):
        return await db.fetchrow(BY_TOKEN, _hash(token), clock.now())
    said = None if by_cookie else bearer.read(token)
    if said is None:
        return None
    row = await db.fetchrow(BY_ID, said.session, clock.now())
    return row if row is not None and int(row["proved_at"].timestamp()) == said.auth_time else None


async def _device(token: str, by_cookie: bool) -> Session | None:
    """A kiosk or screen that asks for itself; its token is no cookie of a session."""
    device = None if by_cookie else await resolve_device(token)
    return Session(actor=device.actor, secret=b"", by_cookie=False) if device else None


async def _resident(row: Any, channel: Channel) -> Actor | None:
    if row["state"] != "active":
        return None
    me, name = row["subject"], _name_of(row, row["subject"])
    own = Actor(
        acting=me, principal=me, channel=channel, roles=frozenset({"resident"}), region=row["home"][:6] or PROVINCE,
        name=name, principal_name=name, session=row["id"], assurance=row["assurance"], proved_at=row["proved_at"],
    )  # fmt: skip
    if row["mandate"] is None or not _mandates:
        return own
    return await _mandates[0](own, row["mandate"]) or own


async def _minding(row: Any, now: datetime) -> Minding:
    """The state of minors' mode; once a minute the minutes of today are counted."""
    gap = now - row["last_seen"]
    birth = unseal("person", row["subject"], "birth", row["birth"])
    return await minding_of(
        row["subject"], date.fromisoformat(birth) if birth else None, gap=gap if gap >= rules.TOUCH_AFTER else None
    )


async def _staff(row: Any) -> Actor | None:
    """Rights come from the posts that stand now. With a password alone one is nobody yet (GB/T 22239 8.1.4.1)."""
    if row["proof"] == HALF:
        return Actor(basis="official", session=row["id"])
    region, staff, now = row["subject_region"], row["subject"], clock.now()
    post = await db.fetchrow(STAFF, region, staff, row["assistance"], now)
    if post is None:
        return None
    roles, divisions = post["roles"] or [], post["divisions"] or []
    own = Actor(
        acting=staff, basis="official", channel=_desk(roles), roles=frozenset(roles),
        region=rules.post_region(divisions[0]) if divisions else region,
        name=unseal("staff", staff, "name", post["name"]), session=row["id"], proved_at=row["proved_at"],
        grants=frozenset(zip(roles, divisions, strict=True)),
    )  # fmt: skip
    return own if post["assistance"] is None else await _helping(own, region, post, now)


async def _helping(own: Actor, region: str, post: Any, now: datetime) -> Actor:
    """The actor for the person being helped, unless that has been quiet too long or the desk is no longer theirs."""
    channel, roles = post["channel"], rules.DESK_ROLES[post["channel"]]
    idle = now - post["last_active"] >= rules.quiet_after(channel)
    if idle or not own.is_(*roles):
        await close_assistance(own, region, post["assistance"], why="idle" if idle else "post-ended")
        return own
    if post["until"] is not None and now >= post["until"]:
        why = "time-over" if channel == "field" else "approval-over"
        await close_assistance(own, region, post["assistance"], why=why)
        return own
    person = await db.fetchrow(PRINCIPAL, post["principal"])
    if person is None:
        return own
    if channel == "field" and not own.covers(person["home"], *roles):
        await close_assistance(own, region, post["assistance"], why="post-ended")
        return own
    if now - post["last_active"] >= rules.TOUCH_AFTER:
        await db.execute(TOUCH_ASSISTANCE, region, post["assistance"], now)
    return replace(
        own, principal=post["principal"], basis="assisted", channel=channel,
        principal_name=_name_of(person, post["principal"]), assurance=person["assurance"],
    )  # fmt: skip


def _desk(roles: list[str]) -> Channel:
    return "phone" if "operator" in roles else "counter" if "clerk" in roles else "web"


def _name_of(row: Any, person: UUID) -> str:
    """The name to show; until one was given, the masked phone."""
    return unseal("person", person, "name", row["name"]) or masks.phone(unseal("person", person, "phone", row["phone"]))


def _myself(actor: Actor) -> UUID:
    if actor.acting is None:
        raise SignInRequired()
    return actor.acting


def _hash(token: str) -> bytes:
    """The token has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()
