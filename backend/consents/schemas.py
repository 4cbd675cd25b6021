"""What consents take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

PurposeName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z-]{1,39}$")]
State = Literal["given", "withdrawn", "never", "outdated"]


class Purpose(Output, frozen=True):
    """What is asked, word for word. Chinese is what counts; ``…_en`` is for readers of English.

    ``needed_for`` names what cannot be done without it, empty when it is optional; ``sensitive`` needs its own consent
    (单独同意); ``recipient`` is who else gets the data.
    """

    name: str
    version: int
    title: str
    text: str
    plain: str
    refused: str
    needed_for: str
    sensitive: bool
    recipient: str
    title_en: str
    text_en: str
    refused_en: str
    needed_for_en: str
    recipient_en: str


class Giving(Input, frozen=True):
    """Agree to the words of one version of one purpose."""

    purpose: PurposeName
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class PurposeLine(Output, frozen=True):
    """A purpose and how the person stands to it: ``outdated`` means that the words have changed since."""

    purpose: Purpose
    state: State
    since: datetime | None


class ConsentLine(Output, frozen=True):
    """One row of the ledger. ``by_me`` says whether the person did it with their own hands."""

    id: UUID
    purpose: str
    title: str
    version: int
    state: str
    at: datetime
    by_me: bool
    basis: str
    channel: str
    verified: list[str]
