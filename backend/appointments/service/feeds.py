"""日历订阅: the phone's calendar reads a person's appointments under an address that only the person was shown.

Whoever knows the address reads the appointments, so it is made only by the person, right after showing who they are,
and never for somebody else. We keep its hash: who wants to see it again makes a new one, and the old one ends.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.appointments import access
from backend.appointments.events import FeedEnded, FeedMade
from backend.appointments.schemas import Appointment
from backend.appointments.service.reading import shown
from backend.core import clock, crypto, db, rate, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, RECENT, verb
from backend.core.problems import NotFound
from backend.core.schemas import Output
from backend.core.words import N_

KEPT = timedelta(days=30)  # past and cancelled appointments stay in the calendar for so long
READS = (60, 3600)  # of one address in an hour; a phone looks a few times a day
READING = Actor.system("calendar subscription")
PURPOSE = N_("Your calendar subscription")
MAKE = """INSERT INTO appointments_feed (region, person_id, token_hash, lang, made_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (region, person_id) DO UPDATE
        SET token_hash = excluded.token_hash, lang = excluded.lang, made_at = excluded.made_at,
            seen_at = excluded.seen_at"""
END = "DELETE FROM appointments_feed WHERE region = $1 AND person_id = $2 RETURNING person_id"
OF_PERSON = "SELECT made_at, seen_at FROM appointments_feed WHERE region = $1 AND person_id = $2"
# Locked, so that of two reads at once only one is the first of the day.
BY_TOKEN = """SELECT person_id, lang, seen_at, made_at FROM appointments_feed
    WHERE region = $1 AND token_hash = $2 FOR UPDATE"""
SEEN = "UPDATE appointments_feed SET seen_at = $3 WHERE region = $1 AND person_id = $2"
SHOWN = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE person_id = $1 AND state <> 'moved' AND starts_at > $2 ORDER BY starts_at, id LIMIT 500"""


class NoSuchFeed(NotFound):
    """No subscription has this address; it may have ended."""

    code, title = "no-such-calendar", N_("This calendar address does not exist, or no longer")


class FeedView(Output, frozen=True, kw_only=True):
    """日历订阅 as its person sees it: since when, and when a calendar last read it; none before it has."""

    made_at: datetime
    seen_at: datetime | None


class FeedMadeView(Output, frozen=True, kw_only=True):
    """The address, shown this once: its token."""

    token: str


class Subscribed(Output, frozen=True, kw_only=True):
    """What a calendar reads."""

    lang: str
    appointments: list[Appointment]


@verb("appointments.feed_of", N_("See one's calendar subscription"), "resident")
async def feed_of(actor: Actor) -> FeedView | None:
    """Whether there is one; its address is not known to us any more."""
    return next(iter(await feeds_of(actor.person)), None)


async def feeds_of(person: UUID) -> list[FeedView]:
    """The subscription of a person, for their own export; at most one."""
    return [
        FeedView(made_at=row["made_at"], seen_at=row["seen_at"] if row["seen_at"] > row["made_at"] else None)
        for row in await db.fetch(OF_PERSON, PROVINCE, person)
    ]


@verb("appointments.make_feed", N_("Make an address for one's calendar"), "resident", fresh=RECENT)
async def make_feed(actor: Actor, *, lang: str) -> FeedMadeView:
    """A new address; one that was there before ends in the same moment."""
    await rate.check("make-calendar", str(actor.person), limit=10, per=3600)
    token = crypto.token()
    async with db.transaction():
        await db.execute(MAKE, PROVINCE, actor.person, _hash(token), lang, clock.now())
        await announce(actor, FeedMade(region=PROVINCE, subject=actor.person))
    return FeedMadeView(token=token)


@verb("appointments.end_feed", N_("End one's calendar subscription"), "resident", "system")
async def end_feed(actor: Actor) -> None:
    """From this moment nobody reads under the address. Twice is the same as once."""
    async with db.transaction():
        if await db.fetchval(END, PROVINCE, actor.person) is not None:
            await announce(actor, FeedEnded(region=PROVINCE, subject=actor.person))


@verb("appointments.read_feed", N_("Read a calendar subscription"), PUBLIC)
async def read_feed(actor: Actor, token: str) -> Subscribed:
    """What is ahead and what was in the last thirty days, cancelled ones too, so that a calendar strikes them out.

    Who reads here is a machine that does not say who it is: the person sees that it was read, once for each day.
    """
    hashed = _hash(token)
    await rate.check("calendar", hashed.hex(), limit=READS[0], per=READS[1])
    now = clock.now()
    async with db.transaction():
        row: Any = await db.fetchrow(BY_TOKEN, PROVINCE, hashed)
        if row is None:
            raise NoSuchFeed()
        person = row["person_id"]
        first = row["seen_at"] == row["made_at"] or clock.local(row["seen_at"]).date() != clock.today()
        await db.execute(SEEN, PROVINCE, person, now)
        if first:
            await trail.viewed(READING, region=PROVINCE, person=person, what="appointment", purpose=PURPOSE)
    found = await shown(READING, await db.fetch(SHOWN, person, now - KEPT))
    return Subscribed(lang=row["lang"], appointments=found)


def _hash(token: str) -> bytes:
    return sha256(f"calendar:{token}".encode()).digest()
