"""How the fields of a message are sealed for their row."""

from uuid import UUID

from backend.core import crypto


def seal(message: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, _context(message, field)) if text else None


def unseal(message: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, _context(message, field)) if blob else ""


def _context(message: UUID, field: str) -> bytes:
    return f"message:{field}:".encode() + message.bytes
