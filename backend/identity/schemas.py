"""What identity takes and gives."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output, Phone

Mode = Literal["standard", "elder"]
NoticeBy = Literal["sms", "call", "letter"]
DeskChannel = Literal["phone", "counter"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Division = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}([0-9]{3}([0-9]{3})?)?)?$")]
OneTimeCode = Annotated[str, msgspec.Meta(pattern=r"^\s*[0-9](\s*[0-9]){5}\s*$", max_length=20)]


class CodeRequest(Input, frozen=True):
    """Ask for a one-time code by text message."""

    phone: Phone


class CodeSent(Output, frozen=True):
    """The same answer for every number. ``request`` binds the code to whoever asked; send it back with the code."""

    request: str
    phone_masked: str
    expires_in: int
    resend_in: int


class SignIn(Input, frozen=True):
    """The code that arrived. ``request`` comes from the answer to the code request (a browser keeps it in a cookie)."""

    code: OneTimeCode
    request: Annotated[str, msgspec.Meta(max_length=100)] = ""


class StaffSignIn(Input, frozen=True):
    """A staff member's login name and password."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SignedIn(Output, frozen=True):
    """A new session. ``token`` is shown once; send it as ``Authorization: Bearer …``."""

    token: str
    expires_at: datetime
    new_person: bool = False


class PersonSummary(Output, frozen=True):
    """What other slices may know of a person. ``name`` is empty until it was given."""

    id: UUID
    name: str
    phone_masked: str
    age: int | None
    home: str
    language: str
    mode: str
    notice_by: str
    assurance: str


class PersonChange(Input, frozen=True):
    """What a person may change of themselves; what is left out stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType = msgspec.UNSET
    home: Division | msgspec.UnsetType = msgspec.UNSET
    notice_by: NoticeBy | msgspec.UnsetType = msgspec.UNSET


class SessionLine(Output, frozen=True):
    """One of my sessions."""

    id: UUID
    device: str
    created: datetime
    last_seen: datetime
    current: bool


class Registration(Input, frozen=True):
    """A caller or visitor without an account, written down by staff. Not everybody has a phone or a card at hand."""

    name: Name
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""
    birth: date | None = None
    home: Division = ""


class PersonSearch(Input, frozen=True):
    """Find a caller or visitor: by phone, or by name and date of birth together. A body, never part of an address."""

    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    birth: date | None = None


class PersonFacts(Output, frozen=True):
    """What a desk compares answers with. ``ways`` are the ways in which this person can be verified there."""

    birth: date | None
    document_ending: str
    home: str
    ways: list[str]


class AssistanceRequest(Input, frozen=True):
    """Begin to act for a person who was verified in the ways named."""

    person: UUID
    verified: list[Annotated[str, msgspec.Meta(max_length=40)]]
    channel: DeskChannel


class AssistanceLine(Output, frozen=True):
    """The assistance that is running in this session."""

    id: UUID
    person: PersonSummary
    channel: str
    verified: list[str]
    begun: datetime


class StaffPost(Output, frozen=True):
    """A staff member's post: rights hold in the subtree of ``division`` only."""

    id: UUID
    region: str
    division: str
    name: str
    roles: list[str]


class PersonaLine(Output, frozen=True):
    """Somebody of the demonstration."""

    slug: str
    name: str
    who: str
    staff: bool
