"""What of ratings is sealed: the words, and the number for calling back."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [
    Sealed(table="ratings_link", hashes=("token_hash",)),
    Sealed(table="ratings_rating", context="rating", fields=("note", "phone")),
    Sealed(table="ratings_step", context="rating-step", fields=("text",)),
]


def seal(context: str, row: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(context, field, row)) if text else None


def unseal(context: str, row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(context, field, row)) if blob else ""
