"""Calls and visits by a person."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output
from backend.notifications.schemas.messages import AttemptLine

Answer = Literal["reached", "later", "no-answer", "wrong-number", "moved"]


class Waiting(Output, frozen=True):
    """Somebody on the call list: ``door`` when somebody has to go there, ``calls`` how often it was tried.

    ``failed`` are the channels that did not reach them. ``unreadable``: no key opens who they are.
    """

    person: UUID
    name: str
    closed: bool
    place: str
    since: datetime
    messages: int
    urgent: bool
    door: bool
    calls: int
    failed: list[str] = msgspec.field(default_factory=list)
    unreadable: bool = False


class CallBegin(Input, frozen=True):
    """Whom to call."""

    person: UUID


class CallMessage(Output, frozen=True):
    """What to read out."""

    title: str
    body: str
    lang: str
    urgent: bool
    created: datetime
    attempts: list[AttemptLine] = msgspec.field(default_factory=list)


class CallSheet(Output, frozen=True):
    """A running call: whom, where, and what to read. It is one colleague's ``until``."""

    id: UUID
    person: UUID
    name: str
    phones: list[str]
    place: str
    door: bool
    calls: int
    until: datetime
    messages: list[CallMessage]


class CallAnswer(Input, frozen=True):
    """What came of it; ``again`` says when somebody who asked for it is called: soon, this evening, tomorrow."""

    answer: Answer
    again: Literal["", "soon", "evening", "tomorrow"] = ""


class CallHeld(Output, frozen=True):
    """That staff rang or knocked, in a person's own data."""

    begun: datetime
    answer: str
