"""A device with passkeys, in software: it makes keys and signs as WebAuthn says, and misbehaves where a test wants.

device = Device(); answer = device.make(challenge.options); answer = device.use(challenge.options)
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, HOST = "https://linli.test", "linli.test"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """One key. ``counter`` is what it said last; 0 for a device that does not count."""

    def __init__(self, *, counter: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.counter = counter
        self.handle = b""

    def make(self, options: str, *, origin: str = ORIGIN, host: str = HOST, verified: bool = True) -> str:
        """The answer to ``create``: the new key, without attestation."""
        wanted = json.loads(options)
        self.handle = _bytes(wanted["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(host, ATTESTED, verified) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", wanted["challenge"], origin)
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(attestation)})

    def use(
        self, options: str, *, origin: str = ORIGIN, host: str = HOST, verified: bool = True, framed: bool = False,
        kind: str = "webauthn.get", challenge: str = "", handle: bytes | None = None, signer: "Device | None" = None,
    ) -> str:  # fmt: skip
        """The answer to ``get``, signed by the key (or by that of ``signer``)."""
        self.counter += 1 if self.counter else 0
        client = _client(kind, challenge or json.loads(options)["challenge"], origin, framed)
        data = self._data(host, 0, verified)
        signature = (signer or self).key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = self.handle if handle is None else handle
        return self._answer(
            {
                "clientDataJSON": _text(client),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": _text(said),
            }
        )

    def _data(self, host: str, flags: int, verified: bool) -> bytes:
        flags |= PRESENT | (VERIFIED if verified else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        name = _text(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
        )


def _client(kind: str, challenge: str, origin: str, framed: bool = False) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": framed}).encode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "===")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
