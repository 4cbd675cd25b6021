"""How the fields of a message and of a number are sealed for their row."""

from uuid import UUID

from backend.core import crypto, sealing
from backend.core.sealing import Sealed, place


def seal(row: UUID, field: str, text: str, kind: str = "message") -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(kind, field, row)) if text else None


def unseal(row: UUID, field: str, blob: bytes | None, kind: str = "message") -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(kind, field, row)) if blob else ""


def legible(row: UUID, field: str, blob: bytes | None, kind: str = "message") -> str:
    """The text where many are shown at once; empty when no key opens it."""
    return sealing.legible(kind, row, field, blob)


def phone_index(digits: str) -> bytes:
    """The fingerprint by which messages to a number are found when it answers."""
    return crypto.index(digits, "notice-to")


def phone_indexes(digits: str) -> list[bytes]:
    """All fingerprints that it may carry."""
    return crypto.indexes(digits, "notice-to")


def email_index(address: str) -> bytes:
    """The fingerprint of an address; capitals do not count, as no provider counts them."""
    return crypto.index(address.lower(), "notice-email")


def email_indexes(address: str) -> list[bytes]:
    """All fingerprints that it may carry."""
    return crypto.indexes(address.lower(), "notice-email")


SEALED = [
    Sealed(
        table="notifications_message",
        context="message",
        fields=("phone", "body", "address", "subject", "leave"),
        fingerprints={"phone_index": lambda row: phone_index(row["phone"]) if row["phone"] else None},
    ),
    Sealed(table="notifications_received", context="received", fields=("phone", "body")),
    Sealed(table="notifications_phone", context="notice-phone", fields=("phone",), hashes=("code_hash",)),
    Sealed(
        table="notifications_email",
        context="notice-email",
        fields=("address",),
        fingerprints={"address_index": lambda row: email_index(row["address"])},
        hashes=("code_hash",),
    ),
]
