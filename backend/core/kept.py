"""httpx above, aiohttp below: for many requests to the same few hosts. Imported when first needed; see ``outbound``."""

import asyncio
import ssl
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from yarl import URL

from backend.core.outbound import MOST, TooMuch

_lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, aiohttp.TCPConnector]] = WeakKeyDictionary()
OWN = ("User-Agent", "Accept", "Accept-Encoding")  # httpx has said them already


class Kept(httpx.AsyncBaseTransport):
    """Keeps connections open for the next one of its lane. No cookies, redirects or proxies; nothing decoded twice."""

    def __init__(self, lane: str, limit: int, trusted: ssl.SSLContext) -> None:
        self._lane, self._limit, self._trusted = lane, limit, trusted
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request; what aiohttp says went wrong is said in httpx's words."""
        try:
            async with self._opened().request(
                request.method, URL(str(request.url), encoded=True), data=await request.aread(),
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
                allow_redirects=False, timeout=_limits(request),
            ) as answer:  # fmt: skip
                content = await _read(answer, request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the answer took too long", request=request) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise httpx.ConnectError("no answer", request=request) from error
        return httpx.Response(answer.status, headers=list(answer.raw_headers), content=content, request=request)

    async def aclose(self) -> None:
        """Nothing is under way any more; connections stay for a quarter of a minute."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            lanes = _lanes.setdefault(asyncio.get_running_loop(), {})
            if self._lane not in lanes:
                lanes[self._lane] = aiohttp.TCPConnector(limit=self._limit, ssl=self._trusted)
            self._session = aiohttp.ClientSession(
                connector=lanes[self._lane], connector_owner=False, cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False, skip_auto_headers=OWN,
            )  # fmt: skip
        return self._session


async def close() -> None:
    """Close the connections of this loop, when its process ends."""
    for connector in _lanes.pop(asyncio.get_running_loop(), {}).values():
        await connector.close()


async def _read(answer: aiohttp.ClientResponse, request: httpx.Request) -> bytes:
    """The whole answer; one that is left unread in the middle takes its connection along."""
    pieces, seen = [], 0
    async for piece in answer.content.iter_any():
        seen += len(piece)
        if seen > MOST:
            raise TooMuch("the answer does not end", request=request)
        pieces.append(piece)
    return b"".join(pieces)


def _limits(request: httpx.Request) -> aiohttp.ClientTimeout:
    asked = request.extensions.get("timeout", {})
    return aiohttp.ClientTimeout(total=None, sock_connect=asked.get("connect"), sock_read=asked.get("read"))
