"""The draft of a call, sealed: it holds what the caller said."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [Sealed(table="calls_draft", context="call", fields=("body",))]


def seal(row_id: UUID, text: str) -> bytes:
    """The sealed draft."""
    return crypto.seal(text, place("call", "body", row_id))


def unseal(row_id: UUID, blob: bytes) -> str:
    """The draft again."""
    return crypto.open(blob, place("call", "body", row_id))
