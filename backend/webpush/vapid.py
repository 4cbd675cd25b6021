"""Who we are to a push service (VAPID, RFC 8292), and a message that only one browser can read (RFC 8291)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.core import crypto
from backend.settings import settings
from backend.webpush import rules

PURPOSE = "vapid"
_tokens: dict[tuple[int, str], tuple[datetime, str]] = {}  # a signature costs more than a message's encryption


def public_key(key_id: int | None = None) -> str:
    """The public half that a browser is given; of the current root key unless another is asked for."""
    keys = crypto.p256_keys(PURPOSE)
    point = keys[key_id if key_id is not None else crypto.current()].public_key()
    return _text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def known(key_id: int) -> bool:
    """Whether the key that a browser was given can still sign."""
    return key_id in crypto.p256_keys(PURPOSE)


def authorization(endpoint: str, key_id: int, now: datetime) -> str:
    """The header of one origin, signed anew every half of its life. ``sub`` is where the service reaches us."""
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    since, made = _tokens.get((key_id, origin), (None, ""))
    if since is None or not timedelta() <= now - since < rules.LIVES / 2:
        claims = {"aud": origin, "exp": int((now + rules.LIVES).timestamp()), "sub": _contact()}
        made = jwt.encode(claims, crypto.p256_keys(PURPOSE)[key_id], "ES256")
        _tokens[key_id, origin] = now, made
    return f"vapid t={made}, k={public_key(key_id)}"


def usable(browser_key: str) -> bool:
    """Whether a message can be encrypted for this key: a point of the curve. Any other would stop every push."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), urlsafe_b64decode(browser_key + "=" * 3))
    except ValueError:
        return False
    return True


def encrypt(endpoint: str, browser_key: str, auth: str, data: bytes) -> bytes:
    """The body of a message. Imported when first needed: the library brings two HTTP clients that we do not use."""
    from pywebpush import WebPusher

    pusher = WebPusher({"endpoint": endpoint, "keys": {"p256dh": browser_key, "auth": auth}})
    body: bytes = pusher.encode(data, "aes128gcm")["body"]
    return body


def _contact() -> str:
    address = settings().public_url
    return address if address.startswith("https://") else "mailto:linli@localhost"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
