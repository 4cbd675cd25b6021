"""What of appointments is unreadable in the database: marks of the key a booking was asked under, and addresses."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [
    Sealed(table="appointments_appointment", hashes=("request", "request_hash")),
    Sealed(table="appointments_feed", hashes=("token_hash",)),
    Sealed(table="appointments_visit", context="visit", fields=("address",)),
]


def seal(appointment: UUID, text: str) -> bytes:
    """The sealed address of a visit at home."""
    return crypto.seal(text, place("visit", "address", appointment))


def unseal(appointment: UUID, blob: bytes) -> str:
    """The address."""
    return crypto.open(blob, place("visit", "address", appointment))
