"""How the fields of a message and of a number are sealed for their row."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place


def seal(row: UUID, field: str, text: str, kind: str = "message") -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(kind, field, row)) if text else None


def unseal(row: UUID, field: str, blob: bytes | None, kind: str = "message") -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(kind, field, row)) if blob else ""


SEALED = [
    Sealed(table="notifications_message", context="message", fields=("phone", "body")),
    Sealed(table="notifications_phone", context="notice-phone", fields=("phone",), hashes=("code_hash",)),
]
