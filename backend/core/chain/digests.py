"""What is digested, byte for byte. A change here breaks every chain: add a new form beside the old one instead."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock

# The columns that never change, in the order of the digest. How an announcement was delivered is not part of it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "announcement": ("region", "id", "name", "subject", "at", "acting", "principal", "basis", "channel", "body"),
    "view": (
        "region", "id", "person", "what", "purpose", "at", "acting", "principal", "basis", "channel", "about",
        "acting_region", "acting_role",
    ),
}  # fmt: skip
KINDS = tuple(COLUMNS)
SIZE = 32
LOOK_BACK = timedelta(minutes=10)  # a row may be committed this much later than one with a larger id
_encode = msgspec.json.Encoder().encode


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is kept."""

    region: str
    seq: int
    kind: str
    ids: list[UUID]
    digests: bytes
    top: UUID
    previous: bytes
    hash: bytes
    at: datetime

    def digest_of(self, place: int) -> bytes:
        """The recorded digest of the row at a place."""
        return self.digests[place * SIZE : (place + 1) * SIZE]


def table(kind: str) -> str:
    """Where rows of a kind are kept."""
    return f"core_{kind}"


def columns(kind: str) -> str:
    """The columns of the digest, for a SELECT; JSON in PostgreSQL's one spelling of it."""
    return ", ".join("body::text AS body" if each == "body" else each for each in COLUMNS[kind])


def digest(kind: str, row: Mapping[str, Any], *, as_id: UUID | None = None) -> bytes:
    """SHA-256 of the row; ``as_id`` asks what it would be under another id."""
    values = [f"linli:{kind}:1", *(_text(row[name]) for name in COLUMNS[kind])]
    if as_id is not None:
        values[1 + COLUMNS[kind].index("id")] = str(as_id)
    return hashlib.sha256(_encode(values)).digest()


def link_hash(link: LinkRow) -> bytes:
    """SHA-256 over everything a link says, and over the link before. No key: anybody can follow it from a dump."""
    ids = b"".join(each.bytes for each in link.ids)
    head = _encode(["linli:link:1", link.region, link.seq, link.kind, len(link.ids), _text(link.at), str(link.top)])
    return hashlib.sha256(head + ids + link.digests + link.previous).digest()


def genesis(region: str) -> bytes:
    """What the first link of a division is bound to."""
    return hashlib.sha256(f"linli:chain:1:{region}".encode()).digest()


def floor(top: UUID, back: timedelta = LOOK_BACK) -> UUID:
    """The smallest id that could still be committed when ``top`` is."""
    milliseconds = (top.int >> 80) - int(back.total_seconds() * 1000)
    return UUID(int=max(milliseconds, 0) << 80)


def id_at(moment: datetime) -> UUID:
    """The smallest id of an instant."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def horizon() -> UUID:
    """Ids beyond it come from a clock that is wrong: they wait, or they would leave all others behind."""
    return id_at(clock.now() + LOOK_BACK)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:%Y-%m-%dT%H:%M:%S.%f%z}" if isinstance(value, datetime) else str(value)
