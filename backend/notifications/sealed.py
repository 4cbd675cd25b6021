"""How the fields of a message are sealed for their row."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place


def seal(message: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place("message", field, message)) if text else None


def unseal(message: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place("message", field, message)) if blob else ""


SEALED = [Sealed(table="notifications_message", context="message", fields=("phone", "body"))]
