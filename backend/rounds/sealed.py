"""Where somebody lives, whom to ring, what was noted and what is said at the door: sealed."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [
    Sealed(table="rounds_visit", context="round", fields=("place", "phone", "note", "code"), hashes=("request",)),
]


def seal(row_id: UUID, field: str, text: str) -> bytes | None:
    """A sealed field; none for an empty one."""
    return crypto.seal(text, place("round", field, row_id)) if text else None


def unseal(row_id: UUID, field: str, blob: bytes | None) -> str:
    """The field again."""
    return crypto.open(blob, place("round", field, row_id)) if blob else ""
