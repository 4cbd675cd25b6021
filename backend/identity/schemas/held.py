"""What identity shows a person of themselves."""

from datetime import date, datetime

from backend.core.schemas import Output


class PersonHeld(Output, frozen=True):
    """The whole row of a person, readable. Masked twins are what a page shows; others may look over the shoulder."""

    name: str
    phone: str
    phone_masked: str
    birth: date | None
    document_kind: str | None
    document: str
    document_masked: str
    home: str
    language: str
    mode: str
    notice_by: str
    assurance: str
    created: datetime
    changed: datetime


class SessionHeld(Output, frozen=True):
    """A session, also one that has ended."""

    device: str
    created: datetime
    last_seen: datetime
    ended_at: datetime | None


class AssistanceHeld(Output, frozen=True):
    """Staff helped: when, by which way, how the person was verified. Who it was is no data about the person."""

    channel: str
    verified: list[str]
    begun: datetime
    ended: datetime | None
