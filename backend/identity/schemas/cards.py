"""Cards: issuing, signing in with one, what its owner sees."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output
from backend.identity.schemas.people import DocumentKind

Pin = Annotated[str, msgspec.Meta(pattern=r"^\s*([0-9]\s*){6}$", max_length=20)]
CardText = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class CardRequest(Input, frozen=True):
    """Issue a card to the person who is being helped. ``card`` is a fresh id: sent again it never makes a second card.

    Without ``pin`` six digits are chosen. ``kind`` and ``document`` are needed only while none is on record.
    """

    card: UUID
    pin: Pin | Literal[""] = ""
    kind: DocumentKind = ""
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""


class NewCard(Output, frozen=True):
    """What is printed once and kept nowhere: number, the text of the QR code, and the PIN if we chose it."""

    id: UUID
    name: str
    number: str
    token: str
    pin: str
    replaced: bool


class CardVoiding(Input, frozen=True):
    """Why a card ends."""

    why: Literal["lost", "returned"] = "lost"


class CardUnlocking(Input, frozen=True):
    """A new PIN for a locked card; empty when the person remembers the old one."""

    pin: Pin | Literal[""] = ""


class CardSignIn(Input, frozen=True):
    """The number on the card or what its QR code says, and the PIN.

    ``device`` comes from an earlier sign-in of this program; without it the sign-in is told to the person as new.
    """

    card: CardText
    pin: Pin
    device: Annotated[str, msgspec.Meta(max_length=100)] = ""


class CardLine(Output, frozen=True):
    """A person's card as they and a desk see it."""

    id: UUID
    ending: str
    state: str
    issued: datetime
    last_used: datetime | None
