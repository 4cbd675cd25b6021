"""A gateway for texts that takes everything at once: a thread of the benchmark, so that its CPU is not ours."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.servers import free_port

TAKEN = b"HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
MARK = b"Ticket "


class Gateway:
    """What came: how many, and when those with the mark did."""

    def __init__(self) -> None:
        self.port, self.taken = free_port(), 0
        self.marked: dict[str, float] = {}

    def take(self, body: bytes) -> None:
        """One request."""
        self.taken += 1
        at = body.find(MARK)
        if at >= 0:
            number = body[at + len(MARK) :].partition(b'"')[0]
            self.marked.setdefault(number.decode(), time.perf_counter())


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway on a port of its own until the end of the block."""
    made, loop = Gateway(), asyncio.new_event_loop()

    def serve() -> None:
        loop.run_until_complete(loop.create_server(lambda: _Connection(made), "127.0.0.1", made.port))
        loop.run_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class _Connection(asyncio.Protocol):
    def __init__(self, made: Gateway) -> None:
        self.made, self.buffer = made, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self.buffer = body[length:]
            self.made.take(body[:length])
            self.transport.write(TAKEN)
