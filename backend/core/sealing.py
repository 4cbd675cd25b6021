"""Which columns are sealed, which are fingerprints: data, beside the code that seals. A house test misses none.

Each slice says it in ``sealed.py`` as ``SEALED``; ``rotate-keys`` moves exactly these to the current key.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

import msgspec

from backend.core import crypto
from backend.core.log import logger

Fingerprint = Callable[[Mapping[str, str]], bytes | None]


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The ``bytea`` columns of one table, each under one of four kinds.

    ``fields`` are sealed with the context ``CONTEXT:FIELD:`` and the row's id. ``fingerprints`` are keyed look-ups:
    each says how it is made anew of the opened fields of its row and its ``id``. ``hashes`` stay as they are: one-way
    marks of random values, or keyed marks that are worth nothing a day later. ``locked`` are encrypted under a token of
    their own (``crypto.lock``) and stay as they are too.
    """

    table: str
    context: str = ""
    fields: tuple[str, ...] = ()
    fingerprints: Mapping[str, Fingerprint] = {}
    hashes: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()

    def place(self, field: str, row: UUID) -> bytes:
        """The context that is authenticated with a field of a row."""
        return place(self.context, field, row)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are accounted for."""
        return (*self.fields, *self.fingerprints, *self.hashes, *self.locked)


def place(context: str, field: str, row: UUID) -> bytes:
    """The context of a field of one row: a ciphertext moved elsewhere does not open."""
    return f"{context}:{field}:".encode() + row.bytes


def legible(context: str, row: UUID, field: str, blob: bytes | None) -> str:
    """A field where many are shown at once: one that no key opens is empty, and hides none of the others."""
    try:
        return crypto.open(blob, place(context, field, row)) if blob else ""
    except crypto.CannotOpen:
        logger.log("error", "field cannot be read", id=str(row), kind=context, field=field)
        return ""
