"""People: what is known, what may change, finding and writing down."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Mode = Literal["standard", "elder"]  # minors' mode is entered and left with a PIN
NoticeBy = Literal["sms", "call", "letter"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
DocumentKind = Literal[
    "", "citizen", "hk-permit", "macau-permit", "taiwan-permit", "foreign-permanent", "foreign-permanent-2017",
    "household-register", "passport", "foreign-passport", "hk-macau-travel-permit", "taiwan-travel-permit", "officer",
    "soldier",
]  # fmt: skip
Division = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}([0-9]{3}([0-9]{3})?)?)?$")]


class PersonSummary(Output, frozen=True):
    """What other slices may know of a person. ``name`` is empty until it was given.

    ``closed`` is a minor whose record a manager must open first: nothing but that there is somebody. ``unreadable``
    is somebody whose sealed fields no key opens: where they live and how they are told is known all the same.
    """

    id: UUID
    name: str
    phone_masked: str
    age: int | None
    home: str
    language: str
    mode: str
    notice_by: str
    assurance: str
    closed: bool = False
    unreadable: bool = False


class PersonChange(Input, frozen=True):
    """What a person may change of themselves; what is left out stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType = msgspec.UNSET
    home: Division | msgspec.UnsetType = msgspec.UNSET
    notice_by: NoticeBy | msgspec.UnsetType = msgspec.UNSET


class Registration(Input, frozen=True):
    """A caller or visitor without an account, written down by staff. Not everybody has a phone or a card at hand.

    ``kind`` says which document the number is of; empty where the number tells it by its check digit. Under 14 the
    ``guardian`` who is there agrees, with the ``evidence`` that was seen.
    """

    name: Name
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    kind: DocumentKind = ""
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""
    birth: date | None = None
    home: Division = ""
    guardian: Annotated[str, msgspec.Meta(max_length=60)] = ""
    evidence: Literal["", "household-book", "birth-certificate", "court-order"] = ""


class PersonSearch(Input, frozen=True):
    """Find a caller or visitor: by phone, by the number or code of a card, or by name and date of birth together.

    A body, never part of an address.
    """

    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    card: Annotated[str, msgspec.Meta(max_length=80)] = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    birth: date | None = None


class PersonFacts(Output, frozen=True):
    """What a desk compares answers with. ``ways`` are the ways in which this person can be verified there."""

    birth: date | None
    document_ending: str
    home: str
    ways: list[str]


class PersonaLine(Output, frozen=True):
    """Somebody of the demonstration."""

    slug: str
    name: str
    who: str
    staff: bool
