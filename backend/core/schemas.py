"""What goes in and comes out: strict structs, clean text, pages of a list.

Input is cleaned where it is decoded: Unicode NFC, no control characters (a NUL would break the database) and no
bidirectional controls (a name must not turn the line around); line feeds are allowed in ``Text`` only.
"""

import re
import unicodedata
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from backend.core.words import N_

T = TypeVar("T")
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

Line = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Phone = Annotated[str, msgspec.Meta(min_length=3, max_length=20, pattern=r"^\+?[0-9 \-]+$")]
Region = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything a request carries. Unknown fields are refused (no mass assignment)."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and (cleaned := clean(value)) != value:
                msgspec.convert(cleaned, _types(type(self))[name])  # blanks alone are not a name of one sign or more
                msgspec.structs.force_setattr(self, name, cleaned)


@cache
def _types(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each field, with its bounds."""
    return {each.name: each.type for each in msgspec.structs.fields(struct)}


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything a verb returns."""


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A bounded piece of a list; ``next`` is the cursor of the following piece."""

    items: list[T]
    next: str | None = None


def about_text(message: str) -> str:
    """The sentence for a bound of text that msgspec says was passed; empty when it says something else."""
    if "length <=" in message:
        return N_("This is too long")
    if "length >=" in message:
        return N_("This is too short")
    if "` <= " in message:
        return N_("This number is too large")
    if "` >= " in message:
        return N_("This number is too small")
    return N_("This has characters that cannot be shown") if "cannot be shown" in message else ""


def clean(value: str) -> str:
    """The text in NFC without surrounding blanks; raises ``ValueError`` for control or bidirectional characters.

    Browsers send a new line of a box as two signs (CRLF); here it is one, else whoever presses Enter is refused.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if BAD.search(value):
        raise ValueError("has characters that cannot be shown")
    return unicodedata.normalize("NFC", value).strip()
