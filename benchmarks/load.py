"""A small closed-loop load generator: keep-alive connections that send prepared requests and wait for each answer."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back: status counts, latencies in seconds, and the seconds it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.done / self.seconds

    def percentile(self, share: float) -> float:
        """Latency in milliseconds below which this share of the answers came."""
        return percentile(self.latencies, share)


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: Iterator[bytes], until: float, result: Result) -> None:
        self.requests, self.until, self.result = requests, until, result
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        whole = body.endswith(b"0\r\n\r\n") if _chunked(head) else len(body) >= _length(head)
        if not whole:
            return
        self.buffer = b""
        self.answered(int(head[9:12]), time.perf_counter() - self.sent)
        self._send()

    def answered(self, status: int, seconds: float) -> None:
        """Note an answer."""
        self.result.latencies.append(seconds)
        self.result.statuses[status] += 1

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        request = next(self.requests, None) if time.perf_counter() < self.until else None
        if request is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(request)


async def press(port: int, requests: Sequence[bytes], *, connections: int = 16, seconds: float = 3.0) -> Result:
    """Send the requests round and round (or once, when ``seconds`` is 0) and count what comes back."""
    result = Result()
    once = seconds == 0
    supply = iter(requests) if once else itertools.cycle(requests)
    began = time.perf_counter()
    until = began + (600 if once else seconds)
    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda: Caller(supply, until, result), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(caller.done for caller in callers))
    result.seconds = time.perf_counter() - began
    return result


def percentile(latencies: Sequence[float], share: float) -> float:
    """Milliseconds of the value below which this share of the latencies lies."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def get(path: str, **headers: str) -> bytes:
    """A GET as it goes on the wire."""
    return _request("GET", path, b"", headers)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A JSON POST as it goes on the wire."""
    return _request(
        "POST", path, body, {"content-type": "application/json", "content-length": str(len(body)), **headers}
    )


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", "accept-encoding: gzip"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _chunked(head: bytes) -> bool:
    return b"transfer-encoding: chunked" in head.lower()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
