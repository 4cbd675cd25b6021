"""Staff posts, and acting for a verified person."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output
from backend.identity.schemas.people import DocumentKind, PersonSummary

DeskChannel = Literal["phone", "counter"]


class AssistanceRequest(Input, frozen=True):
    """Begin to act for a person who was verified in the ways named."""

    person: UUID
    verified: list[Annotated[str, msgspec.Meta(max_length=40)]]
    channel: DeskChannel


class FieldRequest(Input, frozen=True):
    """What a helper at somebody's door has in hand: a document, or a card whose PIN the person types.

    ``name`` is for a document whose number is not on record yet.
    """

    document: Annotated[str, msgspec.Meta(max_length=30)] = ""
    kind: DocumentKind = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    card: Annotated[str, msgspec.Meta(max_length=80)] = ""
    pin: Annotated[str, msgspec.Meta(max_length=20)] = ""


class AssistanceLine(Output, frozen=True):
    """The assistance that is running in this session."""

    id: UUID
    person: PersonSummary
    channel: str
    verified: list[str]
    begun: datetime


class StaffPost(Output, frozen=True):
    """Whom a member of staff is at the moment: the roles of all posts, and the division of the first."""

    id: UUID
    region: str
    division: str
    name: str
    roles: list[str]
    organisation: str = ""
    instead_of: str = ""
