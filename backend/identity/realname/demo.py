"""The service of the demonstration: it speaks the true protocol over HTTP, in this process, about invented documents.

It knows documents of region 999999 only and confirms whoever names one; a name with 不符 does not fit, one with 维护
finds the service closed. Like the real ones it refuses wrong signatures, old requests and repeated ones.
"""

from datetime import date
from uuid import UUID

import httpx
import msgspec

from backend.core import clock, ids
from backend.identity import rules
from backend.identity.realname.http import HttpRealNameCheck
from backend.identity.realname.signing import WINDOW, believable, signed_headers

URL, APP, SECRET = "https://realname.invalid/v1/compare", "linli-demo", "demonstration only, not a secret"


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    name: str
    number: str


class InventedService:
    """Answers requests; remembers the nonces of the last minutes."""

    def __init__(self, secret: str = SECRET) -> None:
        self._secret = secret.encode()
        self._seen: dict[str, float] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request, as ``httpx.MockTransport`` wants it."""
        nonce = request.headers.get("x-nonce", "")
        if not believable(self._secret, "POST", request.url.path, request.headers, nonce, request.content):
            return httpx.Response(401, json={"error": "signature"})
        if not self._first(nonce):
            return httpx.Response(409, json={"error": "replay"})
        try:
            asked = msgspec.json.decode(request.content, type=_Asked)
        except msgspec.DecodeError:
            return httpx.Response(400, json={"error": "form"})
        if "维护" in asked.name:
            return httpx.Response(503, json={"error": "maintenance"})
        known = rules.document_kind(asked.number, demo=True) == "demonstration"
        result = "match" if known and "不符" not in asked.name else "no-match"
        body = msgspec.json.encode({"result": result, "reference": f"DEMO-{ids.new().hex[:12].upper()}"})
        headers = signed_headers(self._secret, "ANSWER", request.url.path, APP, nonce, body)
        return httpx.Response(200, content=body, headers=headers)

    def _first(self, nonce: str) -> bool:
        now = clock.now().timestamp()
        self._seen = {each: at for each, at in self._seen.items() if now - at <= 2 * WINDOW}
        new = nonce not in self._seen
        self._seen[nonce] = now
        return new


_service = InventedService()


def check() -> HttpRealNameCheck:
    """The adapter, pointed at the invented service."""
    return HttpRealNameCheck(URL, app=APP, secret=SECRET, transport=httpx.MockTransport(_service))


def number_for(person: UUID, birth: date | None) -> str:
    """A document of the demonstration for somebody: their birthday in a region that does not exist."""
    body = f"999999{birth or date(1990, 1, 1):%Y%m%d}{person.int % 900 + 100}"
    return body + rules.check_digit(body)
