"""Files of other systems: what they hand over, and what the receiver of an e-mail sees."""

from datetime import datetime

import msgspec

from backend.core.schemas import Input, Line, Output


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the place of a value. ``confirm``: the receiver first says where the link was sent to."""

    data: bytes
    name: str = ""
    csv: bool = False
    confirm: bool = True
    weeks: int


class LetterFileRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is a file already (PDF)."""

    reference: str
    pdf: bytes
    postage: str = "second"


class FileOffer(Output, frozen=True):
    """A file that waits for whoever has its link: from whom, what and how large it is, and until when."""

    sender: str
    organisation: str
    kind: str
    size: int
    confirm: bool
    until: datetime


class FileAsk(Input, frozen=True):
    """Where the link was sent to; empty where nobody asks."""

    email: Line = ""


class FileAddress(Input, frozen=True):
    """The same where it is asked: what the form shows."""

    email: Line


class FileGiven(Output, frozen=True):
    """The file."""

    name: str
    kind: str
    data: bytes
