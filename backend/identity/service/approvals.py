"""审批: a manager agrees, for one record, one member of staff and half an hour, before a minor's record is read."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor, stem
from backend.core.events import Announcement, announce, on
from backend.core.policy import verb
from backend.core.problems import Conflict, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import ApprovalAsked, ApprovalDecided, MinorRecordOpened
from backend.identity.schemas import ApprovalLine, ApprovalRequest
from backend.identity.sealed import seal
from backend.identity.service.minors import closed_to
from backend.identity.service.people import people
from backend.identity.service.staff import staff_names
from backend.identity.service.telling import tell
from backend.notifications.schemas import Template

ASKERS = ("operator", "clerk", "manager")
ADD = """INSERT INTO identity_approval (region, id, person, staff, reason, note, asked)
    SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM identity_approval
        WHERE region = $1 AND staff = $4 AND person = $3 AND state = 'waiting' AND asked > $8) RETURNING id"""
COLUMNS = "region, id, person, staff, reason, note, state, asked, until"
MINE = f"""SELECT {COLUMNS} FROM identity_approval
    WHERE region = $1 AND staff = $2 AND asked > $3 ORDER BY id DESC LIMIT 20"""
WAITING = f"""SELECT {COLUMNS} FROM identity_approval
    WHERE state = 'waiting' AND region LIKE ANY($1::text[]) AND staff <> $2 AND asked > $3
    ORDER BY asked, id LIMIT 50"""
COUNT = """SELECT count(*) FROM identity_approval
    WHERE state = 'waiting' AND region LIKE ANY($1::text[]) AND staff <> $2 AND asked > $3"""
DECIDE = """UPDATE identity_approval SET state = $3, decided = $4, decided_by = $5, until = $6
    WHERE region LIKE ANY($1::text[]) AND id = $2 AND state = 'waiting' AND staff <> $5 AND asked > $7
    RETURNING region, person, staff"""
TOLD = Template(
    id="minor-record-opened",
    title=N_("The record of a child in your care"),
    next=("/household", N_("Family and helpers")),
    text=N_(
        "The record of a child in your care was opened by our staff, after a manager agreed. "
        "At a counter or on {phone} you can ask why."
    ),
)
_guardians: list[Callable[[UUID], Awaitable[list[UUID]]]] = []


class NotAMinor(Conflict):
    """The record is open to the asker anyway."""

    code, title = "no-approval-needed", N_("This record needs no approval")


class AlreadyAsked(Conflict):
    """The same question is waiting."""

    code, title = "already-asked", N_("You have asked already; a manager will decide")


def use_guardians(find: Callable[[UUID], Awaitable[list[UUID]]]) -> None:
    """Let delegation say who the guardians of a minor are: they are told when staff opened the record."""
    _guardians[:] = [find]


@verb("identity.ask_approval", N_("Ask to open a minor's record"), *ASKERS)
async def ask_approval(actor: Actor, wanted: ApprovalRequest) -> UUID:
    """Ask, with a reason. The person is only named to a manager as somebody."""
    if wanted.person not in await people([wanted.person]):
        raise NotFound()
    if wanted.person not in await closed_to(actor, [wanted.person]):
        raise NotAMinor()
    new, now = ids.new(), clock.now()
    async with db.transaction():
        note = seal("approval", new, "note", wanted.note.strip())
        added = await db.fetchval(
            ADD, actor.region, new, wanted.person, actor.acting, wanted.reason, note, now, now - rules.REQUEST_LIFE
        )
        if added is None:
            raise AlreadyAsked()
        await announce(
            actor, ApprovalAsked(region=actor.region, subject=new, person=wanted.person, reason=wanted.reason)
        )
    return new


@verb("identity.my_approvals", N_("See what I asked for"), *ASKERS)
async def my_approvals(actor: Actor) -> list[ApprovalLine]:
    """What I asked for today, the latest first."""
    rows = await db.fetch(MINE, actor.region, actor.acting, clock.now() - rules.REQUEST_LIFE)
    return await _lines(actor, rows)


@verb("identity.waiting_approvals", N_("See who asks to open a minor's record"), "manager")
async def waiting_approvals(actor: Actor) -> list[ApprovalLine]:
    """Who waits for my word, the longest wait first."""
    rows = await db.fetch(WAITING, _below(actor), actor.acting, clock.now() - rules.REQUEST_LIFE)
    return await _lines(actor, rows)


@verb("identity.count_waiting", N_("See how many ask to open a minor's record"), "manager")
async def count_waiting(actor: Actor) -> int:
    """How many wait for a manager, for the start page of the desk."""
    found: int = await db.fetchval(COUNT, _below(actor), actor.acting, clock.now() - rules.REQUEST_LIFE)
    return found


@verb("identity.decide_approval", N_("Decide who may open a minor's record"), "manager")
async def decide_approval(actor: Actor, approval: UUID, state: str) -> None:
    """Agree (for half an hour) or refuse; never for oneself, never outside one's division, never twice."""
    now = clock.now()
    until = now + rules.APPROVAL_LIFE if state == "given" else None
    async with db.transaction():
        row = await db.fetchrow(
            DECIDE, _below(actor), approval, state, now, actor.acting, until, now - rules.REQUEST_LIFE
        )
        if row is None:
            raise NotFound()
        await announce(
            actor, ApprovalDecided(region=row["region"], subject=approval, person=row["person"], state=state)
        )


@on(MinorRecordOpened)
async def tell_guardians(event: MinorRecordOpened, said: Announcement) -> None:
    """Guardians hear that staff opened the record: not by whom, not why; that they may ask."""
    from backend.settings import settings

    system = Actor.system("tell guardians")
    for guardian in [each for find in _guardians for each in await find(event.subject)]:
        values = {"phone": settings().help_phone}
        await tell(system, guardian, TOLD, values, about=event.approval, once=f"{said.id}:{guardian}")


async def _lines(actor: Actor, rows: list[Any]) -> list[ApprovalLine]:
    known = await people([row["person"] for row in rows])
    names: dict[UUID, str] = {}
    for region in {row["region"] for row in rows}:
        names |= await staff_names(region, [row["staff"] for row in rows if row["region"] == region])
    return [
        ApprovalLine(
            id=row["id"], person=row["person"],
            person_masked=rules.mask_minor(known[row["person"]].name) if row["person"] in known else "",
            staff_name=names.get(row["staff"], ""), reason=row["reason"],
            note=legible("approval", row["id"], "note", row["note"]), state=row["state"], asked=row["asked"],
            until=row["until"], mine=row["staff"] == actor.acting,
        )
        for row in rows
    ]  # fmt: skip


def _below(actor: Actor) -> list[str]:
    """Patterns of the regions in which the actor is a manager. A request lies in its county: who manages only a
    subdistrict does not decide for the whole of it."""
    held = {division for role, division in actor.grants if role == "manager"} if actor.grants else {actor.region}
    return [f"{stem(division)}%" for division in sorted(held) if len(division) == 6]
