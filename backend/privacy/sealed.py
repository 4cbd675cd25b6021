"""How the texts of corrections and legal holds are sealed for their row."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place


def seal(table: str, row: UUID, field: str, text: str) -> bytes:
    """The sealed text."""
    return crypto.seal(text, place(table, field, row))


def unseal(table: str, row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(table, field, row)) if blob else ""


SEALED = [
    Sealed(table="privacy_correction", context="correction", fields=("wanted", "reason", "answer")),
    Sealed(table="privacy_hold", context="hold", fields=("reason",)),
]
