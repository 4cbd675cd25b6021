"""未成年人模式: entered with a parent's PIN or by age, left with the PIN, minutes of today counted and not kept.

The limits are those of the device (guideline of 2024-11-15); here they close optional areas only. Services, learning,
safety and help stay open day and night. A host or a device in minors' mode opens pages with ``?mode=minors``.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.http.context import Minding
from backend.core.policy import RECENT, inner, verb
from backend.core.problems import Conflict, Forbidden, Invalid, TooMany
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import MinorsModeChanged
from backend.identity.schemas import MinorsEntry, MinorsExit, MinorsMode
from backend.identity.sealed import unseal
from backend.identity.service.hashing import hashed, matches
from backend.identity.service.minors import COME, GuardianConsentNeeded, guardian_consented

PERSON = "SELECT birth, mode FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"
ROW = """SELECT band, pin, tries, released, day, minutes FROM identity_minding WHERE region = '000000' AND id = $1"""
MODE = "UPDATE identity_person SET mode = $2, changed = $3 WHERE region = '000000' AND id = $1 AND mode <> $2"
ENTER = """INSERT INTO identity_minding AS m (region, id, band, pin, changed) VALUES ('000000', $1, $2, $3, $4)
    ON CONFLICT (region, id) DO UPDATE SET band = $2, pin = coalesce($3, m.pin), released = false, tries = 0,
        changed = $4"""
LEAVE = "UPDATE identity_minding SET released = true, tries = 0, changed = $2 WHERE region = '000000' AND id = $1"
# The try is counted before the PIN is compared, by the statement that checks the limit: parallel guesses all count.
TRY = """UPDATE identity_minding SET tries = tries + 1, changed = $2
    WHERE region = '000000' AND id = $1 AND pin IS NOT NULL AND tries < $3 RETURNING pin, tries"""
COUNT = """INSERT INTO identity_minding AS m (region, id, day, minutes, changed) VALUES ('000000', $1, $2, $3, $4)
    ON CONFLICT (region, id) DO UPDATE SET day = $2, changed = $4,
        minutes = least(1440, CASE WHEN m.day = $2 THEN m.minutes + $3 ELSE $3 END)"""
RESET = """INSERT INTO identity_minding AS m (region, id, band, pin, changed) VALUES ('000000', $1, '', $2, $3)
    ON CONFLICT (region, id) DO UPDATE SET pin = $2, tries = 0, changed = $3"""


class WrongPin(Invalid):
    """Not the parent's PIN; the try is counted."""

    code = "wrong-pin"


class PinLocked(TooMany):
    """Five wrong PINs: a parent has it set anew at a counter."""

    code, title = "pin-locked", N_("The parent's number is locked")


class NoPin(Conflict):
    """The mode came with the age of the account, and no parent has set a PIN."""

    code, title = "no-parent-pin", N_("No parent has set a number yet")


class Resting(Forbidden):
    """An optional area outside the hours, or after the minutes, of minors' mode."""

    code, title = "rest-now", N_("Time for a rest")


AT_A_COUNTER = N_("A parent or guardian sets it at a counter, with the household register.")


async def admit(person: UUID) -> None:
    """Before a session opens: a child needs a guardian's consent; under 18 pages begin in minors' mode."""
    row = await db.fetchrow(PERSON, person)
    birth = _birth(row, person)
    if row is None or birth is None:
        return
    today = clock.today()
    if rules.child(birth, today) and not await guardian_consented(person):
        raise GuardianConsentNeeded(COME, next_step=("/halls", N_("Find a hall")))
    kept = await db.fetchrow(ROW, person)
    if rules.minor(birth, today):
        if row["mode"] != "minors" and not (kept and kept["released"]):
            await _switch(Actor.system("minors mode"), person, "minors", why="age")
    elif row["mode"] == "minors" and not (kept and kept["pin"]):
        await _switch(Actor.system("minors mode"), person, "standard", why="age")


async def minding_of(person: UUID, birth: date | None, *, gap: timedelta | None) -> Minding:
    """The state for this request; ``gap`` is the time since the last counted look, none when nothing is counted."""
    today = clock.today()
    if gap is not None:
        await db.execute(COUNT, person, today, rules.counted(gap), clock.now())
    row = await db.fetchrow(ROW, person)
    used = row["minutes"] if row and row["day"] == today else 0
    band = (rules.band(birth, today) if birth else "") or (row["band"] if row else "")
    moment = clock.local(clock.now())
    return Minding(
        band=band, used=used, limit=rules.daily_limit(band), rest=rules.resting(band, used, moment),
        pause=rules.time_for_a_pause(used),
    )  # fmt: skip


