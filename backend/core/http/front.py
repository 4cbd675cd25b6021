"""The one middleware, in front of the framework: what every request and every answer needs, also the failed ones.

Request id, client address, viewer, page cache, load shedding, per-address limit, session, origin check, body and time
limits, security headers, compression, access line, counters. One native ASGI layer costs a quarter of what five stock
ones do, and unlike hooks of the framework it also covers its error answers.
"""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from backend.core import cache, db, walls
from backend.core.http import headers as security
from backend.core.http.answers import body_of, from_exception
from backend.core.http.context import Device, Session, for_programs
from backend.core.http.limits import largest
from backend.core.http.metrics import metrics
from backend.core.http.onward import carried
from backend.core.http.request import Head, asked, client, head, networks, viewer_from
from backend.core.http.shelf import Shelf, note, request_number
from backend.core.log import logger
from backend.core.problems import BadRequest, Forbidden, Problem, TooLarge, TooMany, Unavailable, UnsupportedMedia
from backend.core.rate import Limiter
from backend.core.viewer import COOKIE, Viewer
from backend.core.words import N_
from backend.settings import Settings

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Resolve = Callable[[str, bool], Awaitable[Session | None]]
ResolveDevice = Callable[[str], Awaitable[Device | None]]

SAFE = {"GET", "HEAD", "OPTIONS"}
MAX_SECONDS = 20.0
MAX_TOKEN = 1000  # characters: a signed access token has some 450, a random one 43
ONE_PACKET = 1000  # bytes; a smaller answer travels no faster compressed
FRESH = 0.9  # seconds a resolved session is believed: rights end within a second
COMPRESSIBLE = (b"text/", b"application/json", b"application/problem+json", b"application/ld+json", b"image/svg")


class CrossSite(Forbidden):
    """A write that another site started."""

    code, title = "cross-site", N_("This request did not come from our own page")


class Front:
    """Wraps the application. ``resolve`` finds the session of a token, ``device`` the kiosk; identity provides both."""

    def __init__(
        self, app: App, settings: Settings, resolve: Resolve | None = None, device: ResolveDevice | None = None
    ) -> None:
        self.app = app
        self.settings = settings
        self.resolve, self.resolve_device = resolve, device
        self.cookie = "__Host-linli" if settings.https else "linli"
        self.device_cookie = f"{self.cookie}-machine"
        self.trusted = networks(settings.trusted_proxies)
        self.limiter = Limiter()
        self.sessions: dict[tuple[str, bool], tuple[float, Session | None]] = {}
        self.devices: dict[str, tuple[float, Device | None]] = {}
        self.common = security.common(settings.https)
        self.shelf = Shelf(self.cookie, self.device_cookie)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "GET" and (found := self.shelf.find(scope)) is not None:
            await self.shelf.answer(*found, send)
            return
        exchange = Exchange(self, scope, receive, send)
        try:
            await exchange.run()
        finally:
            exchange.account()


