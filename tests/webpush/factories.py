"""A browser with its keys, and a push service that is strict about what it takes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.core import clock
from backend.webpush.schemas import BrowserKeys, BrowserSubscription


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def plain(data: str) -> bytes:
    return urlsafe_b64decode(data + "=" * (-len(data) % 4))


class Device:
    """One browser: subscribes, and opens what comes."""

    def __init__(self, endpoint: str = "https://updates.push.services.mozilla.com/wpush/v2/abc") -> None:
        self.endpoint, self.auth = endpoint, b"0123456789abcdef"
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> BrowserSubscription:
        keys = BrowserKeys(p256dh=text(self.public), auth=text(self.auth))
        return BrowserSubscription(endpoint=self.endpoint, keys=keys)

    def open(self, body: bytes) -> bytes:
        """By the reference library of the encoding."""
        import http_ece

        opened: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return opened


class Service:
    """A push service: checks the signature and the headers as RFC 8030 and 8292 ask, and keeps what it took."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> None:
        self.taken: list[httpx.Request] = []
        self.answer = answer or (lambda _request: httpx.Response(201))
        self.transport = httpx.MockTransport(self._take)

    def _take(self, request: httpx.Request) -> httpx.Response:
        refused = self._refusal(request)
        if refused:
            return httpx.Response(refused)
        self.taken.append(request)
        return self.answer(request)

    def _refusal(self, request: httpx.Request) -> int:
        headers = request.headers
        if not headers.get("ttl", "").isdigit() or headers.get("content-encoding") != "aes128gcm":
            return 400
        if len(request.content) > 4096:
            return 413
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        parts = dict(each.strip().split("=", 1) for each in rest.split(","))
        return 0 if scheme == "vapid" and _fits(parts, f"https://{request.url.host}") else 403


def _fits(parts: dict[str, str], origin: str) -> bool:
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(parts["k"]))
    options: Any = {"verify_exp": False}
    try:
        claims = jwt.decode(parts["t"], point, ["ES256"], audience=origin, options=options)
    except jwt.InvalidTokenError:
        return False
    left = claims["exp"] - clock.now().timestamp()
    return bool(0 < left <= 86_400 and claims["sub"].startswith(("mailto:", "https:")))
