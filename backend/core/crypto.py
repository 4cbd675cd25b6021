"""Sealed fields, keyed look-ups and signatures, all from the installation's root keys.

A sealed field is ``key id (1 byte) ‖ nonce (12) ‖ ciphertext and tag``; its context (table, column, row id) is
authenticated, so a ciphertext moved to another row does not open. Look-ups compare keyed fingerprints. Nothing of the
person is readable in a dump, a log of the database or a backup.

Each root key has one algorithm: AES-256-GCM with HMAC-SHA256, or SM4-GCM with HMAC-SM3 (GB/T 39786). New data goes
under the current key; what an older known key made still opens, is still found and still counts as signed, until
``rotate-keys`` has moved it. How a key is replaced: ``backend/decisions/0011-keys.md``.
"""

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.base import Cipher
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend import settings
from backend.settings import RootKey

NONCE, TAG = 12, 16
LOCKS = {"aes": b"A", "sm4": b"S"}  # the first byte of what is locked under a token


class CannotOpen(Exception):
    """The blob was made for another row, with a key that is not known here, or has been altered."""


_chosen: list[tuple[RootKey, ...]] = []


def keys() -> tuple[RootKey, ...]:
    """The known root keys, the current one first."""
    return _chosen[-1] if _chosen else _set()


@contextmanager
def using(*ring: RootKey) -> Iterator[None]:
    """Work with these keys instead of the installation's: for proving that a key is no longer needed."""
    _chosen.append(ring)
    try:
        yield
    finally:
        _chosen.pop()


def current() -> int:
    """The id of the key under which new data goes; also the first byte of what it sealed."""
    return keys()[0].id


def seal(text: str, context: bytes) -> bytes:
    """Encrypt a field for one place. ``context`` is e.g. ``b"person:phone:" + id.bytes``."""
    key, nonce = keys()[0], os.urandom(NONCE)
    return bytes([key.id]) + nonce + _aead(key).encrypt(nonce, text.encode(), context)


def open(blob: bytes, context: bytes) -> str:
    """Decrypt a field; raises ``CannotOpen``."""
    key = next((each for each in keys() if blob[:1] == bytes([each.id])), None)
    if key is None:
        raise CannotOpen
    try:
        return _aead(key).decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], context).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def index(value: str, purpose: str) -> bytes:
    """The keyed fingerprint (32 bytes) by which an exact value is found again, under the current key."""
    return _mac(keys()[0], f"index:{purpose}", value)


def indexes(value: str, purpose: str) -> list[bytes]:
    """The fingerprints that a row may still carry, the current one first: look-ups compare with any of them."""
    return [_mac(each, f"index:{purpose}", value) for each in keys()]


def fits(fingerprint: bytes, value: str, purpose: str) -> bool:
    """Whether a fingerprint was made of the value under a known key, compared in constant time."""
    found = [hmac.compare_digest(each, fingerprint) for each in indexes(value, purpose)]
    return any(found)


def sign(purpose: str, data: str) -> str:
    """A URL-safe signature of 128 bits for links and forms of one purpose."""
    return _signature(keys()[0], purpose, data)


def signed(purpose: str, data: str, signature: str) -> bool:
    """Whether the signature is ours, under any known key, compared in constant time."""
    made = [_signature(each, purpose, data).encode() for each in keys()]
    found = [hmac.compare_digest(each, signature.encode()) for each in made]
    return any(found)


def derived(token: str, purpose: str) -> bytes:
    """32 bytes that follow from a random token alone: no root key, so they survive a change of keys."""
    return hmac.digest(token.encode(), f"linli:{purpose}".encode(), "sha256")


def lock(data: bytes, token: str, context: bytes) -> bytes:
    """Encrypt bytes under a key that follows from a random token: whoever has not got it, we neither, reads nothing.

    The first byte names the cipher, which is that of the current root key. A new root key changes nothing here.
    """
    cipher, nonce = keys()[0].cipher, os.urandom(NONCE)
    return LOCKS[cipher] + nonce + _linked(cipher, token).encrypt(nonce, data, context)


def unlock(blob: bytes, token: str, context: bytes) -> bytes:
    """Decrypt what ``lock`` made; raises ``CannotOpen``."""
    cipher = next((name for name, mark in LOCKS.items() if blob[:1] == mark), None)
    if cipher is None:
        raise CannotOpen
    try:
        return _linked(cipher, token).decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def signing_keys(purpose: str) -> list[Ed25519PrivateKey]:
    """The Ed25519 keys of one purpose, the current one first: what one signed, its public half checks."""
    return [_ed25519(each, purpose) for each in keys()]


def p256_keys(purpose: str) -> dict[int, ec.EllipticCurvePrivateKey]:
    """The P-256 keys of one purpose by the id of their root key, the current one first, for what asks for ES256."""
    return {each.id: _p256(each, purpose) for each in keys()}


def token() -> str:
    """256 random bits, URL-safe: a session, a link that opens something."""
    return secrets.token_urlsafe(32)


class SM4GCM:
    """SM4-GCM (RFC 8998) with the interface of ``AESGCM``; the key has 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._sm4 = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """Ciphertext and tag."""
        work = Cipher(self._sm4, GCM(nonce)).encryptor()
        work.authenticate_additional_data(context)
        return work.update(data) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """The text; raises ``InvalidTag``."""
        if len(data) < TAG:
            raise InvalidTag
        work = Cipher(self._sm4, GCM(nonce, data[-TAG:])).decryptor()
        work.authenticate_additional_data(context)
        return work.update(data[:-TAG]) + work.finalize()


@cache
def _set() -> tuple[RootKey, ...]:
    return settings.root_keys()


@cache
def _aead(key: RootKey) -> AESGCM | SM4GCM:
    if key.cipher == "sm4":
        return SM4GCM(_derive(key, f"seal:sm4:{key.id}", 16))
    return AESGCM(_derive(key, f"seal:{key.id}"))


def _linked(cipher: str, token: str) -> AESGCM | SM4GCM:
    key = derived(token, f"lock:{cipher}")
    return SM4GCM(key[:16]) if cipher == "sm4" else AESGCM(key)


def _mac(key: RootKey, purpose: str, value: str) -> bytes:
    if key.cipher == "sm4":
        work = HMAC(_derive(key, f"sm3:{purpose}"), SM3())
        work.update(value.encode())
        return work.finalize()
    return hmac.digest(_derive(key, purpose), value.encode(), "sha256")


def _signature(key: RootKey, purpose: str, data: str) -> str:
    return urlsafe_b64encode(_mac(key, f"sign:{purpose}", data)[:16]).decode().rstrip("=")


@cache
def _ed25519(key: RootKey, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derive(key, f"ed25519:{purpose}"))


@cache
def _p256(key: RootKey, purpose: str) -> ec.EllipticCurvePrivateKey:
    """16 bytes more than the order has, so that no scalar is likelier than another (FIPS 186-5, A.2.1)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    scalar = int.from_bytes(_derive(key, f"p256:{purpose}", 48), "big") % (order - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


@cache
def _derive(key: RootKey, purpose: str, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"linli:" + purpose.encode()).derive(key.secret)
