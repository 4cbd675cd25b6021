"""How well a person is known, and getting known better."""

from typing import Annotated

import msgspec

from backend.core.schemas import Input, Output
from backend.identity.schemas.people import DocumentKind, Name


class RealNameRequest(Input, frozen=True):
    """Name and document number for the national service. ``consent`` is separate (个人信息保护法 art. 23, 29).

    ``consent_version`` is that of the words that were shown, as ``GET /me/consents`` gives it.
    """

    name: Name
    document: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    kind: DocumentKind = ""
    consent: bool = False
    consent_version: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


class CounterCheck(Input, frozen=True):
    """The document that a clerk has seen."""

    document: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    kind: DocumentKind = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""


class AssuranceLevel(Output, frozen=True):
    """One level: whether it is reached, and what it opens beyond the one below (titles of verbs)."""

    name: str
    reached: bool
    opens: list[str]


class AssuranceState(Output, frozen=True):
    """Where a person stands. ``try_with`` is a number that the demonstration's service knows; empty in a real city."""

    level: str
    levels: list[AssuranceLevel]
    checkable: bool
    try_with: str = ""
