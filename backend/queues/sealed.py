"""What of a ticket is sealed, and what is a one-way mark."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [Sealed(table="queues_ticket", context="ticket", fields=("note",), hashes=("token_hash", "request"))]


def seal(ticket: UUID, text: str) -> bytes | None:
    """The sealed note, or none for an empty one."""
    return crypto.seal(text, place("ticket", "note", ticket)) if text else None


def unseal(ticket: UUID, blob: bytes | None) -> str:
    """The note of a ticket; empty when there is none."""
    return crypto.open(blob, place("ticket", "note", ticket)) if blob else ""
