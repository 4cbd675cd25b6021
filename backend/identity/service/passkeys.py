"""Passkeys (通行密钥): the comfortable way to sign in. Nothing to remember or to type, nothing to steal from us."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor, Channel
from backend.core.events import announce
from backend.core.policy import PUBLIC, RECENT, SIGNED_IN, verb
from backend.core.problems import Conflict, Forbidden, NotFound
from backend.core.words import N_
from backend.identity import ceremony, rules
from backend.identity.events import PASSKEY_ADDED, PASSKEY_REMOVED, PasskeyAdded, PasskeyRemoved
from backend.identity.schemas import PasskeyChallenge, PasskeyLine, PasskeyName, PasskeyNew, PasskeySignIn, SignedIn
from backend.identity.sealed import seal, unseal
from backend.identity.service import challenges
from backend.identity.service.known_devices import recognise, tell_of_new_device
from backend.identity.service.sessions import open_session
from backend.identity.service.staff_door import staff_may_enter
from backend.identity.service.telling import tell
from backend.identity.service.ways import keep_one_way

WAYS = ("/me/sign-in", N_("Ways to sign in"))
MOST = 10  # keys of one person: more are a mistake or an attack
LINES = """SELECT id, name, synced, created, last_used FROM identity_passkey
    WHERE region = '000000' AND subject = $1 ORDER BY created, id"""
CREDENTIALS = "SELECT credential FROM identity_passkey WHERE region = '000000' AND subject = $1"
ADD = """INSERT INTO identity_passkey
        (region, id, kind, subject, subject_region, credential, public_key, sign_count, name, synced, created)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id"""
RENAME = "UPDATE identity_passkey SET name = $3 WHERE region = '000000' AND id = $1 AND subject = $2 RETURNING id"
REMOVE = "DELETE FROM identity_passkey WHERE region = '000000' AND id = $1 AND subject = $2 RETURNING id"
RESIDENT = "SELECT home AS region FROM identity_person WHERE region = $1 AND id = $2 AND state = 'active'"
# A post may lie elsewhere than the account: the directory of login names knows who is a member, and where.
STAFF = """SELECT staff_region AS region FROM identity_login
    WHERE region = '000000' AND id = $2 AND $1::text IS NOT NULL"""


class PasskeyKnown(Conflict):
    """This device has a key of this account already."""

    code, title = "passkey-known", N_("This device has a passkey already")


class TooManyPasskeys(Conflict):
    """More keys than anybody needs."""

    code, title = "too-many-passkeys", N_("You have ten passkeys already")


@verb("identity.prepare_passkey", N_("Add a passkey"), SIGNED_IN, fresh=RECENT)
async def prepare_passkey(actor: Actor, *, user_agent: str) -> str:
    """A name to propose for the key of this device."""
    _owner(actor)
    return rules.device(user_agent)


@verb("identity.begin_passkey", N_("Add a passkey"), SIGNED_IN, fresh=RECENT)
async def begin_passkey(actor: Actor) -> PasskeyChallenge:
    """What this device is asked so that it makes a key for whoever is signed in."""
    me, _ = _owner(actor)
    known = await credentials_of(me)
    if len(known) >= MOST:
        raise TooManyPasskeys(N_("Remove one that you no longer use."), next_step=WAYS)
    return await challenges.make("register", subject=me, name=actor.name or "Linli", known=known)


@verb("identity.register_passkey", N_("Add a passkey"), SIGNED_IN, fresh=RECENT)
async def register_passkey(actor: Actor, new: PasskeyNew) -> PasskeyLine:
    """Keep the public half of the key that this device has made; its owner is told."""
    me, kind = _owner(actor)
    read = await challenges.take(new, "register", me)
    try:
        made = ceremony.registered(new.credential, read.challenge)
    except ceremony.NotGood:
        raise challenges.refused() from None
    key, now = ids.new(), clock.now()
    region = challenges.region_of(kind, actor)
    async with db.transaction():
        added = await db.fetchval(
            ADD, key, kind, me, region, made.credential, made.public_key, made.sign_count,
            seal("passkey", key, "name", new.name), made.synced, now,
        )  # fmt: skip
        if added is None:
            raise PasskeyKnown(N_("You can use it at once."), next_step=WAYS)
        told = await announce(actor, PasskeyAdded(region=region, subject=me, passkey=key))
        if kind == "resident":
            await tell(actor, me, PASSKEY_ADDED, {"name": new.name}, about=key, once=f"{told}:passkey-added")
    return PasskeyLine(id=key, name=new.name, synced=made.synced, created=now, last_used=None)


@verb("identity.my_passkeys", N_("See my ways to sign in"), SIGNED_IN)
async def my_passkeys(actor: Actor) -> list[PasskeyLine]:
    """The keys of whoever is signed in, the oldest first."""
    return [_line(row) for row in await db.fetch(LINES, actor.acting)]


@verb("identity.rename_passkey", N_("Name a passkey"), SIGNED_IN)
async def rename_passkey(actor: Actor, passkey: UUID, wanted: PasskeyName) -> None:
    """Another name for one of my keys."""
    me, _ = _owner(actor)
    if await db.fetchval(RENAME, passkey, me, seal("passkey", passkey, "name", wanted.name)) is None:
        raise NotFound()


@verb("identity.passkey_to_remove", N_("Remove a passkey"), SIGNED_IN, fresh=RECENT)
async def passkey_to_remove(actor: Actor, passkey: UUID) -> PasskeyLine:
    """One of my keys, before it is removed."""
    found = next((line for line in await my_passkeys(actor) if line.id == passkey), None)
    if found is None:
        raise NotFound()
    return found


@verb("identity.remove_passkey", N_("Remove a passkey"), SIGNED_IN, fresh=RECENT)
async def remove_passkey(actor: Actor, passkey: UUID) -> None:
    """Remove one of my keys; refused when it is the last way in. Its owner is told."""
    me, kind = _owner(actor)
    async with db.transaction():
        if await db.fetchval(REMOVE, passkey, me) is None:
            raise NotFound()
        if kind == "resident":
            await keep_one_way(me)
        event = PasskeyRemoved(region=challenges.region_of(kind, actor), subject=me, passkey=passkey)
        told = await announce(actor, event)
        if kind == "resident":
            await tell(actor, me, PASSKEY_REMOVED, {}, about=passkey, once=f"{told}:passkey-removed")


@verb("identity.begin_passkey_sign_in", N_("Sign in"), PUBLIC)
async def begin_passkey_sign_in(actor: Actor, *, address: str) -> PasskeyChallenge:
    """What a device is asked so that its owner signs in; no name is needed, so nothing is told about anybody."""
    await challenges.limited(address)
    return await challenges.make("sign-in")


async def passkey_sign_in(
    wanted: PasskeySignIn, *, address: str, user_agent: str, channel: Channel = "web", replacing: str = "",
    at: UUID | None = None,
) -> SignedIn:  # fmt: skip
    """Exchange the answer of a device for a new session of the key's owner; at a kiosk it belongs to the kiosk."""
    await challenges.limited(address)
    key = await challenges.prove(wanted, "sign-in")
    kind, me, region = key["kind"], key["subject"], key["subject_region"]
    row = await db.fetchrow(RESIDENT if kind == "resident" else STAFF, region, me)
    if row is None:
        raise challenges.refused()
    async with db.transaction():
        if kind == "resident":
            actor = Actor(
                acting=me, principal=me, channel=channel, roles=frozenset({"resident"}),
                region=row["region"][:6] or PROVINCE,
            )  # fmt: skip
        else:
            staff_may_enter(at)
            actor = Actor(acting=me, basis="official", channel=channel, region=row["region"])
        device, new = await recognise(me, wanted.device) if at is None else ("", False)
        opened = await open_session(
            actor, kind=kind, user_agent=user_agent, replacing=replacing, proof="passkey", at=at
        )
        if new and kind == "resident":
            await tell_of_new_device(actor, user_agent)
    return SignedIn(token=opened[0], expires_at=opened[1], device=device)


async def credentials_of(subject: UUID) -> list[bytes]:
    """The names that devices know somebody's keys by."""
    return [row["credential"] for row in await db.fetch(CREDENTIALS, subject)]


def _owner(actor: Actor) -> tuple[UUID, str]:
    """Whose key it would be, and whether a resident's or staff's. A kiosk's key would be the next visitor's as well."""
    if actor.acting is None or actor.channel == "kiosk" or actor.is_("kiosk"):
        raise Forbidden(N_("A passkey belongs on your own phone or computer."))
    return actor.acting, "resident" if actor.is_("resident") else "staff"


def _line(row: Any) -> PasskeyLine:
    return PasskeyLine(
        id=row["id"],
        name=unseal("passkey", row["id"], "name", row["name"]),
        synced=row["synced"],
        created=row["created"],
        last_used=row["last_used"],
    )