@inner
async def require_leisure(actor: Actor) -> None:
    """For optional areas (shops, reviews, games): raise ``Resting`` when minors' mode closes them now."""
    if actor.basis != "self" or actor.principal is None:
        return
    row = await db.fetchrow(PERSON, actor.principal)
    if row is None or row["mode"] != "minors":
        return
    state = await minding_of(actor.principal, _birth(row, actor.principal), gap=None)
    if state.rest:
        text = N_("From 22:00 to 6:00 this part is closed. Services and help are open as always.")
        over = N_("Today's time for this part is used up. Services and help are open as always.")
        raise Resting(text if state.rest == "night" else over, next_step=("/", N_("Home")))


@verb("identity.minors_mode", N_("See minors' mode"), "resident", "operator", "clerk")
async def minors_mode(actor: Actor) -> MinorsMode:
    """The mode of the principal's account."""
    me = actor.person
    row, kept = await db.fetchrow(PERSON, me), await db.fetchrow(ROW, me)
    birth = _birth(row, me)
    state = await minding_of(me, birth, gap=None)
    tries = kept["tries"] if kept else 0
    return MinorsMode(
        on=bool(row and row["mode"] == "minors"), has_pin=bool(kept and kept["pin"]),
        locked=tries >= rules.PIN_TRIES, tries_left=max(0, rules.PIN_TRIES - tries), band=state.band,
        minutes=state.used, limit=state.limit, rest=state.rest, own=rules.minor(birth, clock.today()),
    )  # fmt: skip


@verb("identity.enter_minors_mode", N_("Switch minors' mode on"), "resident")
async def enter_minors_mode(actor: Actor, wanted: MinorsEntry) -> None:
    """A parent hands over the account: from now on only the six digits lead out."""
    me = actor.person
    row = await db.fetchrow(PERSON, me)
    if row is None or row["mode"] == "minors":
        raise Conflict(N_("Minors' mode is on already."))
    if rules.minor(_birth(row, me), clock.today()):
        kept = await db.fetchrow(ROW, me)
        if kept is None or kept["pin"] is None:
            raise NoPin(AT_A_COUNTER, next_step=("/halls", N_("Find a hall")))
        pin = None  # the parent's number stays: the child cannot choose another one
    else:
        pin = await hashed(wanted.pin.strip())
    async with db.transaction():
        await db.execute(ENTER, me, wanted.band, pin, clock.now())
        await _switch(actor, me, "minors", why="parent")


@verb("identity.leave_minors_mode", N_("Switch minors' mode off"), "resident")
async def leave_minors_mode(actor: Actor, wanted: MinorsExit) -> None:
    """Only with the parent's six digits; five wrong ones lock them."""
    me = actor.person
    async with db.transaction():
        row = await db.fetchrow(TRY, me, clock.now(), rules.PIN_TRIES)
    if row is None:
        kept = await db.fetchrow(ROW, me)
        if kept is None or kept["pin"] is None:
            raise NoPin(AT_A_COUNTER, next_step=("/halls", N_("Find a hall")))
        raise PinLocked(86400, AT_A_COUNTER, next_step=("/halls", N_("Find a hall")))
    if not await matches(row["pin"], wanted.pin.strip()):
        left = rules.PIN_TRIES - row["tries"]
        last = N_("These are not the digits, and it was the last try. A counter sets new ones")
        more = N_("These are not the digits. You can try {left} more times")
        raise WrongPin({"pin": more if left else last}, values={"left": left})
    async with db.transaction():
        await db.execute(LEAVE, me, clock.now())
        await _switch(actor, me, "standard", why="parent")


@verb("identity.reset_minors_pin", N_("Set the parent's number anew at a counter"), "clerk", fresh=RECENT)
async def reset_minors_pin(actor: Actor, wanted: MinorsExit) -> None:
    """For the person whom the clerk is helping, with the parent there: new digits, tries begin anew."""
    me = actor.person
    pin = await hashed(wanted.pin.strip())
    async with db.transaction():
        await db.execute(RESET, me, pin, clock.now())
        row = await db.fetchrow(PERSON, me)
        on = bool(row and row["mode"] == "minors")
        await announce(actor, MinorsModeChanged(region=PROVINCE, subject=me, on=on, why="pin-reset"))


async def _switch(actor: Actor, person: UUID, mode: str, *, why: str) -> None:
    async with db.transaction():
        await db.execute(MODE, person, mode, clock.now())
        event = MinorsModeChanged(region=PROVINCE, subject=person, on=mode == "minors", why=why)
        await announce(actor, event)


def _birth(row: Any, person: UUID) -> date | None:
    text = unseal("person", person, "birth", row["birth"]) if row else ""
    return date.fromisoformat(text) if text else None
