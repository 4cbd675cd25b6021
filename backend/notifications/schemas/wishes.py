"""How a person wants to be told, and where."""

from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Otherwise = Literal["call", "letter"]
First = Literal["sms", "call", "letter"]


class PhoneLine(Output, frozen=True):
    """A further number; ``first`` is where messages go, ``confirmed`` that its code was entered."""

    id: UUID
    phone_masked: str
    first: bool
    confirmed: bool


class PhoneNew(Input, frozen=True):
    """A further number, to which a code is sent."""

    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=20)]


class PhoneCode(Input, frozen=True):
    """The code that arrived at the number."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class PhoneOrder(Input, frozen=True):
    """Whether messages go to this number before the account's own."""

    first: bool


class PhoneHeld(Output, frozen=True):
    """A further number of a person in their own data."""

    phone: str
    added: datetime
    confirmed: datetime | None


class EmailLine(Output, frozen=True):
    """An e-mail address. ``first`` is before texts; without ``news`` nothing goes there that everybody gets."""

    id: UUID
    email_masked: str
    first: bool
    confirmed: bool
    news: bool


class EmailNew(Input, frozen=True):
    """An e-mail address, to which a code is sent."""

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class EmailCode(Input, frozen=True):
    """The code that arrived at the address."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class EmailWish(Input, frozen=True):
    """Whether messages go to the address before they go as texts, and whether news for everybody go there."""

    first: bool
    news: bool


class EmailHeld(Output, frozen=True):
    """An e-mail address of a person in their own data."""

    address: str
    added: datetime
    confirmed: datetime | None


class Preferences(Output, frozen=True):
    """How a person wants to be told. ``mail`` says whether this installation sends e-mails."""

    first: str
    otherwise: str
    quiet_from: time
    quiet_to: time
    language: str
    phones: list[PhoneLine]
    texts: bool = True
    emails: list[EmailLine] = []
    mail: bool = True
    texts_at: datetime | None = None
    texts_how: str = ""


class PreferenceChange(Input, frozen=True):
    """How to be told; ``language`` empty is the language of the pages."""

    first: First
    otherwise: Otherwise
    quiet_from: time
    quiet_to: time
    language: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3}(_[A-Z]{2})?)?$")] = ""


class PreferenceHeld(Output, frozen=True):
    """A person's wishes, as they see them in their own data."""

    otherwise: str
    quiet_from: time
    quiet_to: time
    language: str
    changed: datetime
    texts: bool
    texts_at: datetime | None


class CopyLine(Output, frozen=True):
    """Somebody who may act for the person, and whether they are told too; ``always`` for guardians."""

    delegate: UUID
    name: str
    on: bool
    always: bool


class CopyChange(Input, frozen=True):
    """Whether this delegate is told too."""

    delegate: UUID
    on: bool


class CopyHeld(Output, frozen=True):
    """Somebody who hears of a person's matters too, in that person's own data."""

    delegate: UUID
    added: datetime
