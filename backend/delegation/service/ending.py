"""Ending a mandate: by the principal, the delegate or the clock. Always one act, never a condition, never a wait."""

from uuid import UUID

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.words import N_
from backend.delegation import access, rules
from backend.delegation.events import MandateExtended
from backend.delegation.schemas import Extension, Mandate
from backend.delegation.service.steps import PEOPLE, check, end, end_of, record, seen
from backend.identity import service as identity

DUE = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE state <> 'ended' AND (ends <= $1 OR (state = 'invited' AND invited_until <= $1))
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED"""
EXTEND = "UPDATE delegation_mandate SET ends = $2 WHERE region = '000000' AND id = $1"
PERIOD = Actor.system("end what has run out")


@verb("delegation.veto", N_("Object before it counts"), *PEOPLE)
async def veto(actor: Actor, row_id: UUID) -> None:
    """不同意: one tap in the cooling-off, and nothing was ever done."""
    await _end(actor, row_id, "veto", mine=True)


@verb("delegation.revoke", N_("Take a mandate back"), *PEOPLE)
async def revoke(actor: Actor, row_id: UUID) -> None:
    """收回: once this returns, no act under the mandate begins any more."""
    await _end(actor, row_id, "revocation", mine=True)


@verb("delegation.give_up", N_("No longer act for somebody"), *PEOPLE)
async def give_up(actor: Actor, row_id: UUID) -> None:
    """不再代办, by the delegate."""
    await _end(actor, row_id, "resignation", mine=False)


@verb("delegation.extend", N_("Let a mandate run longer"), *PEOPLE, fresh=RECENT)
async def extend(actor: Actor, row_id: UUID, until: Extension) -> Mandate:
    """A new consent of the principal to the same scopes; a cooling-off that runs goes on."""
    async with db.transaction():
        row = await access.mandate(actor, row_id, lock=True)
        if row["principal"] != actor.person:
            raise access.NoSuchMandate()
        check(row, "extension")
        birth = await identity.birth_of(row["principal"])
        ends = end_of(until.until, row["basis"], row["starts"] if row["basis"] == "one-time" else clock.now(), birth)
        await db.execute(EXTEND, row_id, ends)
        await record(actor, row_id, "extension")
        event = MandateExtended(region=PROVINCE, subject=row_id, person=row["principal"], delegate=row["delegate"])
        await announce(actor, event)
    return (await seen(actor, [await access.mandate(actor, row_id)]))[0]


async def expire_due() -> int:
    """End what has run out, at most 500 at a time. Use does not wait for this: the clock decides at each act."""
    async with db.transaction():
        rows = await db.fetch(DUE, clock.now())
        for row in rows:
            await end(PERIOD, row, "expiry", "expired")
    return len(rows)


async def _end(actor: Actor, row_id: UUID, kind: str, *, mine: bool) -> None:
    async with db.transaction():
        row = await access.mandate(actor, row_id, lock=True)
        if row["principal" if mine else "delegate"] != actor.person:
            raise access.NoSuchMandate()
        why = rules.STEPS[kind][2]
        if row["ended_why"] == why:
            return
        check(row, kind)
        await end(actor, row, kind, why)
