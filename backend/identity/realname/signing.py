"""How requests and answers of the real-name service are signed: HMAC-SM3 over a canonical text (GB/T 32905)."""

import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from backend.core import clock

WINDOW = 300  # seconds that clocks may differ


def signed_headers(secret: bytes, method: str, path: str, app: str, nonce: str, body: bytes) -> dict[str, str]:
    """The headers of a signed message."""
    at = str(int(clock.now().timestamp()))
    return {
        "content-type": "application/json",
        "x-app-key": app,
        "x-timestamp": at,
        "x-nonce": nonce,
        "x-sign-method": "HMAC-SM3",
        "x-sign": signature(secret, method, path, app, at, nonce, body),
    }


def believable(secret: bytes, method: str, path: str, headers: Mapping[str, str], nonce: str, body: bytes) -> bool:
    """Whether a message is signed with the secret, fresh, and belongs to the nonce."""
    at, app = headers.get("x-timestamp", ""), headers.get("x-app-key", "")
    fresh = at.isascii() and at.isdigit() and abs(clock.now().timestamp() - int(at[:12])) <= WINDOW
    expected = signature(secret, method, path, app, at, nonce, body)
    good = hmac.compare_digest(expected.encode(), headers.get("x-sign", "").encode())
    return fresh and good and hmac.compare_digest(nonce.encode(), headers.get("x-nonce", "").encode())


def signature(secret: bytes, *parts: str | bytes) -> str:
    """HMAC-SM3 over the parts, one a line; the last, the body, by its digest."""
    *lines, body = parts
    text = "\n".join([*map(str, lines), sm3(body if isinstance(body, bytes) else body.encode())])
    mac = HMAC(secret, hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def sm3(data: bytes) -> str:
    """The SM3 digest in hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()
