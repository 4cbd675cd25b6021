"""Public pages are made once: compressed bytes by address and viewer, dropped by tag when an announcement says so.

A drop reaches the other workers and hosts by NOTIFY; without the database a page lives five minutes at the most.
"""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import asyncpg
import msgspec

from backend.core import db
from backend.core.log import logger

CHANNEL = "linli_cache"
EVERYTHING = "*"  # the tag that is told when all is forgotten
LIVES = 300.0  # seconds
KEPT = 4000
KEPT_BYTES = 64 * 2**20  # of one process; whoever asks for ever new pages cannot fill the memory

Headers = list[tuple[bytes, bytes]]


class Made(msgspec.Struct, frozen=True):
    """A page as it goes on the wire: headers and body, plain and gzipped, with the ETag of each."""

    etag: bytes
    start_plain: dict[str, Any]
    start_gzip: dict[str, Any]
    start_304: dict[str, Any]
    plain: dict[str, Any]
    gzipped: dict[str, Any]
    tags: tuple[str, ...]
    until: float
    size: int


class PageCache:
    """The pages made last in this process. Whoever else holds something by tag is ``told`` of each drop."""

    def __init__(self, kept: int = KEPT) -> None:
        self._pages: OrderedDict[tuple[object, ...], Made] = OrderedDict()
        self._kept = kept
        self._bytes = 0
        self.generation = 0
        self.told: list[Callable[[str], None]] = []

    def get(self, key: tuple[object, ...]) -> Made | None:
        """A page that is still good."""
        made = self._pages.get(key)
        if made is not None and made.until < time.monotonic():
            self._forget(key)
            return None
        return made

    def put(self, key: tuple[object, ...], made: Made) -> None:
        """Keep a page; the oldest ones go when the shelf is full."""
        self._forget(key)
        self._pages[key] = made
        self._bytes += made.size
        while len(self._pages) > self._kept or self._bytes > KEPT_BYTES:
            self._forget(next(iter(self._pages)))

    def drop(self, tag: str) -> int:
        """Forget the pages of a tag; returns how many."""
        self.generation += 1
        for tell in self.told:
            tell(tag)
        gone = [key for key, made in self._pages.items() if tag in made.tags]
        for key in gone:
            self._forget(key)
        return len(gone)

    def clear(self) -> None:
        """Forget everything, and whoever is told of drops with it: a drop may have been missed."""
        self.generation += 1
        for tell in self.told:
            tell(EVERYTHING)
        self._pages.clear()
        self._bytes = 0

    def _forget(self, key: tuple[object, ...]) -> None:
        made = self._pages.pop(key, None)
        if made is not None:
            self._bytes -= made.size

    def __len__(self) -> int:
        return len(self._pages)


pages = PageCache()


def make(status: int, headers: Headers, body: bytes, tags: tuple[str, ...]) -> Made:
    """Compress a page once, as small as gzip can, and lay its answers ready."""
    etag = b'"' + blake2b(body, digest_size=9).hexdigest().encode() + b'"'
    small = gzip.compress(body, 9, mtime=0)
    common = [*headers, (b"etag", etag), (b"vary", b"Cookie, Accept-Language, Accept-Encoding")]
    if not any(name == b"cache-control" for name, _ in headers):
        common.append((b"cache-control", b"no-cache"))
    return Made(
        etag=etag,
        start_plain=_start(status, [*common, (b"content-length", str(len(body)).encode())]),
        start_gzip=_start(
            status, [*common, (b"content-encoding", b"gzip"), (b"content-length", str(len(small)).encode())]
        ),
        start_304=_start(304, common),
        plain={"type": "http.response.body", "body": body},
        gzipped={"type": "http.response.body", "body": small},
        tags=tags,
        until=time.monotonic() + LIVES,
        size=len(body) + len(small) + 2000,
    )


async def drop(*tags: str) -> None:
    """Forget the pages of these tags, here and in every other process (there after commit)."""
    for tag in tags:
        pages.drop(tag)
        await db.fetchval("SELECT pg_notify($1, $2)", CHANNEL, tag)


async def listen(dsn: str, stopping: asyncio.Event) -> None:
    """Hear the drops of other processes until stopped. After a lost connection everything is forgotten."""
    while not stopping.is_set():
        try:
            connection = await asyncpg.connect(dsn, server_settings={"role": db.ROLE})
            await connection.add_listener(CHANNEL, lambda *heard: pages.drop(str(heard[3])))
            pages.clear()
            while not stopping.is_set() and not connection.is_closed():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), 1.0)
            await connection.close(timeout=1)
        except (OSError, asyncpg.PostgresError) as error:
            logger.log("warning", "cache cannot listen", error=type(error).__name__)
            pages.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1.0)


def _start(status: int, headers: Headers) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}
