"""接入系统和密钥: which systems may send, and what they sign with. A secret is shown once, and revoked at once."""

import uuid
from typing import Any
from uuid import UUID

from backend.core import cache, clock, db, ids
from backend.core.actor import Actor
from backend.core.events import Announcement, announce, on
from backend.core.memo import Memo
from backend.core.policy import RECENT, verb
from backend.core.problems import Invalid, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.events import OrganisationClosed
from backend.messaging.events import GuestsChanged, KeyMade, KeyRevoked, ServiceAdded, ServiceEnded
from backend.messaging.schemas import GuestsRequest, KeyLine, KeyRequest, KeyShown, ServiceLine, ServiceRequest
from backend.messaging.sealed import seal
from backend.messaging.service.common import STAFF, home
from backend.notifications import service as notifications

TAG = "messaging-keys"
CLOSING = Actor.system("take off the systems of a closed organisation")
ADD = """INSERT INTO messaging_service (region, id, name, organisation, made_by, created)
    VALUES ($1, $2, $3, $4, $5, $6)"""
LIST = """SELECT region, id, name, organisation, guests, created FROM messaging_service
    WHERE region = $1 AND ended IS NULL AND ($2::uuid IS NULL OR id = $2) ORDER BY name, id LIMIT 200"""
KEYS = """SELECT id, service, kind, name, created, revoked FROM messaging_key
    WHERE region = $1 AND service = ANY($2::uuid[]) ORDER BY id"""
END = "UPDATE messaging_service SET ended = $3 WHERE region = $1 AND id = $2 AND ended IS NULL RETURNING id"
OF_CLOSED = """UPDATE messaging_service SET ended = $2 WHERE organisation = $1 AND ended IS NULL
    RETURNING region, id"""
GUESTS = "UPDATE messaging_service SET guests = $3 WHERE region = $1 AND id = $2"
ADD_KEY = """INSERT INTO messaging_key (region, id, service, kind, name, secret, made_by, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
REVOKE = """UPDATE messaging_key SET revoked = $4
    WHERE region = $1 AND service = $2 AND id = $3 AND revoked IS NULL RETURNING id"""
LIVE = """SELECT s.region, s.id AS service, s.name, s.organisation, s.guests, k.id, k.kind, k.secret
    FROM messaging_service s JOIN messaging_key k ON k.region = s.region AND k.service = s.id AND k.revoked IS NULL
    WHERE s.id = ANY($1::uuid[]) AND s.ended IS NULL"""
Live = list[dict[str, Any]]
_live: Memo[UUID, Live] = Memo(TAG, lives=30.0)


class NoSuchService(NotFound):
    """No service of the actor's division has the id."""

    code, title = "no-such-service", N_("We do not know this system")


@verb("messaging.services", N_("See which systems send messages"), *STAFF)
async def services(actor: Actor) -> list[ServiceLine]:
    """The systems of my division with their keys."""
    return await _lines(home(actor, *STAFF), None)


@verb("messaging.service", N_("See one system that sends messages"), *STAFF)
async def service_of(actor: Actor, service: UUID) -> ServiceLine:
    """One system."""
    found = await _lines(home(actor, *STAFF), service)
    if not found:
        raise NoSuchService(next_step=("/desk/messaging/services", N_("See all systems")))
    return found[0]


@verb("messaging.add_service", N_("Let a system send messages"), *STAFF, fresh=RECENT)
async def add_service(actor: Actor, wanted: ServiceRequest) -> ServiceLine:
    """Write down a system of an organisation of my division."""
    region, new = home(actor, *STAFF), ids.new()
    known = await identity.organisations(actor)
    if wanted.organisation not in {each.id for each in known}:
        raise Invalid({"organisation": N_("Please choose an organisation")})
    async with db.transaction():
        await db.execute(ADD, region, new, wanted.name, wanted.organisation, actor.acting, clock.now())
        await announce(actor, ServiceAdded(region=region, subject=new, organisation=wanted.organisation))
    return await service_of(actor, new)


@verb("messaging.end_service", N_("Take a system off"), *STAFF, fresh=RECENT)
async def end_service(actor: Actor, service: UUID) -> None:
    """None of its keys opens anything any more."""
    known = await service_of(actor, service)
    async with db.transaction():
        if await db.fetchval(END, known.region, service, clock.now()):
            await announce(actor, ServiceEnded(region=known.region, subject=service))
            await cache.drop(TAG)


