"""How the fields of this slice are sealed for their row."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place


def seal(kind: str, row: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(kind, field, row)) if text else None


def unseal(kind: str, row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(kind, field, row)) if blob else ""


def recipient_index(text: str) -> bytes:
    """The fingerprint of where a message went: an answer finds who wrote there last."""
    return crypto.index(text, "notice-recipient")


def recipient_indexes(text: str) -> list[bytes]:
    """The fingerprints that a row may carry, for finding."""
    return crypto.indexes(text, "notice-recipient")


SEALED = [
    Sealed(table="messaging_service", context="messaging-service", fields=("guests",)),
    Sealed(table="messaging_key", context="messaging-key", fields=("secret",)),
    Sealed(
        table="messaging_notice",
        context="messaging-notice",
        fields=("recipient", "subject", "body"),
        fingerprints={"recipient_index": lambda row: recipient_index(row["recipient"])},
    ),
    Sealed(
        table="messaging_file",
        context="messaging-file",
        fields=("name", "recipient"),
        hashes=("token_hash",),
        locked=("content",),
    ),
    Sealed(table="messaging_letter", context="messaging-letter", fields=("secret",), locked=("content",)),
    Sealed(table="messaging_received", context="messaging-received", fields=("phone", "body")),
]
