"""Letters that another slice hands over as a file. The file stays there until it is printed.

It is read in the transaction of the batch, before anything is sent: while a printer answers nothing else may use the
connection. So a batch takes a few of them only, and what it leaves comes with the next.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend.core import crypto
from backend.core.log import logger

Reads = Callable[[UUID], Awaitable[bytes]]
AT_ONCE = 3  # files of one batch: each is in memory several times while it is sent
_reads: dict[str, Reads] = {}


def encloses(template: str, reads: Reads) -> None:
    """Let a slice give the file of a letter that it sent by this name, by what the message is about; empty: gone."""
    _reads[template] = reads


async def enclosed(rows: list[Any]) -> list[Any]:
    """The rows with their files; without those for which it is not yet the turn."""
    found: list[Any] = []
    files = 0
    for row in rows:
        reads = _reads.get(row["template"]) if row["channel"] == "letter" else None
        if reads is None:
            found.append(row)
        elif files < AT_ONCE:
            files += 1
            found.append({**row, "pdf": await _read(reads, row)})
    return found


async def _read(reads: Reads, row: Any) -> bytes:
    """One that no key opens holds back no other."""
    try:
        return await reads(row["about"])
    except crypto.CannotOpen:
        logger.log("error", "letter cannot be read", id=str(row["message"]))
        return b""
