"""Who looked: the reads of a person's data as lines, with the names that go with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core import db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.policy import verb
from backend.core.problems import BadRequest, NotFound
from backend.core.schemas import Page
from backend.core.sealing import legible
from backend.core.trail import Viewed
from backend.core.words import N_
from backend.disclosures.access import COLUMNS
from backend.disclosures.folding import Fold, fold
from backend.disclosures.schemas import DisclosureLine, QuestionLine
from backend.identity import service as identity
from backend.identity.events import AssistanceBegun

SCAN = 200  # reads looked at for one page; more alike than that are shown as several lines
BEGUN = timedelta(hours=12)  # an assistance is over with its session at the latest
SLACK = timedelta(seconds=5)  # the read that begins an assistance is written just before it
STAFF = ("assisted", "official")
LIST = trail.called("disclosures", N_("the list of who looked"))
trail.called("person", N_("name, birthday, home, the ends of your phone and identity number"))
trail.called("appointment", N_("your appointments"))
OF_PERSON = f"SELECT {COLUMNS} FROM disclosures_question WHERE person = $1 ORDER BY id DESC LIMIT 1000"
QUESTIONS = f"SELECT {COLUMNS} FROM disclosures_question WHERE person = $1 AND view = ANY($2::uuid[])"


class NoSuchDisclosure(NotFound):
    """No read of this person's data has the id."""

    code, title = "no-such-disclosure", N_("We do not find this record")


@verb("disclosures.who-looked", N_("See who looked at my data"), "resident", "operator", "clerk")
async def who_looked(actor: Actor, *, after: str = "", limit: int = 20) -> Page[DisclosureLine]:
    """Who read my data, or that of the person I am helping; the latest first, with reads that are seconds old."""
    rows = await trail.views_of(actor.person, _cursor(after), SCAN)
    folds, rest = fold(rows, limit)
    if rest is None and len(rows) == SCAN:
        rest = rows[-1].id
    lines = await _lines(actor.person, folds)
    await _read_by_another(actor)
    return Page(items=lines, next=str(rest) if rest else None)


@verb("disclosures.one", N_("See one record of who looked"), "resident", "operator", "clerk")
async def one_disclosure(actor: Actor, view: UUID) -> DisclosureLine:
    """One read by its id, for asking about it."""
    found = await trail.view_of(actor.person, view)
    if found is None:
        raise NoSuchDisclosure(next_step=("/disclosures", N_("See who looked")))
    await _read_by_another(actor)
    return (await _lines(actor.person, fold([found], 1)[0]))[0]


async def questions_of(person: UUID) -> list[QuestionLine]:
    """Every question of a person with its answer, for their own export."""
    return [_question(row) for row in await db.fetch(OF_PERSON, person)]


async def _names(rows: Sequence[Viewed]) -> dict[UUID, str]:
    """Names of those who read: staff by the county of the post they held, helpers from the register of people."""
    names: dict[UUID, str] = {}
    for region in {row.acting_region for row in rows if row.basis in STAFF}:
        ids = {row.acting for row in rows if row.acting and row.acting_region == region}
        names |= await identity.staff_names(region, sorted(ids))
    helpers = {row.acting for row in rows if row.acting and row.basis == "delegation"}
    found = await identity.people(sorted(helpers)) if helpers else {}
    return names | {person: summary.name for person, summary in found.items()}


async def _read_by_another(actor: Actor) -> None:
    if actor.helping:
        purpose = N_("Reading to you who looked at your data")
        await trail.viewed(actor, region=PROVINCE, person=actor.person, what=LIST, purpose=purpose)


async def _lines(person: UUID, folds: list[Fold]) -> list[DisclosureLine]:
    latest = [each.latest for each in folds]
    names = await _names(latest)
    verified = await _verified(person, latest)
    questions = await _questions(person, [view for each in folds for view in each.views])
    return [
        DisclosureLine(
            id=each.latest.id, at=each.latest.at, since=each.earliest.at, times=len(each.views),
            name=names.get(each.latest.acting, "") if each.latest.acting else "", role=each.latest.acting_role,
            region=each.latest.acting_region, basis=each.latest.basis, channel=each.latest.channel,
            what=[trail.CALLED.get(what, N_("your details")) for what in each.what], purpose=each.latest.purpose,
            verified=verified.get(each.latest.id, []),
            question=next((questions[view] for view in each.views if view in questions), None),
        )
        for each in folds
    ]  # fmt: skip


async def _verified(person: UUID, rows: Sequence[Viewed]) -> dict[UUID, list[str]]:
    """How the person was verified, for reads during an assistance: the last beginning before the read counts."""
    assisted = [row for row in rows if row.basis == "assisted"]
    if not assisted:
        return {}
    since, until = _id_at(assisted[-1].at - BEGUN), _id_at(assisted[0].at + SLACK)
    begun = await trail.acts_of_kind(person, AssistanceBegun, since=since, until=until)
    found = {}
    for row in assisted:
        fits = (event for act, event in begun if act.acting == row.acting and act.at <= row.at + SLACK)
        found[row.id] = event.verified if (event := next(fits, None)) else []
    return found


async def _questions(person: UUID, views: list[UUID]) -> dict[UUID, QuestionLine]:
    return {row["view"]: _question(row) for row in await db.fetch(QUESTIONS, person, views)}


def _question(row: Any) -> QuestionLine:
    return QuestionLine(
        id=row["id"], text=legible("disclosure-question", row["id"], "text", row["text"]),
        asked=row["asked"], due=row["due"], answered=row["answered"],
        answer=legible("disclosure-question", row["id"], "answer", row["answer"]),
    )  # fmt: skip


def _id_at(moment: datetime) -> UUID:
    """The smallest id of an instant."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _cursor(after: str) -> UUID | None:
    try:
        return UUID(after) if after else None
    except ValueError as error:
        raise BadRequest(N_("The place in the list is not known. Please start at its beginning.")) from error
