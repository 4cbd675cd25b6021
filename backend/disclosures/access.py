"""The only way to a question: for those who watch over reads in the reader's division. Others find nothing."""

from typing import Any
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor, stem
from backend.core.problems import NotFound
from backend.core.words import N_

WATCHERS = ("security", "auditor", "manager")
COLUMNS = """region, id, person, view, reader, reader_role, what, purpose, read_at, text, asked, due, answered,
    answered_by, answer"""
OPEN = f"""SELECT {COLUMNS} FROM disclosures_question
    WHERE answered IS NULL AND region ^@ ANY($1::text[]) ORDER BY due, id LIMIT $2"""
ONE = f"SELECT {COLUMNS} FROM disclosures_question WHERE id = $1 AND region ^@ ANY($2::text[])"


class NoSuchQuestion(NotFound):
    """No question with this id in the divisions of the actor."""

    code, title = "no-such-question", N_("We do not find this question")


async def open_questions(actor: Actor, limit: int) -> list[Any]:
    """What waits in the divisions where the actor watches, the longest overdue first."""
    return await db.fetch(OPEN, _stems(actor), limit)


async def question(actor: Actor, row_id: UUID) -> Any:
    """One question of those divisions."""
    row = await db.fetchrow(ONE, row_id, _stems(actor))
    if row is None:
        raise NoSuchQuestion(next_step=("/desk/disclosures", N_("See what is open")))
    return row


def _stems(actor: Actor) -> list[str]:
    """The digits that the regions of the actor's posts begin with."""
    held = actor.grants or frozenset((role, actor.region) for role in actor.roles)
    return sorted({stem(division) for role, division in held if role in WATCHERS})