@on(OrganisationClosed)
async def end_with_organisation(event: OrganisationClosed, row: Announcement) -> None:
    """Who is no longer there sends nothing: its systems end as its posts do."""
    ended = await db.fetch(OF_CLOSED, event.subject, clock.now())
    for each in ended:
        await announce(CLOSING, ServiceEnded(region=each["region"], subject=each["id"]))
    if ended:
        await cache.drop(TAG)


@verb("messaging.set_guests", N_("Say whom a team key may reach"), *STAFF, fresh=RECENT)
async def set_guests(actor: Actor, service: UUID, wanted: GuestsRequest) -> None:
    """Keep the numbers and addresses of the team."""
    known = await service_of(actor, service)
    lines = [line.strip() for line in wanted.guests.splitlines() if line.strip()]
    if not all("@" in line or identity.phone_fingerprint(line) for line in lines):
        raise Invalid({"guests": N_("Each line needs a mobile number or an e-mail address")})
    async with db.transaction():
        sealed = seal("messaging-service", service, "guests", wanted.guests)
        await db.execute(GUESTS, known.region, service, sealed)
        await announce(actor, GuestsChanged(region=known.region, subject=service))
        await cache.drop(TAG)


@verb("messaging.make_key", N_("Make a key for a system"), *STAFF, fresh=RECENT)
async def make_key(actor: Actor, service: UUID, wanted: KeyRequest) -> KeyShown:
    """A new key, in the form that the clients take apart: name, service, secret. Nobody sees the secret again."""
    known, new, secret = await service_of(actor, service), ids.new(), str(uuid.uuid4())
    async with db.transaction():
        sealed = seal("messaging-key", new, "secret", secret)
        await db.execute(
            ADD_KEY, known.region, new, service, wanted.kind, wanted.name, sealed, actor.acting, clock.now()
        )
        await announce(actor, KeyMade(region=known.region, subject=new, service=service, kind=wanted.kind))
        await cache.drop(TAG)
    return KeyShown(id=new, kind=wanted.kind, name=wanted.name, whole=f"linli_{wanted.kind}-{service}-{secret}")


@verb("messaging.revoke_key", N_("Take a key back"), *STAFF, fresh=RECENT)
async def revoke_key(actor: Actor, service: UUID, key: UUID) -> None:
    """The key is worth nothing from now on; a repeat changes nothing."""
    known = await service_of(actor, service)
    async with db.transaction():
        if await db.fetchval(REVOKE, known.region, service, key, clock.now()):
            await announce(actor, KeyRevoked(region=known.region, subject=key, service=service))
            await cache.drop(TAG)


async def live_keys(service: UUID) -> Live:
    """The keys with which a service may sign now, opened; kept for half a minute and dropped by each change."""

    async def load(wanted: list[UUID]) -> dict[UUID, Live]:
        found: dict[UUID, Live] = {each: [] for each in wanted}
        for row in await db.fetch(LIVE, wanted):
            opened = dict(row)
            opened["secret"] = legible("messaging-key", row["id"], "secret", row["secret"])
            opened["guests"] = _addresses(legible("messaging-service", row["service"], "guests", row["guests"]))
            if opened["secret"]:  # one that nobody can read signs nothing: least of all the empty one
                found[row["service"]].append(opened)
        return found

    return (await _live.many([service], load)).get(service, [])


def _addresses(lines: str) -> frozenset[str]:
    """Whom a team key may reach, in the form in which a message names them: typed with blanks, +86 or capitals."""
    found = [line.strip() for line in lines.splitlines() if line.strip()]
    read = ((identity.phone_fingerprint(each) or ("",))[0] or notifications.email_address(each) for each in found)
    return frozenset(each for each in read if each)


async def _lines(region: str, service: UUID | None) -> list[ServiceLine]:
    rows = await db.fetch(LIST, region, service)
    keys = await db.fetch(KEYS, region, [row["id"] for row in rows])
    return [
        ServiceLine(
            id=row["id"], region=row["region"], name=row["name"], organisation=row["organisation"],
            created=row["created"], guests=legible("messaging-service", row["id"], "guests", row["guests"]),
            keys=[
                KeyLine(id=k["id"], kind=k["kind"], name=k["name"], created=k["created"], revoked=k["revoked"])
                for k in keys if k["service"] == row["id"]
            ],
        )
        for row in rows
    ]  # fmt: skip
