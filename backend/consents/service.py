"""The verbs of consents; the only writer of the ledger."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.consents import purposes, rules
from backend.consents.events import ConsentGiven, ConsentWithdrawn
from backend.consents.schemas import ConsentLine, Giving, Purpose, PurposeLine
from backend.core import clock, db, ids, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, inner, scope, verb
from backend.core.problems import Conflict, Forbidden, NotFound
from backend.core.words import N_

WHO = ("resident", "operator", "clerk")
# Whoever resolves a guardian's mandate adds it; nobody can put it into another mandate (art. 31).
GUARDIAN = scope(
    "guardian", N_("A guardian's decisions for a child"), N_("Only for parents and guardians verified as such"),
    offered=False,
)  # fmt: skip
PAGE = ("/consents", N_("See what I agreed to"))
LATEST = """SELECT DISTINCT ON (purpose) purpose, version, state, at FROM consents_consent
    WHERE region = '000000' AND person = $1 ORDER BY purpose, id DESC"""
STANDING = """SELECT version, state FROM consents_consent WHERE region = '000000' AND person = $1 AND purpose = $2
    ORDER BY id DESC LIMIT 1"""
ADD = """INSERT INTO consents_consent
        (region, id, person, purpose, version, state, words, at, acting, basis, channel, mandate, verified)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""
HISTORY = """SELECT id, purpose, version, state, at, acting, basis, channel, verified FROM consents_consent
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 500"""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 11))"
# A consent that stands is kept however old it is; what was replaced or taken back goes when its term is over.
OVER = """DELETE FROM consents_consent WHERE (region, id) IN (
    SELECT c.region, c.id FROM consents_consent c
    WHERE c.region = '000000' AND c.at < $1 AND c.person <> ALL ($3::uuid[]) AND (c.state = 'withdrawn' OR EXISTS (
        SELECT 1 FROM consents_consent n WHERE n.region = c.region AND n.person = c.person AND n.purpose = c.purpose
            AND n.id > c.id AND n.at < $1))
    ORDER BY c.at LIMIT $2)"""

Verification = Callable[[Actor], Awaitable[list[str]]]
Guardian = Callable[[Actor], Awaitable[bool]]
Child = Callable[[UUID], Awaitable[bool]]
_verification: list[Verification] = []
_guardian: list[Guardian] = []
_child: list[Child] = []


class ConsentNeeded(Forbidden):
    """Something uses data for a purpose that the person has not agreed to."""

    code, title = "consent-needed", N_("For this we need your consent")


class WordsChanged(Conflict):
    """Somebody agrees to words that are no longer the ones that count."""

    code, title = "words-changed", N_("The text has changed in the meantime")


class GuardianNeeded(Forbidden):
    """A child under 14 does not consent alone, and a helper who is no guardian never does for the child."""

    code, title = "guardian-needed", N_("A parent or guardian has to agree to this")


def use_verification(find: Verification) -> None:
    """Let identity say how the person was verified whom staff helps; it is kept with the consent."""
    _verification[:] = [find]


def use_guardians(is_guardian: Guardian, is_child: Child | None = None) -> None:
    """Let delegation say whether a mandate is a guardian's, and identity whether a person is under 14."""
    _guardian[:] = [is_guardian]
    if is_child is not None:
        use_children(is_child)


def use_children(is_child: Child) -> None:
    """Let identity say whether a person is under 14."""
    _child[:] = [is_child]


@verb("consents.mine", N_("See consents"), *WHO, scope=GUARDIAN)
async def mine(actor: Actor) -> list[PurposeLine]:
    """Every purpose in its current words, and how the person stands to it."""
    rows = {row["purpose"]: row for row in await db.fetch(LATEST, actor.person)}
    purpose = N_("Going through your consents with you")
    await trail.viewed(actor, region=PROVINCE, person=actor.person, what="consents", purpose=purpose)
    return [_line(each, rows.get(each.name)) for each in purposes.current().values()]


@verb("consents.history", N_("See when consents were given and taken back"), *WHO, scope=GUARDIAN)
async def history(actor: Actor) -> list[ConsentLine]:
    """The ledger of the person, the latest first."""
    return await ledger(actor.person)


@verb("consents.give", N_("Agree to a purpose"), *WHO, scope=GUARDIAN)
async def give(actor: Actor, wanted: Giving) -> PurposeLine:
    """Agree to the current words. Agreeing twice is the same as once."""
    purpose = _purpose(wanted.purpose)
    if wanted.version != purpose.version:
        raise WordsChanged(N_("Please read it once more and decide again."), next_step=PAGE)
    await _may_consent(actor)
    async with db.transaction():
        await db.execute(LOCK, f"consent:{actor.person}")
        if not await standing(actor.person, purpose.name):
            await _add(actor, purpose, "given")
            event = ConsentGiven(region=PROVINCE, subject=actor.person, purpose=purpose.name, version=purpose.version)
            await announce(actor, event)
    return await _one(actor, purpose)


