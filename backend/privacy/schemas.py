"""What 我的信息 takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

FieldName = Literal["name", "birth", "document"]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500)]


class RunLine(Output, frozen=True):
    """Proof of one deletion. ``oldest`` is what remains; ``more`` says that the next run goes on."""

    id: UUID
    about: str
    rule: str
    cutoff: datetime
    deleted: int
    oldest: datetime | None
    more: bool
    problem: str | None
    at: datetime


class HeldPart(Output, frozen=True):
    """One holding of a person: its rows as the slice gives them."""

    name: str
    title: str
    rows: list[dict[str, Any]]


class Export(Output, frozen=True):
    """Everything held of a person. ``titles`` are in the language of whoever asks."""

    made_at: datetime
    person: UUID
    holdings: list[HeldPart]


class CorrectionRequest(Input, frozen=True):
    """What is wrong, how it should read, and why. A date of birth is written like 1948-03-05."""

    field: FieldName
    wanted: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    reason: Reason


class CorrectionDecision(Input, frozen=True):
    """The clerk's decision. A refusal needs a reason in writing (个人信息保护法 art. 50)."""

    granted: bool
    answer: Annotated[str, msgspec.Meta(max_length=500)] = ""


class CorrectionLine(Output, frozen=True):
    """A correction and what became of it."""

    id: UUID
    field: str
    wanted: str
    reason: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str


class KeptLine(Output, frozen=True):
    """What duty keeps after the account is closed: what, how many rows now, and until when the last of them goes."""

    table: str
    title: str
    rows: int
    until: datetime | None
    why: str


class ClosingFacts(Output, frozen=True):
    """What closing means: what goes, what stays and why, and whether it is already running or held up."""

    deleted: list[str]
    kept: list[KeptLine]
    asked_at: datetime | None
    due_at: datetime | None
    held_until: datetime | None
    held_why: str


class HoldRequest(Input, frozen=True):
    """Keep a person's data although they want it deleted, because the law says so. The reason is shown to them."""

    person: UUID
    reason: Reason
    until: datetime


class HoldLine(Output, frozen=True):
    """A legal hold."""

    id: UUID
    person: UUID
    reason: str
    placed_at: datetime
    until: datetime
    lifted_at: datetime | None
