"""How the address and the keys of a browser are sealed for their row."""

from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place

CONTEXT, PURPOSE = "push", "push-endpoint"


def seal(row: UUID, field: str, text: str) -> bytes:
    """The sealed field."""
    return crypto.seal(text, place(CONTEXT, field, row))


def unseal(row: UUID, field: str, blob: bytes) -> str:
    """The text of a sealed field."""
    return crypto.open(blob, place(CONTEXT, field, row))


SEALED = [
    Sealed(
        table="webpush_subscription",
        context=CONTEXT,
        fields=("endpoint", "browser_key", "auth"),
        fingerprints={"endpoint_index": lambda row: crypto.index(row["endpoint"], PURPOSE)},
    )
]
