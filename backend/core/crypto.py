"""Sealed fields, keyed look-ups and signatures, all from the installation's root key.

A sealed field is ``key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM ciphertext``; its context (table, column, row id) is
authenticated, so a ciphertext moved to another row does not open. Look-ups compare HMAC-SHA256 fingerprints.
Nothing of the person is readable in a dump, a log of the database or a backup.
"""

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend import settings

KEY_ID = 1


class CannotOpen(Exception):
    """The blob was made for another row, with another key, or has been altered."""


def seal(text: str, context: bytes) -> bytes:
    """Encrypt a field for one place. ``context`` is e.g. ``b"person:phone:" + id.bytes``."""
    nonce = os.urandom(12)
    return bytes([KEY_ID]) + nonce + _cipher(KEY_ID).encrypt(nonce, text.encode(), context)


def open(blob: bytes, context: bytes) -> str:
    """Decrypt a field; raises ``CannotOpen``."""
    try:
        return _cipher(blob[0]).decrypt(blob[1:13], blob[13:], context).decode()
    except (InvalidTag, IndexError) as error:
        raise CannotOpen from error


def index(value: str, purpose: str) -> bytes:
    """The keyed fingerprint (32 bytes) by which an exact value is found again."""
    return hmac.digest(_key(f"index:{purpose}"), value.encode(), "sha256")


def sign(purpose: str, data: str) -> str:
    """A URL-safe signature of 128 bits for links and forms of one purpose."""
    return urlsafe_b64encode(hmac.digest(_key(f"sign:{purpose}"), data.encode(), "sha256")[:16]).decode().rstrip("=")


def signed(purpose: str, data: str, signature: str) -> bool:
    """Whether the signature is ours, compared in constant time."""
    return hmac.compare_digest(sign(purpose, data).encode(), signature.encode())


def token() -> str:
    """256 random bits, URL-safe: a session, a link that opens something."""
    return secrets.token_urlsafe(32)


@cache
def _key(purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"linli:" + purpose.encode()).derive(settings.secret())


@cache
def _cipher(key_id: int) -> AESGCM:
    return AESGCM(_key(f"seal:{key_id}"))
