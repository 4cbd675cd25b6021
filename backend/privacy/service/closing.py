"""注销: what goes and what stays is said before; seven days to think again; then everything goes that no duty keeps."""

from uuid import UUID

from backend.core import clock, db, holdings, ids, register, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, NotFound
from backend.core.register import Held
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.privacy import rules
from backend.privacy.events import AccountClosed, ClosingAsked, ClosingTakenBack
from backend.privacy.schemas import ClosingFacts, KeptLine
from backend.privacy.service.holds import standing_hold
from backend.settings import settings

WHO = ("resident", "operator", "clerk")
CLOSING, SEE = N_("Closing your account"), ("/privacy/closing", N_("See how it stands"))
ASKED = Template(
    id="closing-asked",
    guard=True,
    title=CLOSING,
    next=SEE,
    text=N_("Your account will be closed on {date} and your appointments given back. Not your wish? Call {phone}."),
)
KEPT = Template(
    id="closing-taken-back",
    guard=True,
    title=CLOSING,
    next=SEE,
    text=N_("Your account stays as it is. Questions? Call {phone}."),
)
WHY = N_("The law asks us to be able to account for it; without your name and number")
OPEN = """SELECT asked_at, due_at FROM privacy_closing WHERE region = '000000' AND person = $1 AND state = 'asked'"""
ASK = """INSERT INTO privacy_closing (region, id, person, asked_at, due_at, acting, basis, channel)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (region, person) WHERE state = 'asked' DO NOTHING RETURNING id"""
END = """UPDATE privacy_closing SET state = $2, ended_at = $3
    WHERE region = '000000' AND person = $1 AND state = 'asked' RETURNING id"""
DUE = """SELECT person FROM privacy_closing WHERE region = '000000' AND state = 'asked' AND due_at <= $1
    ORDER BY due_at LIMIT 200"""


class HeldBack(Conflict):
    """A legal hold wins over the wish to be deleted."""

    code, title = "legal-hold", N_("The law wants your data kept for now")


@verb("privacy.closing", N_("See what closing the account means"), *WHO)
async def closing(actor: Actor) -> ClosingFacts:
    """What goes at once, what must stay, why and until when; and whether a closing is running."""
    person = actor.person
    purpose = N_("Closing your account with you")
    await trail.viewed(actor, region=PROVINCE, person=person, what="closing", purpose=purpose)
    row, hold = await db.fetchrow(OPEN, person), await standing_hold(person)
    about = [line for line in register.held() if line.about_people]
    return ClosingFacts(
        deleted=[_title(line) for line in about if line.ends_with_account if (await _kept(line, person)).rows],
        kept=[kept for line in about if not line.ends_with_account if (kept := await _kept(line, person)).rows],
        asked_at=row["asked_at"] if row else None, due_at=row["due_at"] if row else None,
        held_until=hold.until if hold else None, held_why=hold.reason if hold else "",
    )  # fmt: skip


@verb("privacy.ask_closing", N_("Close the account"), *WHO, fresh=RECENT)
async def ask_closing(actor: Actor) -> ClosingFacts:
    """Close in seven days. Asking twice is the same as once; a legal hold is explained instead."""
    person, now = actor.person, clock.now()
    if hold := await standing_hold(person):
        raise HeldBack(
            N_("Until {until} the law does not let us delete it. Reason: {reason}"),
            values={"until": clock.local(hold.until).date().isoformat(), "reason": hold.reason},
            next_step=("/privacy/closing", N_("See what that means")),
        )
    async with db.transaction():
        new = ids.new()
        if await db.fetchval(ASK, new, person, now, rules.due(now), actor.acting, actor.basis, actor.channel):
            await announce(actor, ClosingAsked(region=PROVINCE, subject=person))
            date = clock.local(rules.due(now)).date().isoformat()
            await _tell(actor, person, ASKED, new, date=date)
    return await closing(actor)


@verb("privacy.take_back_closing", N_("Keep the account after all"), *WHO)
async def take_back_closing(actor: Actor) -> None:
    """Nothing happens to the account."""
    person = actor.person
    async with db.transaction():
        ended = await db.fetchval(END, person, "taken-back", clock.now())
        if ended is None:
            raise NotFound()
        await announce(actor, ClosingTakenBack(region=PROVINCE, subject=person))
        await _tell(actor, person, KEPT, ended)


@verb("privacy.close_due", N_("Close the accounts whose week is over"), "system")
async def close_due(actor: Actor) -> int:
    """Close what is due; who is under a hold waits. One that fails is noted and tried again."""
    done = 0
    for row in await db.fetch(DUE, clock.now()):
        if await standing_hold(row["person"]):
            continue
        try:
            async with db.transaction():
                done += await _close(actor, row["person"])
        except Exception as error:
            logger.log("error", "account not closed", person=str(row["person"]), error=type(error).__name__)
    return done


async def _close(actor: Actor, person: UUID) -> int:
    """Finish what is open, delete what no duty keeps, and say so to whoever listens: all of it or nothing."""
    if await db.fetchval(END, person, "closed", clock.now()) is None:
        return 0
    await holdings.close_all(actor, person)
    for line in register.held():
        if line.ends_with_account:
            await _erase(line, person)
    await announce(actor, AccountClosed(region=PROVINCE, subject=person))
    return 1


async def _erase(line: Held, person: UUID) -> None:
    own = holdings.own_erasure(line.table)
    if own is not None:
        await own(person)
    else:
        await db.execute(f"DELETE FROM {line.table} WHERE {line.person} = $1", person)


async def _kept(line: Held, person: UUID) -> KeptLine:
    since = f"max({line.since})::timestamptz" if line.since else "NULL::timestamptz"
    row = await db.fetchrow(f"SELECT count(*) AS n, {since} AS last FROM {line.table} WHERE {line.person} = $1", person)
    assert row is not None
    until = row["last"] + line.keep if row["last"] and line.keep else None
    return KeptLine(table=line.table, title=_title(line), rows=row["n"], until=until, why=line.forever or WHY)


def _title(line: Held) -> str:
    """What my page calls these rows, else what they are for."""
    return next((each.title for each in holdings.registered() if line.table in each.tables), line.purpose)


async def _tell(actor: Actor, person: UUID, template: Template, about: UUID, **values: str) -> None:
    values |= {"phone": settings().help_phone}
    await identity.tell(actor, person, template, values, about=about, once=f"{template.id}:{about}")
