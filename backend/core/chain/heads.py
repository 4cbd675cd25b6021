"""Signed heads: the state of each chain at some hour, signed (Ed25519) and kept in three places.

The key comes from the installation's root key. A copy of ``DATA_DIR/trail/heads.jsonl`` or of the log on another
machine is what a chain is held against when even the owner of this one is doubted.
"""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.core import clock, crypto, db
from backend.core.jobs import every
from backend.core.log import logger
from backend.settings import settings

# The last link of each chain that no head covers yet; jumps from one division to the next.
UNSIGNED = """WITH RECURSIVE known AS (
        (SELECT region FROM core_link ORDER BY region LIMIT 1)
        UNION ALL
        SELECT (SELECT l.region FROM core_link l WHERE l.region > known.region ORDER BY l.region LIMIT 1)
        FROM known WHERE known.region IS NOT NULL)
    SELECT last.region, last.seq, last.hash FROM known
    CROSS JOIN LATERAL (SELECT l.region, l.seq, l.hash FROM core_link l WHERE l.region = known.region
        ORDER BY l.seq DESC LIMIT 1) last
    WHERE last.seq > coalesce((SELECT h.seq FROM core_head h WHERE h.region = known.region
        ORDER BY h.seq DESC LIMIT 1), 0)"""
INSERT = "INSERT INTO core_head (region, seq, hash, at, key, signature) VALUES ($1, $2, $3, $4, $5, $6)"
PURPOSE = "trail-head"
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('trail:heads', 7))"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file; bytes are hexadecimal. ``key`` is the public key that it is signed with."""

    region: str
    seq: int
    hash: str
    at: datetime
    key: str
    signature: str = ""

    def message(self) -> bytes:
        """What is signed."""
        moment = self.at.isoformat(timespec="microseconds")
        return f"linli:head:1|{self.region}|{self.seq}|{self.hash}|{moment}|{self.key}".encode()

    def holds(self) -> bool:
        """Whether exactly this was signed with the key that it names."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.message())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def ours(self) -> bool:
        """Whether the key is a known one of this installation. One of a retired key needs a later head that is ours."""
        return self.key in _known()


def file() -> Path:
    """Where heads are written line by line, never changed."""
    return settings().data_dir / "trail" / "heads.jsonl"


async def sign_heads() -> list[Head]:
    """Sign the chains that grew since their last head. First the file, then the row: no row lacks its line."""
    async with db.transaction():
        if not await db.fetchval(LOCK):
            return []
        heads = [_signed(row["region"], row["seq"], row["hash"].hex()) for row in await db.fetch(UNSIGNED)]
        if heads:
            await asyncio.to_thread(_write, file(), heads)
        await db.executemany(INSERT, [_row(head) for head in heads])
    for head in heads:
        logger.log("info", "head of the trail", head=msgspec.to_builtins(head))
    return heads


every(seconds=3600)(sign_heads)


def from_row(row: Any) -> Head:
    """A kept head as a line of the file has it."""
    return Head(
        region=row["region"], seq=row["seq"], hash=row["hash"].hex(), at=row["at"], key=row["key"].hex(),
        signature=row["signature"].hex(),
    )  # fmt: skip


def _row(head: Head) -> tuple[object, ...]:
    signature, key = bytes.fromhex(head.signature), bytes.fromhex(head.key)
    return head.region, head.seq, bytes.fromhex(head.hash), head.at, key, signature


def _signed(region: str, seq: int, fingerprint: str) -> Head:
    head = Head(region=region, seq=seq, hash=fingerprint, at=clock.now(), key=_known()[0])
    signature = crypto.signing_keys(PURPOSE)[0].sign(head.message())
    return msgspec.structs.replace(head, signature=signature.hex())


def _known() -> list[str]:
    """The public keys, the current one first."""
    return [key.public_key().public_bytes_raw().hex() for key in crypto.signing_keys(PURPOSE)]


def _write(path: Path, heads: list[Head]) -> None:
    """Append whole lines and wait until the disk has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = b"".join(msgspec.json.encode(head) + b"\n" for head in heads)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
