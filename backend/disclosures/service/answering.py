"""Answering: what is open in my divisions, one question, its answer."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Forbidden
from backend.core.words import N_
from backend.disclosures import access
from backend.disclosures.events import DisclosureAnswered
from backend.disclosures.schemas import AskedQuestion, DisclosureAnswer, WaitingQuestion
from backend.disclosures.sealed import seal, unseal
from backend.identity import service as identity

MOST = 100
QUESTION = trail.called("disclosure-question", N_("your question"))
ANSWER = """UPDATE disclosures_question SET answered = $3, answered_by = $4, answer = $5
    WHERE region = $1 AND id = $2 AND answered IS NULL RETURNING id"""


class OwnReading(Forbidden):
    """Nobody judges their own reads."""

    code, title = "own-reading", N_("This question is about you")


class AnsweredAlready(Conflict):
    """Somebody was quicker."""

    code, title = "answered-already", N_("This question has been answered")


@verb("disclosures.open-questions", N_("See open questions about reads"), *access.WATCHERS)
async def open_questions(actor: Actor) -> list[WaitingQuestion]:
    """What waits for an answer in the divisions of my posts; what is overdue stands on top."""
    rows = await access.open_questions(actor, MOST)
    names = await _readers(rows)
    return [_waiting(row, names) for row in rows]


@verb("disclosures.open-question", N_("Read a question about a read"), *access.WATCHERS)
async def open_question(actor: Actor, row_id: UUID) -> AskedQuestion:
    """One question with the person who asked; they see that it was read."""
    row = await access.question(actor, row_id)
    people = await identity.people_seen(actor, [row["person"]])
    purpose = N_("Answering your question")
    await trail.viewed(actor, region=PROVINCE, person=row["person"], what=QUESTION, purpose=purpose, about=row["id"])
    return AskedQuestion(
        line=_waiting(row, await _readers([row])),
        person=row["person"],
        name=people[row["person"]].name if row["person"] in people else "",
        text=unseal(row["id"], "text", row["text"]),
        answer=unseal(row["id"], "answer", row["answer"]),
    )


@verb("disclosures.answer", N_("Answer a question about a read"), *access.WATCHERS)
async def answer_question(actor: Actor, row_id: UUID, wanted: DisclosureAnswer) -> None:
    """Answer once; the person is told. Whoever did the reading leaves it to somebody else."""
    row = await access.question(actor, row_id)
    if row["reader"] == actor.acting:
        raise OwnReading(N_("Please let somebody else answer it."), next_step=("/desk/disclosures", N_("Go back")))
    async with db.transaction():
        sealed = seal(row["id"], "answer", wanted.answer)
        if await db.fetchval(ANSWER, row["region"], row["id"], clock.now(), actor.acting, sealed) is None:
            raise AnsweredAlready(next_step=("/desk/disclosures", N_("See what is open")))
        await announce(actor, DisclosureAnswered(region=row["region"], subject=row["id"]))


async def _readers(rows: list[Any]) -> dict[UUID, str]:
    """Names of those who read: staff by the county of the question, helpers from the register of people."""
    names: dict[UUID, str] = {}
    for region in {row["region"] for row in rows}:
        ids = {row["reader"] for row in rows if row["reader"] and row["region"] == region}
        names |= await identity.staff_names(region, sorted(ids))
    helpers = [row["reader"] for row in rows if row["reader_role"] == "resident"]
    found = await identity.people(helpers) if helpers else {}
    return names | {person: summary.name for person, summary in found.items()}


def _waiting(row: Any, names: dict[UUID, str]) -> WaitingQuestion:
    return WaitingQuestion(
        id=row["id"], region=row["region"], name=names.get(row["reader"], ""), role=row["reader_role"],
        what=[trail.CALLED.get(row["what"], N_("your details"))], purpose=row["purpose"], at=row["read_at"],
        asked=row["asked"], due=row["due"], overdue=row["answered"] is None and row["due"] < clock.today(),
    )  # fmt: skip
