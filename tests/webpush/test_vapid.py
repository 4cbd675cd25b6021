"""The encoding: the vector of RFC 8291, a second implementation, and who signs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from backend.core import crypto
from backend.settings import RootKey
from backend.webpush import rules, vapid
from tests.support import foreign
from tests.webpush.factories import Device, plain, text

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
RFC = json.loads((Path(__file__).parent / "data" / "rfc8291.json").read_text())
ENDPOINT = "https://fcm.googleapis.com/fcm/send/x"


def by_the_letter(body: bytes, device: Device) -> bytes:
    """RFC 8291 and 8188 read anew, with nothing of the library: one record."""
    salt, size, idlen = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + idlen], body[21 + idlen :]
    assert idlen == 65 and len(sealed) <= size
    shared = device.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\0" + device.public + sender
    secret = HKDF(SHA256(), 32, device.auth, info).derive(shared)
    mark = HKDF.extract(SHA256(), salt, secret)
    key = HKDFExpand(SHA256(), 16, b"Content-Encoding: aes128gcm\0").derive(mark)
    nonce = HKDFExpand(SHA256(), 12, b"Content-Encoding: nonce\0").derive(mark)
    opened = AESGCM(key).decrypt(nonce, sealed, None)
    text, _, padding = opened.rpartition(b"\x02")
    assert not padding.strip(b"\0")
    return text


def device_of_the_rfc() -> Device:
    device = Device()
    device.auth = plain(RFC["auth_secret"])
    device.key = ec.derive_private_key(int.from_bytes(plain(RFC["receiver_private"]), "big"), ec.SECP256R1())
    return device


def test_both_readers_open_the_example_of_the_rfc() -> None:
    device, body = device_of_the_rfc(), plain(RFC["body"])
    assert device.public == plain(RFC["receiver_public"])
    assert by_the_letter(body, device) == device.open(body) == RFC["plaintext"].encode()


def test_what_we_encrypt_two_others_open_and_nobody_else() -> None:
    device, said = Device(), "您有一条新消息".encode()
    body = vapid.encrypt(device.endpoint, text(device.public), text(device.auth), said)
    assert device.open(body) == by_the_letter(body, device) == said
    other = Device()
    other.auth = b"fedcba9876543210"
    try:
        other.open(body)
    except http_ece.ECEException:
        return
    raise AssertionError("another browser could read it")


@pytest.mark.no_database
async def test_node_opens_what_we_encrypt_and_knows_who_signed() -> None:
    """Two libraries in another language, with no line in common with ours."""
    device, said = Device(), "您有一条新消息"
    body = vapid.encrypt(device.endpoint, text(device.public), text(device.auth), said.encode())
    ours = {
        "authorization": vapid.authorization(ENDPOINT, crypto.current(), NOW),
        "audience": "https://fcm.googleapis.com",
        "body": text(body),
        "key": text(device.key.private_numbers().private_value.to_bytes(32, "big")),
        "auth": text(device.auth),
    }
    of_the_rfc = device_of_the_rfc()
    private = text(of_the_rfc.key.private_numbers().private_value.to_bytes(32, "big"))
    theirs = ours | {"body": RFC["body"], "key": private, "auth": text(of_the_rfc.auth)}
    read = json.loads(await foreign.run("push.js", given=json.dumps([ours, theirs])))
    assert [each["said"] for each in read] == [said, RFC["plaintext"]]
    assert read[0]["claims"]["sub"] == "https://linli.test"


def test_the_longest_message_fits_what_every_service_takes() -> None:
    device = Device()
    body = vapid.encrypt(device.endpoint, text(device.public), text(device.auth), b"x" * rules.MOST)
    assert len(body) == 4096


def test_a_token_is_for_one_service_and_half_a_day() -> None:
    header = vapid.authorization(ENDPOINT, crypto.current(), NOW)
    token = header.removeprefix("vapid t=").partition(",")[0]
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(header.partition("k=")[2]))
    claims = jwt.decode(token, point, ["ES256"], audience="https://fcm.googleapis.com", options={"verify_exp": False})
    assert claims["exp"] - NOW.timestamp() == rules.LIVES.total_seconds() and claims["sub"] == "https://linli.test"
    assert vapid.authorization(ENDPOINT, crypto.current(), NOW + timedelta(hours=5)) == header
    assert vapid.authorization(ENDPOINT, crypto.current(), NOW + timedelta(hours=7)) != header
    assert vapid.authorization("https://web.push.apple.com/x", crypto.current(), NOW).count(token) == 0


def test_each_root_key_has_its_own_pair_and_both_ciphers_can_sign() -> None:
    one, two = RootKey(id=1, secret=b"1" * 32), RootKey(id=2, secret=b"2" * 32, cipher="sm4")
    with crypto.using(two, one):
        assert vapid.public_key() == vapid.public_key(2) != vapid.public_key(1)
        assert vapid.known(1) and not vapid.known(3)
        assert plain(vapid.public_key())[0] == 4 and len(plain(vapid.public_key())) == 65
