"""Templates as data."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Line, Output

Kind = Literal["sms", "email", "letter", "push", "miniprogram"]
Spoken = Literal["standard", "plain"]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
Body = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class TemplateRequest(Input, frozen=True):
    """A new template with its first text, in standard Chinese. ``required`` are named with commas between."""

    kind: Kind
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]
    body: Body
    subject: Line = ""
    required: Line = ""
    service: UUID | None = None


class TextRequest(Input, frozen=True):
    """A text in one language and wording; it becomes the next version."""

    lang: Language
    wording: Spoken
    body: Body
    subject: Line = ""


class RewordingRequest(Input, frozen=True):
    """How a city says one of our own messages; an empty body is our wording again."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    lang: Language
    wording: Spoken
    body: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class TestSend(Input, frozen=True):
    """Send it once, to see it where it arrives: ``phone`` or, for an e-mail, ``email``; a letter needs neither.

    ``values`` are ``name=value`` lines.
    """

    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    lang: Language = "zh_CN"
    wording: Spoken = "standard"
    values: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class TextLine(Output, frozen=True):
    """A text as it stands now, with its length and cost as far as its placeholders let one say."""

    version: int
    lang: str
    wording: str
    subject: str
    body: str
    created: datetime
    signs: int
    parts: int
    cost: int


class TemplateLine(Output, frozen=True):
    """A template in a list."""

    id: UUID
    kind: str
    name: str
    service: UUID | None
    service_name: str
    version: int
    changed: datetime


class TemplateSheet(Output, frozen=True):
    """A template with every text that counts now, side by side, and its versions."""

    id: UUID
    region: str
    kind: str
    name: str
    service: UUID | None
    required: list[str]
    version: int
    made_by: UUID
    created: datetime
    changed: datetime
    texts: list[TextLine]
    versions: list[TextLine]


class OwnText(Output, frozen=True):
    """One of our own messages in one language and wording: ours, and the city's when it has one.

    ``title`` heads it in the inbox; empty for what goes to a phone only.
    """

    code: str
    where: str
    lang: str
    wording: str
    ours: str
    city: str
    required: list[str]
    title: str = ""
