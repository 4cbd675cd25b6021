"""How requests to gateways and their callbacks are signed: HMAC-SHA256 over time, nonce and body, under one secret.

The signed text is ``{timestamp}\\n{nonce}\\n{body}``; timestamp in seconds. Clocks may differ by five minutes.
"""

import hmac
from collections.abc import Mapping

from backend.core import clock

WINDOW = 300  # seconds
AT, NONCE, SIGNATURE = "x-linli-timestamp", "x-linli-nonce", "x-linli-signature"


def signed(secret: str, nonce: str, body: bytes) -> dict[str, str]:
    """The headers that go with a body."""
    at = str(int(clock.now().timestamp()))
    return {AT: at, NONCE: nonce, SIGNATURE: signature(secret, at, nonce, body)}


def believable(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a body is signed under the secret, in time, and has a nonce. Always compares, in constant time."""
    at, nonce = headers.get(AT, ""), headers.get(NONCE, "")
    fresh = at.isascii() and at.isdigit() and abs(clock.now().timestamp() - int(at[:12])) <= WINDOW
    expected = signature(secret, at, nonce, body)
    same = hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode())
    return bool(secret) and same and fresh and 16 <= len(nonce) <= 100


def signature(secret: str, at: str, nonce: str, body: bytes) -> str:
    """Hexadecimal, 64 characters."""
    return hmac.digest(secret.encode(), f"{at}\n{nonce}\n".encode() + body, "sha256").hex()
