"""The only HTTP client: with limits, without redirects, deaf to proxy variables. What leaves the house leaves here.

An answer is a line of JSON at most: whoever sends for ever is heard for ``WHOLE`` seconds and ``MOST`` bytes. We ask
for nothing compressed and take nothing so, for a thousand bytes of it may be a million.

Who sends much to few, such as a gateway, brings ``kept()``: the same client over connections of aiohttp, which cost a
tenth of the CPU of httpx's own (those look through all connections at each request).

An address that somebody outside has named, such as the one that a browser gives for its messages, goes through
``guarded``: only https, every address behind the name must be public, and it is that address which is connected to, so
that a name cannot point elsewhere a moment later (SSRF; OWASP ASVS 5.0, 1.3.6).
"""

import asyncio
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore
import httpx

TIMEOUT = httpx.Timeout(5.0, connect=2.0)  # seconds
WHOLE = 20.0  # seconds from the question to the end of the answer, however many pieces it comes in
MOST = 1_000_000  # bytes of an answer
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)  # those of httpx
TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)
TRANSLATED_HERE = IPv6Network("64:ff9b:1::/48")  # the same inside one network (RFC 8215)
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Refused(httpx.RequestError):
    """The address is not one that we connect to."""


class TooMuch(httpx.RequestError):
    """An answer longer than any that we asked for."""


def client(transport: httpx.AsyncBaseTransport | None = None, limits: httpx.Limits = LIMITS) -> httpx.AsyncClient:
    """A client for a few calls, to be closed by ``async with``. Tests bring a transport."""
    below = transport or httpx.AsyncHTTPTransport(verify=_trusted(), trust_env=False, limits=limits)
    return httpx.AsyncClient(
        timeout=TIMEOUT, follow_redirects=False, trust_env=False, transport=_Bounded(below),
        headers={"accept-encoding": "identity"},
    )  # fmt: skip


def kept(lane: str, limit: int) -> httpx.AsyncBaseTransport:
    """A transport for many requests to the same few hosts. Up to ``limit`` connections stay open for who is next.

    What is in a hurry takes a ``lane`` of its own, so that it waits for no connection.
    """
    from backend.core.kept import Kept

    return Kept(lane, limit, _trusted())


async def close_kept() -> None:
    """Close what ``kept`` left open, if anything ever used it."""
    if "backend.core.kept" in sys.modules:
        from backend.core.kept import close

        await close()


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the authorities takes 25 ms; the lanes of deliveries open a client every second."""
    return httpx.create_ssl_context(trust_env=False)


def guarded(resolve: Resolve | None = None, trusting: ssl.SSLContext | None = None) -> httpx.AsyncBaseTransport:
    """A transport for addresses that others have named. Anything but public https raises ``Refused``."""
    return Guarded(resolve or _resolve, trusting or ssl.create_default_context())


def public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; IPv4 inside IPv6 counts as what it is."""
    found = ip_address(address)
    inside = _inside(found) if isinstance(found, IPv6Address) else None
    if isinstance(found, IPv6Address) and found in TRANSLATED_HERE:
        return False
    return found.is_global and not found.is_multicast and (inside is None or public(str(inside)))


class Guarded(httpx.AsyncHTTPTransport):
    """httpx over connections that were looked at before they were opened."""

    def __init__(self, resolve: Resolve, trusting: ssl.SSLContext) -> None:
        super().__init__(verify=trusting)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusting, max_connections=50, network_backend=_Doorkeeper(resolve)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse everything but https to a name, without a user in it, on the usual port."""
        url = request.url
        if url.scheme != "https" or url.userinfo or url.port not in (None, 443) or not url.host:
            raise Refused("only https on its own port", request=request)
        return await super().handle_async_request(request)


class _Bounded(httpx.AsyncBaseTransport):
    """Any transport, with an end to every answer."""

    def __init__(self, below: httpx.AsyncBaseTransport) -> None:
        self._below = below

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer in time; what follows it is counted as it is read."""
        until = asyncio.get_running_loop().time() + WHOLE
        try:
            async with asyncio.timeout_at(until):
                answer = await self._below.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the answer took too long", request=request) from error
        if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await answer.aclose()
            raise httpx.DecodingError("nobody asked for a compressed answer", request=request)
        if isinstance(answer.stream, httpx.AsyncByteStream):
            answer.stream = _Counted(answer.stream, request, until)
        return answer

    async def aclose(self) -> None:
        """Whatever is below."""
        await self._below.aclose()


class _Counted(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, request: httpx.Request, until: float) -> None:
        self._stream, self._request, self._until = stream, request, until

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen, loop = 0, asyncio.get_running_loop()
        async for piece in self._stream:
            seen += len(piece)
            if seen > MOST:
                raise TooMuch("the answer does not end", request=self._request)
            if loop.time() > self._until:
                raise httpx.ReadTimeout("the answer took too long", request=self._request)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Doorkeeper(httpcore.AsyncNetworkBackend):
    """Resolves once, refuses unless every address is public, and connects to the first one."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve, self._next = resolve, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 – the signature is that of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to an address that was checked; the name stays the one that TLS asks for."""
        try:
            found = await asyncio.wait_for(self._resolve(host, port), timeout)
        except TimeoutError as error:  # one that httpx knows: callers catch its errors, and no other
            raise httpcore.ConnectTimeout("this name was not found in time") from error
        if not found or not all(public(each) for each in found):
            raise httpcore.ConnectError("this name leads to an address that is not public")
        return await self._next.connect_tcp(found[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Between tries."""
        await self._next.sleep(seconds)


def _inside(found: IPv6Address) -> IPv4Address | None:
    translated = IPv4Address(int(found) & 0xFFFFFFFF) if found in TRANSLATED else None
    return found.ipv4_mapped or found.sixtofour or translated


async def _resolve(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError("this name is not known") from error
    return [str(each[4][0]) for each in found]
