"""The push service of Chromium, as far as a browser asks for it: check-in, registration, and the line it listens on.

What it says is what the browser's own sources read (google_apis/gcm: checkin.proto, mcs.proto). The browser is led
here by its switches ``--gcm-checkin-url``, ``--gcm-registration-url`` and ``--gcm-mcs-endpoint``. What a portal posts
is checked as RFC 8030 and 8292 ask and handed on as it came: only the browser can open it.
"""

import asyncio
import struct
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs

import httpx

from tests.support.certificates import pair

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
LOGIN, LOGGED_IN, MESSAGE = 2, 3, 8  # what travels on the line (mcs.proto)
TOKEN = "one:browser"
GONE = (asyncio.IncompleteReadError, ConnectionError)  # the browser may hang up at any time


class Fcm:
    """``async with Fcm(folder) as fcm``: start the browser with ``fcm.switches``, post to ``fcm.hand_on``."""

    def __init__(self, folder: Path) -> None:
        self._tls, _ = pair(folder)
        self._line: asyncio.Future[Writer] = asyncio.get_running_loop().create_future()
        self.registered: dict[str, str] = {}

    async def __aenter__(self) -> "Fcm":
        self._web = await asyncio.start_server(self._asked, "127.0.0.1", 0)
        self._listening = await asyncio.start_server(self._called, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_error: object) -> None:
        for each in (self._web, self._listening):
            each.close()

    @property
    def switches(self) -> list[str]:
        """What leads a browser here instead of to the real one."""
        web, line = (each.sockets[0].getsockname()[1] for each in (self._web, self._listening))
        return [
            f"--gcm-checkin-url=http://127.0.0.1:{web}/checkin",
            f"--gcm-registration-url=http://127.0.0.1:{web}/register",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{line}",
            "--ignore-certificate-errors",
        ]

    async def hand_on(self, request: httpx.Request) -> None:
        """One sealed message down the line, as it was posted. A browser that hung up calls again."""
        about = {"subtype": self.registered["X-subtype"], "content-encoding": request.headers["content-encoding"]}
        pairs = b"".join(_bytes(7, _bytes(1, name) + _bytes(2, value)) for name, value in about.items())
        sent = _bytes(3, self.registered["sender"]) + _bytes(5, self.registered["app"]) + pairs
        async with asyncio.timeout(60):
            while True:
                line = await asyncio.shield(self._line)
                with suppress(ConnectionError):
                    line.write(_framed(MESSAGE, sent + _bytes(21, request.content)))
                    return await line.drain()

    async def _asked(self, reader: Reader, writer: Writer) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        (length,) = (int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length:"))
        said = await reader.readexactly(length)
        answer = self._checked_in() if head.startswith("post /checkin") else self._registered(said)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer))
        with suppress(*GONE):
            await writer.drain()
        writer.close()

    def _checked_in(self) -> bytes:
        """Accepted, the time, and the two numbers that the browser names itself by."""
        return _number(1, 1) + _number(3, 1) + _fixed(7, 4711) + _fixed(8, 815)

    def _registered(self, said: bytes) -> bytes:
        """The browser asks for itself first, then for the portal's page with the portal's key."""
        form = {name: values[0] for name, values in parse_qs(said.decode()).items()}
        if "X-subtype" in form:
            self.registered = form
        return f"token={TOKEN}".encode()

    async def _called(self, reader: Reader, writer: Writer) -> None:
        with suppress(*GONE):
            writer.write(await reader.readexactly(1))  # the version of the line
            while True:
                kind = (await reader.readexactly(1))[0]
                await reader.readexactly(await _length(reader))
                if kind == LOGIN:
                    writer.write(_framed(LOGGED_IN, _bytes(1, "in")))
                    await writer.drain()
                    self._line = asyncio.get_running_loop().create_future() if self._line.done() else self._line
                    self._line.set_result(writer)
        if self._line.done() and self._line.result() is writer:
            self._line = asyncio.get_running_loop().create_future()


async def _length(reader: Reader) -> int:
    found, place = 0, 0
    while True:
        (one,) = await reader.readexactly(1)
        found |= (one & 127) << place
        if one < 128:
            return found
        place += 7


def _framed(kind: int, message: bytes) -> bytes:
    return bytes([kind]) + _varint(len(message)) + message


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _fixed(field: int, value: int) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<Q", value)


def _bytes(field: int, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
