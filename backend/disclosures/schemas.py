"""What goes in and comes out of disclosures."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

LONGEST = 500


class QuestionLine(Output, frozen=True):
    """问一问, as the person sees it. ``answer`` is empty while ``answered`` is null; ``due`` is the last day for it."""

    id: UUID
    text: str
    asked: datetime
    due: date
    answered: datetime | None
    answer: str


class DisclosureLine(Output, frozen=True):
    """One read, or several alike within an hour (``times``). ``purpose`` and ``what`` are in the reader's language.

    ``role`` is the post that the reader held (empty: unknown), ``basis`` the right by which, ``verified`` how the
    person was verified before an assistance.
    """

    id: UUID
    at: datetime
    since: datetime
    times: int
    name: str
    role: str
    region: str
    basis: str
    channel: str
    what: list[str]
    purpose: str
    verified: list[str]
    question: QuestionLine | None


class DisclosureQuestion(Input, frozen=True):
    """Ask what a read was for; nobody has to say why they ask."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""


class WaitingQuestion(Output, frozen=True):
    """A question on the desk of those who answer. ``name`` and ``role`` are the reader's: nothing of who asked."""

    id: UUID
    region: str
    name: str
    role: str
    what: list[str]
    purpose: str
    at: datetime
    asked: datetime
    due: date
    overdue: bool


class AskedQuestion(Output, frozen=True):
    """One question, opened by whoever answers it: now with the person and their words."""

    line: WaitingQuestion
    person: UUID
    name: str
    text: str
    answer: str


class DisclosureAnswer(Input, frozen=True):
    """The answer, in words that the person understands."""

    answer: Annotated[str, msgspec.Meta(min_length=2, max_length=LONGEST)]
