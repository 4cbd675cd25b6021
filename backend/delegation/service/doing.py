"""What was done for whom: the household, the list of acts, and taking one of them back."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import inner, verb
from backend.core.problems import NotFound
from backend.core.schemas import Page
from backend.core.words import N_
from backend.delegation import access
from backend.delegation.events import TakenBack
from backend.delegation.schemas import Act, Household
from backend.delegation.sealed import unseal
from backend.delegation.service.steps import PEOPLE, name_of, seen
from backend.delegation.telling import words_of
from backend.identity import service as identity

FEW = 5
LAST = UUID(int=(1 << 128) - 1)
GIVEN = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE principal = $1 AND state <> 'ended' ORDER BY id DESC LIMIT 50"""
HELD = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE delegate = $1 AND state <> 'ended' ORDER BY id DESC LIMIT 50"""
ASKED = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE phone_index = ANY($1::bytea[]) AND state = 'invited' AND invited_until > $2 AND principal <> $3
    ORDER BY id DESC LIMIT 20"""
# Two short index scans, the latest first: a million acts of one's own are in neither index.
ACTS = """SELECT * FROM (
        (SELECT region, id, name, subject, at, acting, principal, basis, channel FROM core_announcement
            WHERE principal = $1 AND basis IN ('delegation', 'assisted') AND id < $2 AND name <> ALL ($4::text[])
            ORDER BY id DESC LIMIT $3)
        UNION ALL
        (SELECT region, id, name, subject, at, acting, principal, basis, channel FROM core_announcement
            WHERE acting = $1 AND basis = 'delegation' AND id < $2 AND name <> ALL ($4::text[])
            ORDER BY id DESC LIMIT $3)) acts
    ORDER BY id DESC LIMIT $3"""
ONE = """SELECT region, id, name, subject, acting FROM core_announcement
    WHERE principal = $1 AND id = $2 AND basis = 'delegation'"""
PAIRS = f"""SELECT DISTINCT ON (principal, delegate) {access.COLUMNS} FROM delegation_mandate
    WHERE (principal = $1 AND delegate = ANY($2::uuid[])) OR (delegate = $1 AND principal = ANY($2::uuid[]))
    ORDER BY principal, delegate, state, id DESC"""
RETURN = """INSERT INTO delegation_takeback (region, id, principal, delegate, subject, at, acting, channel)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id"""
RETURNED = """SELECT subject, delegate FROM delegation_takeback
    WHERE region = '000000' AND subject = ANY($1::uuid[])"""
HIDDEN = "SELECT subject FROM delegation_takeback WHERE principal = $1 AND delegate = $2"
PASS_ON = """INSERT INTO delegation_takeback (region, id, principal, delegate, subject, at, acting, channel)
    SELECT region, gen_random_uuid(), principal, delegate, $2, at, acting, channel FROM delegation_takeback
    WHERE region = '000000' AND subject = $1 ON CONFLICT DO NOTHING"""
SILENT = ["AssistanceBegun", "AssistanceEnded", "TakenUp", "LaidDown"]


@verb("delegation.household", N_("See who acts for whom"), *PEOPLE)
async def household(actor: Actor) -> Household:
    """家人和代办: for whom may I act, who may act for me, until when, and what was done lately."""
    me, now = actor.person, clock.now()
    given, held = await db.fetch(GIVEN, me), await db.fetch(HELD, me)
    asked = await db.fetch(ASKED, await identity.fingerprints_of(me), now, me)
    latest = await acts(actor, limit=FEW)
    standing = [row for row in [*given, *held] if access.standing(row) != "ended"]
    shown = await seen(actor, standing)
    return Household(
        for_others=[each for each in shown if not each.mine], for_me=[each for each in shown if each.mine],
        asked=await seen(actor, asked), acts=latest.items, more=latest.next is not None,
    )  # fmt: skip


@verb("delegation.acts", N_("See what was done for whom"), *PEOPLE)
async def acts(actor: Actor, *, after: UUID | None = None, limit: int = 20) -> Page[Act]:
    """What others did for me and what I did for others, the latest first."""
    me = actor.person
    rows = await db.fetch(ACTS, me, after or LAST, limit + 1, SILENT)
    items = await _shown(me, rows[:limit])
    return Page(items=items, next=str(items[-1].id) if len(rows) > limit else None)


