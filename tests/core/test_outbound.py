"""An address that somebody else named never leads into the house."""

import asyncio
import ssl
from collections.abc import AsyncIterator

import httpcore
import httpx
import pytest

from backend.core import outbound

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.7", "198.18.0.9", "198.51.100.3", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fc00::7", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "119.29.29.29", "2606:4700:4700::1111", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
REFUSED = [
    "http://push.example/", "https://push.example:8443/", "https://me@push.example/", "https://me:secret@push.example/",
    "ftp://push.example/", "file:///etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not outbound.public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is(address: str) -> None:
    assert outbound.public(address)


@pytest.mark.no_database
@pytest.mark.parametrize("how", ["own", "kept"])
@pytest.mark.parametrize("head", ["", "transfer-encoding: chunked\r\n", "content-length: 9999999999\r\n"])
async def test_who_sends_for_ever_is_heard_to_a_limit(how: str, head: str) -> None:
    sent, gone = 0, asyncio.Event()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        piece = b"x" * 50_000
        writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
        try:
            while True:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if "chunked" in head else piece)
                await writer.drain()
                sent += len(piece)
        except OSError:
            gone.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with outbound.client(outbound.kept("ever", 1) if how == "kept" else None) as http:
        with pytest.raises(outbound.TooMuch):
            await http.post(url, content=b"{}")
        await gone.wait()
    assert sent < 20 * outbound.MOST, "what the sockets hold besides"
    await outbound.close_kept()
    server.close()


@pytest.mark.no_database
@pytest.mark.parametrize("late", ["head", "body"])
async def test_who_drips_is_heard_for_a_while(monkeypatch: pytest.MonkeyPatch, late: str) -> None:
    monkeypatch.setattr(outbound, "WHOLE", 0.05)

    async def drip() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    async def answer(_request: httpx.Request) -> httpx.Response:
        if late == "head":
            await asyncio.Event().wait()
        return httpx.Response(200, content=drip())

    async with outbound.client(httpx.MockTransport(answer)) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get("https://gateway.example/")


@pytest.mark.no_database
async def test_nothing_compressed_is_asked_for_or_taken() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b"))

    async with outbound.client(httpx.MockTransport(answer)) as http:
        with pytest.raises(httpx.DecodingError):
            await http.get("https://gateway.example/")
    assert asked == ["identity"]


class House:
    """A listener inside, which nobody from outside may reach."""

    def __init__(self) -> None:
        self.visits = 0

    async def open(self) -> int:
        self.server = await asyncio.start_server(self._visited, "127.0.0.1", 0)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def _visited(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


def leading_to(*answers: list[str]) -> outbound.Resolve:
    """A name that answers differently each time it is asked."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def tried(transport: httpx.AsyncBaseTransport, url: str) -> type[Exception]:
    async with outbound.client(transport) as http:
        try:
            await http.get(url)
        except httpx.HTTPError as error:
            return type(error)
    raise AssertionError("it answered")


@pytest.mark.no_database
@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_not_connected_to(address: str) -> None:
    assert await tried(outbound.guarded(leading_to([address])), "https://push.example/") is httpx.ConnectError


@pytest.mark.no_database
async def test_one_bad_address_among_good_ones_is_enough() -> None:
    mixed = outbound.guarded(leading_to(["8.8.8.8", "127.0.0.1"]))
    assert await tried(mixed, "https://push.example/") is httpx.ConnectError
    assert await tried(outbound.guarded(leading_to([])), "https://push.example/") is httpx.ConnectError


@pytest.mark.no_database
@pytest.mark.parametrize("url", REFUSED)
async def test_anything_but_https_on_its_own_port_is_refused(url: str) -> None:
    expected = (outbound.Refused, httpx.UnsupportedProtocol)
    assert issubclass(await tried(outbound.guarded(leading_to(["8.8.8.8"])), url), expected)


@pytest.mark.no_database
async def test_a_name_that_changes_its_mind_reaches_nobody_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    await house.open()
    asked: list[str] = []

    async def connect(_self: object, host: str, *_more: object) -> None:
        asked.append(host)
        raise httpcore.ConnectError("nobody is there")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    await tried(outbound.guarded(leading_to(["8.8.8.8"], ["127.0.0.1"])), "https://push.example/")
    assert asked == ["8.8.8.8"] and house.visits == 0  # the checked address itself, not the name once more
    house.server.close()


@pytest.mark.no_database
async def test_the_certificate_must_be_that_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[object] = []

    class Stream(httpcore.AsyncNetworkStream):
        async def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,  # noqa: ASYNC109
        ) -> httpcore.AsyncNetworkStream:
            wanted.extend([server_hostname, ssl_context.check_hostname, ssl_context.verify_mode])
            raise httpcore.ConnectError("far enough")

        async def aclose(self) -> None: ...

    async def connect(*_: object) -> Stream:
        return Stream()

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    await tried(outbound.guarded(leading_to(["8.8.8.8"])), "https://push.example/")
    assert wanted == ["push.example", True, ssl.CERT_REQUIRED]


@pytest.mark.no_database
async def test_a_name_that_is_not_found_in_time_is_an_error_like_any_other() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        raise TimeoutError

    assert await tried(outbound.guarded(resolve), "https://push.example/") is httpx.ConnectTimeout
