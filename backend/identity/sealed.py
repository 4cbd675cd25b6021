"""How a person's fields are sealed for their row, and the fingerprints by which they are found again."""

from datetime import date
from uuid import UUID

from backend.core import crypto
from backend.identity import rules


def seal(table: str, row: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, _context(table, row, field)) if text else None


def unseal(table: str, row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, _context(table, row, field)) if blob else ""


def phone_index(digits: str) -> bytes:
    """The fingerprint of a phone number."""
    return crypto.index(digits, "phone")


def document_index(number: str) -> bytes:
    """The fingerprint of an identity number."""
    return crypto.index(rules.tidy_document(number), "document")


def name_birth_index(name: str, birth: date) -> bytes:
    """The fingerprint of a name together with a date of birth: the way to find somebody who has no phone."""
    return crypto.index(f"{rules.person_name(name)}|{birth.isoformat()}", "name-birth")


def _context(table: str, row: UUID, field: str) -> bytes:
    return f"{table}:{field}:".encode() + row.bytes