class Exchange:
    """One request and its answer."""

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send) -> None:
        self.front, self.scope, self._receive, self._send = front, scope, receive, send
        self.began = time.perf_counter()
        self.head: Head = head(scope["headers"])
        self.id = request_number()
        self.status = 0
        self.sent = 0
        self.body_seen = 0
        self.tags: tuple[str, ...] | None = None
        self.start: Message | None = None
        self.parts: list[bytes] = []
        self.route = "-"

    @property
    def api(self) -> bool:
        """Whether a program asks."""
        return for_programs(str(self.scope["path"]))

    async def run(self) -> None:
        """Answer: from the cache, with a refusal, or by the application."""
        scope, front = self.scope, self.front
        remembered = viewer_from(self.head.cookies.get(COOKIE, ""), self.head[b"accept-language"])
        self.viewer = asked(scope["query_string"], remembered)
        self.asks = self.viewer is not remembered
        self.remember = self.asks and self.viewer != remembered
        self.token, self.by_cookie = self.head.token(front.cookie)
        self.key = (scope["path"], scope["query_string"], self.viewer.key)
        self.device_token = self.head.cookies.get(front.device_cookie, "")
        alone = not self.token and not self.device_token
        self.cacheable = scope["method"] == "GET" and alone and not self.remember
        metrics.active += 1
        try:
            await self._answer()
        finally:
            metrics.active -= 1

    async def _answer(self) -> None:
        scope = self.scope
        scope["linli_request_id"] = self.id
        scope["linli_viewer"] = self.viewer
        scope["linli_forget"] = self._forget
        self.generation = cache.pages.generation
        scope["linli_client"] = client(scope, self.head[b"x-forwarded-for"], self.front.trusted)
        try:
            self._admit()
            device = scope["linli_device"] = await self._device()
            session = await self._session()
            if session is not None and session.device != (device.id if device else None):
                session = None  # taken away from its kiosk, or brought to one
            scope["linli_session"] = session
            if session is not None:
                self._follow(session)
            if device is not None and device.kind == "kiosk":
                place = self.viewer.place or device.actor.region
                self.viewer = scope["linli_viewer"] = Viewer("kiosk", self.viewer.lang, place)
            self._check_write()
            async with asyncio.timeout(MAX_SECONDS):
                await self._within_sight(session)
        except Problem as problem:
            await self._refuse(problem)
        except TimeoutError:
            await self._refuse(Unavailable(N_("This took too long. Please try again.")))
        except Exception as error:
            if self.status:
                raise
            logger.log("error", "unhandled in front", error=type(error).__name__, request=self.id)
            await self._refuse(from_exception(error))

    async def _within_sight(self, session: Session | None) -> None:
        """The request of a staff member reaches only what the posts cover, also in the database."""
        sight = walls.sight_of(session.actor) if session else {}
        if not sight:
            await self.front.app(self.scope, self._read, self._write)
            return
        async with db.scoped(sight):
            await self.front.app(self.scope, self._read, self._write)

    def _admit(self) -> None:
        """Shed load early and honestly; hold back a single address that floods."""
        settings = self.front.settings
        if metrics.active > settings.max_concurrent:
            metrics.shed += 1
            problem = Unavailable(N_("Many people are here at this moment. Please try again in a few seconds."))
            problem.headers["Retry-After"] = "2"
            raise problem
        if settings.ip_rate:
            per = settings.ip_burst / settings.ip_rate
            wait = self.front.limiter.wait(self.scope["linli_client"], settings.ip_burst, per)
            if wait > 0:
                raise TooMany(int(wait) + 1)
        length = self.head[b"content-length"]
        if length.isdigit() and int(length) > largest(self.scope["path"]):
            raise TooLarge()
        if b"%00" in self.scope["query_string"] or "\x00" in self.scope["path"]:
            raise BadRequest()  # no text of ours has a NUL, and the database takes none

    async def _session(self) -> Session | None:
        """The session of the token, believed for under a second so that rights end at once."""
        if not self.token or self.front.resolve is None or len(self.token) > MAX_TOKEN:
            return None
        known = self.front.sessions.get((self.token, self.by_cookie))
        if known is not None and known[0] > self.began:
            return known[1]
        session = await self.front.resolve(self.token, self.by_cookie)
        if len(self.front.sessions) > 20_000:
            self.front.sessions.clear()
        self.front.sessions[self.token, self.by_cookie] = (self.began + FRESH, session)
        return session

    async def _device(self) -> Device | None:
        """The kiosk or screen of the browser, believed as long as a session."""
        token, front = self.device_token, self.front
        if not token or front.resolve_device is None or len(token) > 200:
            return None
        known = front.devices.get(token)
        if known is not None and known[0] > self.began:
            return known[1]
        if len(front.devices) > 1000:
            front.devices.clear()
        device = await front.resolve_device(token)
        front.devices[token] = (self.began + FRESH, device)
        return device

    def _forget(self) -> None:
        """Look the session up again at the next request."""
        for by_cookie in (True, False):
            self.front.sessions.pop((self.token, by_cookie), None)
        self.front.devices.clear()

    def _follow(self, session: Session) -> None:
        """Preferences of the account win over the device's cookie, unless the link asks otherwise.

        No link leads out of minors' mode: that takes the parent's PIN. And no link asks for a place: where somebody
        lives, and what we warn of there, is the same in every mode and language.
        """
        mode, lang, place = self.viewer.mode, self.viewer.lang, session.place or self.viewer.place
        if session.mode == "minors" or not self.asks:
            mode = session.mode or mode
        if not self.asks:
            lang = session.lang or lang
        self.viewer = self.scope["linli_viewer"] = Viewer(mode, lang, place)

    def _check_write(self) -> None:
        """A write must come from our own pages, or carry no cookie; JSON must say that it is JSON."""
        if self.scope["method"] in SAFE:
            return
        kind = self.head[b"content-type"].split(";")[0].strip().lower()
        empty = self.head[b"content-length"] in ("", "0") and not self.head[b"transfer-encoding"]
        if self.api and not empty and kind != "application/json":
            raise UnsupportedMedia(N_("Send application/json."))
        if self.by_cookie and not self._same_origin():
            raise CrossSite(N_("Please open the page again and repeat the last step. Nothing has been changed."))

    def _same_origin(self) -> bool:
        site, origin = self.head[b"sec-fetch-site"], self.head[b"origin"]
        if site:
            return site in ("same-origin", "none")
        if origin:
            return urlsplit(origin).netloc == self.head[b"host"]
        if self.head[b"referer"]:
            return urlsplit(self.head[b"referer"]).netloc == self.head[b"host"]
        return not self.token and self.api

    async def _read(self) -> Message:
        """Receive, counting: a body without an announced length is limited too."""
        message = await self._receive()
        self.body_seen += len(message.get("body", b""))
        if self.body_seen > largest(self.scope["path"]):
            raise TooLarge()
        return message

    async def _write(self, message: Message) -> None:
        """Send, holding an answer back until it is whole, unless it is a stream."""
        if message["type"] == "http.response.start":
            self.start = message
            self.tags = self.scope.get("public_tags")
            self.route = str(self.scope.get("path_template") or "-")
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self.start is None:
            await self._stream(message)
        elif message.get("more_body"):
            first, self.start = self.start, None
            await self._begin(first["status"], self._headers(first["headers"]))
            await self._stream(message)
        else:
            first, self.start = self.start, None
            await self._whole(first, message.get("body", b""))

    async def _whole(self, start: Message, body: bytes) -> None:
        status, raw = start["status"], start["headers"]
        if self.cacheable and self.tags is not None and status == 200:
            made = cache.make(status, [each for each in self._headers(raw) if _lasting(*each)], body, self.tags)
            if cache.pages.generation == self.generation:  # nothing was dropped while this page was being made
                cache.pages.put(self.key, made)
            await self.front.shelf.answer(made, self.head.gzip, self.head[b"if-none-match"].encode(), self._send, self)
            return
        headers = self._headers(raw)
        if self.head.gzip and len(body) > ONE_PACKET and status != 304 and _compressible(headers):
            body = gzip.compress(body, 1, mtime=0)
            headers = [(name, value) for name, value in headers if name != b"content-length"]
            headers += [
                (b"content-encoding", b"gzip"),
                (b"vary", b"Accept-Encoding"),
                (b"content-length", str(len(body)).encode()),
            ]
        await self._begin(status, headers)
        await self._stream({"type": "http.response.body", "body": body})

    def _headers(self, raw: list[tuple[bytes, bytes]]) -> cache.Headers:
        """The answer's own headers, then ours; private unless said otherwise."""
        names = {name.lower() for name, _ in raw}
        headers = [
            *((name.lower(), value) for name, value in raw),
            *self.front.common,
            (b"x-request-id", self.id.encode()),
        ]
        if b"cache-control" not in names:
            headers.append((b"cache-control", b"no-store"))
        if self.remember:
            headers.append((b"set-cookie", self.viewer.cookie(secure=self.front.settings.https).encode()))
        return headers

    async def _begin(self, status: int, headers: cache.Headers) -> None:
        self.status = status
        if self.asks and 300 <= status < 400:
            headers = [(name, self._onward(value) if name == b"location" else value) for name, value in headers]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _onward(self, target: bytes) -> bytes:
        return carried(target.decode("latin-1"), self.scope["query_string"]).encode("latin-1")

    async def _stream(self, message: Message) -> None:
        self.sent += len(message.get("body", b""))
        await self._send(message)

    async def _refuse(self, problem: Problem) -> None:
        """A no from the front itself: problem+json for programs, a short page for people."""
        if self.status:
            return
        lang = self.viewer.lang
        body = body_of(problem, lang, f"urn:request:{self.id}")
        headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        if self.api:
            data, kind = msgspec.json.encode(body), b"application/problem+json"
        else:
            data, kind = security.short_page(body, self.viewer).encode(), b"text/html; charset=utf-8"
        headers += [(b"content-type", kind), (b"content-length", str(len(data)).encode())]
        await self._begin(problem.status, self._headers(headers))
        await self._stream({"type": "http.response.body", "body": data})

    def account(self) -> None:
        """Count and log the request, whatever became of it."""
        seconds = time.perf_counter() - self.began
        method = self.scope["method"]
        metrics.add(method, self.route, self.status, seconds)
        note(self.id, method, self.route, self.status, seconds, self.sent)


def _lasting(name: bytes, value: bytes) -> bool:
    """Whether a header of this answer is right for everybody who gets the same page."""
    return name not in (b"content-length", b"x-request-id") and (name, value) != (b"cache-control", b"no-store")


def _compressible(headers: cache.Headers) -> bool:
    kinds = [value for name, value in headers if name == b"content-type"]
    return (
        bool(kinds)
        and kinds[0].startswith(COMPRESSIBLE)
        and not any(name == b"content-encoding" for name, _ in headers)
    )
