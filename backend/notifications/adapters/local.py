"""The gateway of the demonstration: it speaks the true protocol, in this process, and sends nothing to anybody.

Like a real one it refuses wrong signatures and old requests, and takes the same key once. What it was given is shown
at ``/demo/gateway``, where one plays the provider: delivered, failed, or a text that comes back.
"""

import httpx
import msgspec

from backend.notifications.adapters.signing import believable

SECRET = "demonstration only, not a secret"
COST = {"sms": 5, "call": 12, "email": 0, "letter": 180}  # 分


class _Asked(msgspec.Struct, frozen=True):
    id: str
    by: str
    text: str


def url(name: str) -> str:
    """Its address; no name server knows it."""
    return f"https://gateway.invalid/{name}"


def transport() -> httpx.MockTransport:
    """What leads there."""
    return httpx.MockTransport(_answer)


def _answer(request: httpx.Request) -> httpx.Response:
    if not believable(SECRET, request.headers, request.content):
        return httpx.Response(401, json={"error": "signature"})
    try:
        asked = msgspec.json.decode(request.content, type=_Asked)
    except msgspec.DecodeError:
        return httpx.Response(400, json={"error": "form"})
    if asked.id != request.headers.get("idempotency-key") or not asked.text:
        return httpx.Response(400, json={"error": "form"})
    return httpx.Response(202, json={"id": f"demo-{asked.id}", "cost": COST.get(asked.by)})
