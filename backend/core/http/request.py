"""What the front middleware reads from a request's head, in one pass over its headers."""

import ipaddress
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import msgspec

from backend.core import viewer
from backend.core.viewer import Viewer

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WANTED = {
    b"cookie", b"origin", b"sec-fetch-site", b"referer", b"host", b"accept-encoding", b"accept-language",
    b"authorization", b"content-length", b"content-type", b"x-forwarded-for", b"if-none-match", b"transfer-encoding",
}  # fmt: skip


class Head(msgspec.Struct):
    """The headers that matter, as text; a missing one is empty."""

    found: dict[bytes, str]
    cookies: dict[str, str]

    def __getitem__(self, name: bytes) -> str:
        return self.found.get(name, "")

    @property
    def gzip(self) -> bool:
        """Whether the caller unpacks gzip."""
        return "gzip" in self[b"accept-encoding"]

    def token(self, cookie: str) -> tuple[str, bool]:
        """The session token and whether it came by cookie; a bearer token wins."""
        bearer = self[b"authorization"]
        if bearer[:7].lower() == "bearer ":
            return bearer[7:].strip(), False
        return self.cookies.get(cookie, ""), True


def head(headers: list[tuple[bytes, bytes]]) -> Head:
    """Read the headers once. Several cookie headers (HTTP/2) are one."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in WANTED:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}; {text}" if name == b"cookie" and name in found else text
    return Head(found, cookies(found.get(b"cookie", "")))


def cookies(header: str) -> dict[str, str]:
    """The cookies of a header; the first of a name counts."""
    jar: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            jar.setdefault(name.strip(), value.strip())
    return jar


@lru_cache(maxsize=4096)
def viewer_from(cookie: str, languages: str) -> Viewer:
    """The viewer of a cookie, or of the browser's languages when there is none."""
    fresh = viewer.from_languages(languages)
    return viewer.from_cookie(cookie, fresh) if cookie else fresh


def asked(query: bytes, current: Viewer) -> Viewer:
    """The viewer that a link asks for: ``?mode=elder`` and ``?lang=en`` work on every page and are remembered."""
    if b"mode=" not in query and b"lang=" not in query:
        return current
    wanted = parse_qs(query.decode("latin-1"))
    return viewer.make(mode=wanted.get("mode", [""])[0], lang=wanted.get("lang", [""])[0], base=current)


def networks(text: str) -> list[Network]:
    """The trusted proxies of the setting; raises ``ValueError`` for one that is no address."""
    return [ipaddress.ip_network(each.strip(), strict=False) for each in text.split(",") if each.strip()]


def client(scope: dict[str, Any], forwarded: str, trusted: list[Network]) -> str:
    """The caller's address: the last hop that is not a trusted proxy. A forged header changes nothing."""
    peer = (scope.get("client") or ("", 0))[0]
    if not trusted or not forwarded or not _within(peer, trusted):
        return peer
    for hop in reversed([each.strip() for each in forwarded.split(",")]):
        if not _within(hop, trusted):
            return hop if _address(hop) else peer
    return peer


def _within(text: str, trusted: list[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in trusted)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