@verb("delegation.act", N_("See one thing that was done for me"), *PEOPLE)
async def act(actor: Actor, act_id: UUID) -> Act:
    """One of them, before taking it back."""
    row = await db.fetchrow(ACTS.replace("id < $2", "id = $2"), actor.person, act_id, 1, SILENT)
    if row is None:
        raise NotFound(next_step=("/household", N_("Family and helpers")))
    return (await _shown(actor.person, [row]))[0]


@verb("delegation.take_back", N_("Take back what somebody did for me"), *PEOPLE)
async def take_back(actor: Actor, act_id: UUID) -> None:
    """收回这件事: it is the principal's alone again; whoever did it no longer sees or changes it. Twice is as once."""
    row = await db.fetchrow(ONE, actor.person, act_id)
    known = words_of(row["name"]) if row is not None else None
    if row is None or known is None or not known.returnable:
        raise NotFound(next_step=("/household", N_("Family and helpers")))
    async with db.transaction():
        made = await db.fetchval(
            RETURN, ids.new(), actor.person, row["acting"], row["subject"], clock.now(), actor.acting, actor.channel
        )
        if made is not None:
            event = TakenBack(region=row["region"], subject=row["subject"], person=actor.person, delegate=row["acting"])
            await announce(actor, event)


@inner
async def taken_back(actor: Actor) -> list[UUID]:
    """What the actor no longer sees of the principal's: empty for everybody who acts for themselves or assists."""
    if actor.basis != "delegation":
        return []
    return [row["subject"] for row in await db.fetch(HIDDEN, actor.principal, actor.acting)]


async def passed_on(old: UUID, new: UUID) -> None:
    """What replaces something taken back, such as a new time, is taken back as well. In the caller's transaction."""
    await db.execute(PASS_ON, old, new)


async def _shown(me: UUID, rows: list[Any]) -> list[Act]:
    """Acts with their words: in detail for the principal, and for the delegate only while they may act."""
    people = await identity.people(sorted({row[key] for row in rows for key in ("acting", "principal") if row[key]}))
    others = [row["acting"] if row["principal"] == me else row["principal"] for row in rows]
    pairs = {(row["principal"], row["delegate"]): row for row in await db.fetch(PAIRS, me, others)}
    returned = {(row["subject"], row["delegate"]) for row in await db.fetch(RETURNED, [r["subject"] for r in rows])}
    facts = await _facts(rows)
    found = []
    for row in rows:
        pair, mine = pairs.get((row["principal"], row["acting"])), row["principal"] == me
        gone, known = (row["subject"], row["acting"]) in returned, words_of(row["name"])
        detailed = mine or (pair is not None and bool(access.counting(pair)) and not gone)
        values = facts.get(row["subject"]) if detailed else None
        title, text = known.title if known else N_("did something"), ""
        if known and values:
            wording, values, _ = known.fitting(values)
            title, text = wording.title, wording.did
        kin = unseal(pair["id"], *_kin(pair, mine)) if pair else ""
        acting, principal = name_of(people, row["acting"]), name_of(people, row["principal"])
        found.append(Act(
            id=row["id"], at=row["at"], subject=row["subject"], event=row["name"], title=title,
            text=text or title, values=values or {},
            acting=row["acting"], acting_name=kin + acting if mine else acting,
            principal_name=principal if mine else kin or principal, basis=row["basis"], channel=row["channel"],
            mine=mine, taken_back=gone,
            returnable=mine and row["basis"] == "delegation" and bool(known and known.returnable) and not gone,
        ))  # fmt: skip
    return found


def _kin(pair: Any, mine: bool) -> tuple[str, bytes | None]:
    field = "relation" if mine else "called"
    return field, pair[field]


async def _facts(rows: list[Any]) -> dict[UUID, dict[str, str]]:
    """The facts of all rows, asked of each slice once for each kind of event."""
    found: dict[UUID, dict[str, str]] = {}
    for name in {row["name"] for row in rows}:
        known = words_of(name)
        if known:
            found |= await known.facts([(row["region"], row["subject"]) for row in rows if row["name"] == name])
    return found