@verb("consents.withdraw", N_("Take a consent back"), *WHO, scope=GUARDIAN)
async def withdraw(actor: Actor, name: str) -> PurposeLine:
    """Take it back, from now on; what was done before stays lawful (art. 15). Twice is the same as once."""
    purpose = _purpose(name)
    async with db.transaction():
        await db.execute(LOCK, f"consent:{actor.person}")
        row = await db.fetchrow(STANDING, actor.person, name)
        if row is not None and row["state"] == "given":
            await _add(actor, purposes.all_versions()[name, row["version"]], "withdrawn")
            await announce(actor, ConsentWithdrawn(region=PROVINCE, subject=actor.person, purpose=name))
    return await _one(actor, purpose)


@verb("consents.require", N_("Use data that needs a consent"), PUBLIC)
async def require(actor: Actor, person: UUID, purpose: str) -> None:
    """Raise ``ConsentNeeded`` unless the person has agreed to the current words of the purpose."""
    if not await standing(person, purpose):
        step = PAGE if actor.principal == person else None
        raise ConsentNeeded(N_("Read what it is for and decide. You can take it back at any time."), next_step=step)


def asked_for(name: str) -> Purpose:
    """The current words of a purpose, for a page that asks where the data is used; 404 when there is none."""
    return _purpose(name)


async def standing(person: UUID, purpose: str) -> bool:
    """Whether the person has agreed to the current words of the purpose and not taken it back."""
    row = await db.fetchrow(STANDING, person, purpose)
    return row is not None and rules.state_of(row["state"], row["version"], _purpose(purpose).version) == "given"


async def ledger(person: UUID) -> list[ConsentLine]:
    """The rows of a person, for the export and the person's page."""
    titles = {key: each.title for key, each in purposes.all_versions().items()}
    return [
        ConsentLine(
            id=row["id"], purpose=row["purpose"], version=row["version"], state=row["state"], at=row["at"],
            title=titles.get((row["purpose"], row["version"]), row["purpose"]), by_me=row["acting"] == person,
            basis=row["basis"], channel=row["channel"], verified=list(row["verified"]),
        )
        for row in await db.fetch(HISTORY, person)
    ]  # fmt: skip


@inner
async def withdraw_all(actor: Actor, person: UUID) -> int:
    """End every consent of a person whose account closes; the evidence stays for its term."""
    ended = 0
    for row in await db.fetch(LATEST, person):
        if row["state"] == "given":
            known = purposes.all_versions()[row["purpose"], row["version"]]
            await _add(actor, known, "withdrawn", person=person)
            await announce(actor, ConsentWithdrawn(region=PROVINCE, subject=person, purpose=row["purpose"]))
            ended += 1
    return ended


async def forget(before: datetime, limit: int, spared: list[UUID]) -> int:
    """Delete evidence past its term; a consent that stands stays, and so does everything of people under a hold."""
    async with db.transaction():
        await db.execute("SET LOCAL linli.retention = 'on'")
        tag = await db.execute(OVER, before, limit, spared)
        await db.execute("SET LOCAL linli.retention = 'off'")
    return int(tag.rpartition(" ")[2])


async def _may_consent(actor: Actor) -> None:
    if actor.basis == "delegation":
        if not (_guardian and await _guardian[0](actor)):
            raise GuardianNeeded(N_("A helper cannot agree to this for somebody else."))
    elif actor.basis == "self" and _child and await _child[0](actor.person):
        raise GuardianNeeded(N_("You are under 14. Please ask your parents to do this with you, or come to a counter."))


async def _one(actor: Actor, purpose: Purpose) -> PurposeLine:
    rows = {row["purpose"]: row for row in await db.fetch(LATEST, actor.person)}
    return _line(purpose, rows.get(purpose.name))


def _line(purpose: Purpose, row: Any) -> PurposeLine:
    state = rules.state_of(row["state"] if row else None, row["version"] if row else 0, purpose.version)
    return PurposeLine(purpose=purpose, state=state, since=row["at"] if row else None)


def _purpose(name: str) -> Purpose:
    found = purposes.current().get(name)
    if found is None:
        raise NotFound()
    return found


async def _add(actor: Actor, purpose: Purpose, state: str, *, person: UUID | None = None) -> None:
    verified = await _verification[0](actor) if _verification and actor.basis == "assisted" else []
    await db.execute(
        ADD, ids.new(), person or actor.person, purpose.name, purpose.version, state, purposes.fingerprint(purpose),
        clock.now(), actor.acting, actor.basis, actor.channel, actor.mandate, verified,
    )  # fmt: skip
