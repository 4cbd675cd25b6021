"""The browsers of a person: subscribed by a press in that browser, seen in a list, forgotten."""

from datetime import UTC, datetime
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.settings import settings
from backend.webpush import rules, sealed, vapid
from backend.webpush.events import BrowserForgotten, BrowserSubscribed
from backend.webpush.schemas import Browser, BrowserHeld, BrowserSubscription, PushKey

BY_ENDPOINT = """SELECT id, person FROM webpush_subscription
    WHERE region = '000000' AND endpoint_index = ANY ($1::bytea[]) FOR UPDATE"""
ADD = """INSERT INTO webpush_subscription (region, id, person, endpoint, endpoint_index, browser_key, auth, key_id,
        service, device, lang, created, expires)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""
MINE = """SELECT id, device, service, created, received FROM webpush_subscription
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 50"""
DROP = "DELETE FROM webpush_subscription WHERE region = '000000' AND id = $1 RETURNING person"
OWN = "SELECT id FROM webpush_subscription WHERE region = '000000' AND id = $1 AND person = $2"
ORDERED = "SELECT pg_advisory_xact_lock(hashtextextended($1, 31))"
# One at a time for each address, under every key: a lock on rows holds nobody back while there is no row, and the
# unique index knows only fingerprints, of which an address has two while keys are being replaced.
ALONE = """SELECT pg_advisory_xact_lock(hashtextextended(encode(each, 'hex'), 31))
    FROM unnest($1::bytea[]) known (each)"""


class UnknownService(Invalid):
    """The address belongs to no push service that we send to."""

    code, title = "unknown-push-service", N_("This browser's message service is not one that we know")


class NotHere(Conflict):
    """A machine in a hall is used by many: nobody's messages are shown there."""

    code, title = "not-on-this-device", N_("Messages cannot be shown on a shared machine")


class NoSuchBrowser(NotFound):
    """No browser of this person has this id."""

    code, title = "no-such-browser", N_("We do not find this browser")


@verb("webpush.push_key", N_("Get the key for messages on a device"), PUBLIC)
async def push_key(actor: Actor) -> PushKey:
    """What the browser is given, so that only we can send to it."""
    return PushKey(key=vapid.public_key())


@verb("webpush.subscribe", N_("Show messages on this device"), "resident")
async def subscribe(actor: Actor, wanted: BrowserSubscription, *, user_agent: str = "", lang: str = "zh_CN") -> Browser:
    """Keep this browser. It tells whoever subscribed it last; the ninth browser of a person replaces the first."""
    if actor.channel == "kiosk":
        raise NotHere()
    service = rules.service_of(wanted.endpoint, settings().push_hosts)
    if not service:
        raise UnknownService(fields={"endpoint": N_("This browser's message service is not one that we know")})
    if not vapid.usable(wanted.keys.p256dh):
        raise Invalid({"keys": N_("The key of this browser cannot be used. Please switch messages on once more.")})
    now, new = clock.now(), ids.new()
    device = rules.browser_of(user_agent)
    async with db.transaction():
        await db.execute(ORDERED, f"{actor.person}")
        known = crypto.indexes(wanted.endpoint, sealed.PURPOSE)
        await db.execute(ALONE, sorted(known))
        for old in await db.fetch(BY_ENDPOINT, known):
            await drop(actor, old["id"], "replaced")
        for old in (await db.fetch(MINE, actor.person))[rules.BROWSERS - 1 :]:
            await drop(actor, old["id"], "replaced")
        await db.execute(
            ADD, new, actor.person, sealed.seal(new, "endpoint", wanted.endpoint),
            crypto.index(wanted.endpoint, sealed.PURPOSE), sealed.seal(new, "browser_key", wanted.keys.p256dh),
            sealed.seal(new, "auth", wanted.keys.auth), crypto.current(), service, device, lang, now, _ends(wanted),
        )  # fmt: skip
        await announce(actor, BrowserSubscribed(region=PROVINCE, subject=new))
    return Browser(id=new, device=device, created=now, received=None)


@verb("webpush.browsers", N_("See where messages are shown"), "resident")
async def browsers(actor: Actor) -> list[Browser]:
    """My browsers, the latest first."""
    rows = await db.fetch(MINE, actor.person)
    return [
        Browser(id=row["id"], device=row["device"], created=row["created"], received=row["received"]) for row in rows
    ]


@verb("webpush.forget_browser", N_("Show no more messages on a device"), "resident")
async def forget_browser(actor: Actor, browser: UUID) -> None:
    """Forget one of my browsers, also from another device."""
    async with db.transaction():
        if await db.fetchval(OWN, browser, actor.person) is None:
            raise NoSuchBrowser(next_step=("/me/devices/messages", N_("See where messages are shown")))
        await drop(actor, browser, "removed")


@verb("webpush.forget_this_browser", N_("Show no more messages here"), "resident")
async def forget_this_browser(actor: Actor, endpoint: str) -> None:
    """Forget the browser with this address, if it is mine. A repeat changes nothing."""
    async with db.transaction():
        for row in await db.fetch(BY_ENDPOINT, crypto.indexes(endpoint, sealed.PURPOSE)):
            if row["person"] == actor.person:
                await drop(actor, row["id"], "removed")


async def drop(actor: Actor, browser: UUID, why: str) -> None:
    """Delete a browser and say so, in the running transaction."""
    person = await db.fetchval(DROP, browser)
    if person is not None:
        await announce(actor, BrowserForgotten(region=PROVINCE, subject=browser, person=person, why=why))


async def browsers_held(person: UUID) -> list[BrowserHeld]:
    """The browsers, for the person's own data."""
    rows = await db.fetch(MINE, person)
    return [
        BrowserHeld(device=row["device"], service=row["service"], created=row["created"], received=row["received"])
        for row in rows
    ]


def _ends(wanted: BrowserSubscription) -> datetime | None:
    """When the browser itself ends the subscription, if it says so (milliseconds since 1970)."""
    try:
        return None if wanted.expirationTime is None else datetime.fromtimestamp(wanted.expirationTime / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
