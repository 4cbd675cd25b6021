"""The port: what is asked of a service that compares a name with a document, and what it may say."""

from typing import Literal, Protocol

import msgspec

Outcome = Literal["match", "no-match", "unavailable"]


class RealNameAnswer(msgspec.Struct, frozen=True):
    """What the service says, and the reference under which it keeps the check."""

    outcome: Outcome
    reference: str = ""


class RealNameCheck(Protocol):
    """Compares a name with a document."""

    async def compare(self, name: str, number: str, kind: str) -> RealNameAnswer:
        """Whether the document of that kind and number bears the name."""
        ...
