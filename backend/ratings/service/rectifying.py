"""差评整改: every low rating has somebody who answers for it, a clock, and an end that the person decides."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.ratings import access, rules
from backend.ratings.events import RectificationMoved
from backend.ratings.schemas import CaseFile, CaseLine, Verdict, Work
from backend.ratings.sealed import seal, unseal
from backend.ratings.service.inviting import new_link, words_of
from backend.ratings.service.reading import steps_of
from backend.settings import settings

TELLING = Actor.system("tell of rectifications")
SEE = ("/ratings/{about}", N_("See what was done"))
RECEIVED = Template(
    id="rectification-received",
    title=N_("Thank you, we look into it"),
    next=SEE,
    text=N_("You were not satisfied at {hall} on {date}. A manager gets in touch by {contact}. Questions: {phone}."),
)
RECTIFIED = Template(
    id="rectification-done",
    title=N_("What we did about your rating"),
    next=SEE,
    text=N_("Your rating of {hall}, {date}: {text} Is it settled? Please tell us: {link}"),
)
what = trail.called("rating", N_("What you said of a visit, and your name"))
OPEN = """INSERT INTO ratings_case (region, id, hall_id, person_id, received_at, contact_due, done_due)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (region, id) DO UPDATE SET state = 'received', ended_at = NULL
        WHERE ratings_case.state = 'withdrawn' RETURNING id"""
MOVE = """UPDATE ratings_case SET state = $4,
        contacted_at = CASE WHEN $4 = 'contacted' THEN $5 ELSE contacted_at END,
        done_at = CASE WHEN $4 = 'rectified' THEN $5 ELSE done_at END,
        ended_at = CASE WHEN $4 IN ('confirmed', 'withdrawn') THEN $5::timestamptz END,
        late = late OR ($4 = 'contacted' AND $6 > contact_due) OR ($4 = 'rectified' AND $6 > done_due),
        contact_due = coalesce($7, contact_due), done_due = coalesce($8, done_due)
    WHERE region = $1 AND id = $2 AND state = ANY($3::text[]) RETURNING id, person_id"""
STEP = """INSERT INTO ratings_step (region, id, case_id, step, acting, at, text, person_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
LIST = f"""{access.CASE} WHERE c.region LIKE ANY($1::text[]) AND (c.state = ANY($2::text[])) = $3
    ORDER BY c.done_due, c.received_at LIMIT 200"""

COUNT = "SELECT count(*) FROM ratings_case c WHERE c.region LIKE ANY($1::text[]) AND c.state = ANY($2::text[])"


class NotNow(Conflict):
    """The case is not where this step begins; somebody may have been faster."""

    code, title = "step-not-now", N_("This step is not possible now")


async def open_case(actor: Actor, visit: Any) -> None:
    """受理 by itself: a low rating needs nobody to take it up. One that is running stays."""
    contact_due, done_due = await _dues()
    opened = await db.fetchval(
        OPEN, visit["region"], visit["id"], visit["hall_id"], visit["person_id"], clock.now(), contact_due, done_due
    )
    if opened is None:
        return
    await announce(actor, RectificationMoved(region=visit["region"], subject=visit["id"], step="opening"))
    if visit["person_id"] is not None:
        values = await words_of(visit["hall_id"], visit["happened_at"])
        values |= {"contact": contact_due.isoformat(), "phone": settings().help_phone}
        once = f"{RECEIVED.id}:{visit['id']}"
        await identity.tell(TELLING, visit["person_id"], RECEIVED, values, about=visit["id"], once=once)


async def withdraw_case(actor: Actor, visit: Any) -> None:
    """The person thinks better of it within the day: nobody has to answer any more."""
    await _move(actor, visit["region"], visit["id"], "withdrawal", "")


@verb("ratings.cases", N_("See low ratings"), *access.STAFF)
async def cases(actor: Actor, *, ended: bool = False) -> list[CaseLine]:
    """The cases of the actor's halls, the most urgent first; those that wait for nobody with ``ended``."""
    rows = await db.fetch(LIST, actor.within(*access.STAFF), list(rules.OPEN), not ended)
    halls = await places.halls_by_id(actor, list({row["hall_id"] for row in rows}))
    return [CaseLine(**_facts(row, halls[row["hall_id"]].name)) for row in rows]


@verb("ratings.count_cases", N_("See how many low ratings wait"), *access.STAFF)
async def count_cases(actor: Actor) -> int:
    """How many cases wait for the actor's halls, for the start page of the desk."""
    found: int = await db.fetchval(COUNT, actor.within(*access.STAFF), list(rules.OPEN))
    return found


@verb("ratings.case", N_("Open a low rating"), *access.STAFF)
async def case(actor: Actor, row_id: UUID) -> CaseFile:
    """One case with the name and the words; the person can see that it was opened, and by whom."""
    row = await access.case(actor, row_id)
    person, name = row["person_id"], ""
    if person is not None:
        found = await identity.people_seen(actor, [person])
        name = found[person].name if person in found else ""
        await trail.viewed(
            actor, region=PROVINCE, person=person, what=what, purpose=N_("Putting right what you complained of"),
            about=row_id,
        )  # fmt: skip
    return CaseFile(
        **_facts(row, (await places.hall(actor, row["hall_id"])).name), name=name, person=person,
        phone=unseal("rating", row_id, "phone", row["phone"]), note=unseal("rating", row_id, "note", row["note"]),
        number=row["number"], happened_at=row["happened_at"], steps=await steps_of(row["region"], row_id),
    )  # fmt: skip


@verb("ratings.contact", N_("Note the first contact about a low rating"), *access.STAFF)
async def contact(actor: Actor, row_id: UUID, done: Work) -> None:
    """联系: somebody spoke with the person, or, where no number is known, what was found out without."""
    row = await access.case(actor, row_id)
    await _must_move(actor, row, "contact", done.text)


@verb("ratings.rectify", N_("Say what was done about a low rating"), *access.STAFF)
async def rectify(actor: Actor, row_id: UUID, done: Work) -> None:
    """整改: what was changed, in words for the person, who is told and says whether that settles it."""
    row = await access.case(actor, row_id)
    async with db.transaction():
        await _must_move(actor, row, "completion", done.text)
        if row["person_id"] is None:
            return
        values = await words_of(row["hall_id"], row["happened_at"])
        values |= {"text": done.text, "link": await new_link(row["region"], row_id)}
        times = len(await steps_of(row["region"], row_id))
        once = f"{RECTIFIED.id}:{row_id}:{times}"
        await identity.tell(TELLING, row["person_id"], RECTIFIED, values, about=row_id, once=once)


@verb("ratings.answer", N_("Say by link whether it is settled"), PUBLIC)
async def answer(actor: Actor, token: str, verdict: Verdict) -> None:
    """By the link in the message, or the slip."""
    if actor.acting is not None and actor.basis != "self":
        raise access.NoSuchVisit()
    await _answer(actor, await access.visit_of_token(token), verdict)


@verb("ratings.answer_visit", N_("Say whether it is settled"), "resident", "operator")
async def answer_visit(actor: Actor, visit_id: UUID, verdict: Verdict) -> None:
    """By the person signed in, or by an operator for them."""
    await _answer(actor, await access.visit(actor, visit_id), verdict)


async def _answer(actor: Actor, visit: Any, verdict: Verdict) -> None:
    if not verdict.settled and not verdict.text:
        raise Invalid({"text": N_("Please say what is still not right")})
    step = "confirmation" if verdict.settled else "reopening"
    dues = (None, None) if verdict.settled else await _dues()
    async with db.transaction():
        if not await _move(actor, visit["region"], visit["id"], step, verdict.text, *dues):
            raise NotNow(N_("Please open the page again to see where it stands."))


async def _must_move(actor: Actor, row: Any, step: str, text: str) -> None:
    async with db.transaction():
        if not await _move(actor, row["region"], row["id"], step, text):
            raise NotNow(N_("Open the page again to see where it stands."))


async def _move(
    actor: Actor, region: str, row_id: UUID, step: str, text: str,
    contact_due: date | None = None, done_due: date | None = None,
) -> bool:  # fmt: skip
    """One conditional statement, one row for the step, one announcement; ``False`` when the step does not fit."""
    possible, then = rules.STEPS[step]
    now, new = clock.now(), ids.new()
    moved = await db.fetchrow(MOVE, region, row_id, list(possible), then, now, clock.today(), contact_due, done_due)
    if moved is None:
        return False
    words = seal("rating-step", new, "text", text)
    await db.execute(STEP, region, new, row_id, step, actor.acting, now, words, moved["person_id"])
    await announce(actor, RectificationMoved(region=region, subject=row_id, step=step))
    return True


async def _dues() -> tuple[date, date]:
    today = clock.today()
    first = await places.working_days(TELLING, today, rules.CONTACT_DAYS)
    return first, await places.working_days(TELLING, today, rules.DONE_DAYS)


def _facts(row: Any, hall_name: str) -> dict[str, Any]:
    return {
        "id": row["id"], "hall": row["hall_id"], "hall_name": hall_name, "level": row["level"],
        "reasons": list(row["reasons"]), "state": row["state"], "call_back": row["call_back"],
        "received_at": row["received_at"], "contact_due": row["contact_due"], "done_due": row["done_due"],
        "overdue": rules.overdue(row["state"], row["contact_due"], row["done_due"], clock.today()),
    }  # fmt: skip
