"""What disclosures show of a person: their questions about reads, and the answers."""

from uuid import UUID

from backend.core.holdings import holds
from backend.core.words import N_
from backend.disclosures import service
from backend.disclosures.schemas import QuestionLine


@holds(
    "questions",
    N_("What I asked about reads of my data"),
    tables="disclosures_question",
    labels={"asked": N_("When"), "text": N_("My question"), "answered": N_("Answered on"), "answer": N_("Answer")},
)
async def questions(person: UUID) -> list[QuestionLine]:
    """Every question, the latest first."""
    return await service.questions_of(person)
