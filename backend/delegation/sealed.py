"""How a mandate's words are sealed for their row, and the code of an invitation."""

from uuid import UUID

from backend.core import crypto, ids
from backend.delegation import rules


def seal(row: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, _context(row, field)) if text else None


def unseal(row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, _context(row, field)) if blob else ""


def code_of(mandate: UUID) -> str:
    """The eight signs of an invitation. They follow from its id and the root key, so only a fingerprint is stored."""
    number = int.from_bytes(crypto.index(str(mandate), "invitation-code"), "big")
    signs = []
    for _ in range(8):
        number, sign = divmod(number, len(ids.ALPHABET))
        signs.append(ids.ALPHABET[sign])
    return "".join(signs)


def code_index(code: str) -> bytes:
    """The fingerprint by which a typed code is found."""
    return crypto.index(rules.tidy_code(code), "invitation")


def _context(row: UUID, field: str) -> bytes:
    return f"mandate:{field}:".encode() + row.bytes
