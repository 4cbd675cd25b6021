"""The name of a room opens it: sealed."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

SEALED = [Sealed(table="video_room", context="video", fields=("room",))]


def seal(row_id: UUID, text: str) -> bytes:
    """The sealed name."""
    return crypto.seal(text, place("video", "room", row_id))


def unseal(row_id: UUID, blob: bytes) -> str:
    """The name again."""
    return crypto.open(blob, place("video", "room", row_id))
