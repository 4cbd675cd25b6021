"""How questions and answers are sealed for their row; and the digests of the trail, which nothing opens."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place


def seal(row_id: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place("disclosure-question", field, row_id)) if text else None


def unseal(row_id: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place("disclosure-question", field, row_id)) if blob else ""


SEALED = [
    Sealed(table="disclosures_question", context="disclosure-question", fields=("text", "answer")),
    Sealed(table="core_link", hashes=("digests", "previous", "hash")),
    Sealed(table="core_head", hashes=("hash", "key", "signature")),
]
