"""Several root keys, two ciphers: what an older known key made still opens, is found, counts as signed."""

import pytest

from backend import settings
from backend.core import crypto
from backend.settings import BadSetting, RootKey

ONE, TWO = RootKey(1, b"\x01" * 32), RootKey(2, b"\x02" * 32)
SM = RootKey(3, b"\x03" * 32, "sm4")
HERE = b"person:phone:1"


def test_new_data_goes_under_the_current_key_and_old_data_still_opens() -> None:
    with crypto.using(ONE):
        old = crypto.seal("13900000000", HERE)
    with crypto.using(TWO, ONE):
        new = crypto.seal("13900000000", HERE)
        assert (old[0], new[0]) == (1, 2)
        assert crypto.open(old, HERE) == crypto.open(new, HERE) == "13900000000"
    with crypto.using(TWO), pytest.raises(crypto.CannotOpen):
        crypto.open(old, HERE)


@pytest.mark.parametrize("key", [ONE, SM], ids=["aes", "sm4"])
def test_a_ciphertext_opens_only_whole_and_in_its_place(key: RootKey) -> None:
    with crypto.using(key):
        blob = crypto.seal("李秀兰", HERE)
        assert crypto.open(blob, HERE) == "李秀兰"
        changed = blob[:20] + bytes([blob[20] ^ 1]) + blob[21:]
        for wrong in (b"", blob[:1], blob[:10], blob[:-1], changed, b"\x09" + blob[1:]):
            with pytest.raises(crypto.CannotOpen):
                crypto.open(wrong, HERE)
        with pytest.raises(crypto.CannotOpen):
            crypto.open(blob, b"person:phone:2")


@pytest.mark.parametrize("key", [ONE, SM], ids=["aes", "sm4"])
def test_what_is_locked_opens_with_its_token_alone_and_outlives_the_root_key(key: RootKey) -> None:
    token = crypto.token()
    with crypto.using(key):
        blob = crypto.lock(b"\x00file\xff", token, HERE)
        assert b"file" not in blob
    with crypto.using(TWO):
        assert crypto.unlock(blob, token, HERE) == b"\x00file\xff"
        changed = blob[:20] + bytes([blob[20] ^ 1]) + blob[21:]
        for wrong in (b"", blob[:1], blob[:10], blob[:-1], changed, b"X" + blob[1:]):
            with pytest.raises(crypto.CannotOpen):
                crypto.unlock(wrong, token, HERE)
        for other, place in ((crypto.token(), HERE), (token, b"person:phone:2")):
            with pytest.raises(crypto.CannotOpen):
                crypto.unlock(blob, other, place)


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    """Appendix A.1 of RFC 8998."""
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    text = b"".join(bytes([sign]) * 8 for sign in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    context = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert crypto.SM4GCM(key).encrypt(nonce, text, context) == sealed
    assert crypto.SM4GCM(key).decrypt(nonce, sealed, context) == text


def test_a_change_of_cipher_is_a_change_of_key() -> None:
    with crypto.using(ONE):
        old, mark = crypto.seal("李秀兰", HERE), crypto.index("13900000000", "phone")
    with crypto.using(SM, ONE):
        assert crypto.open(old, HERE) == "李秀兰"
        assert crypto.seal("李秀兰", HERE)[0] == 3
        assert crypto.index("13900000000", "phone") != mark
        assert mark in crypto.indexes("13900000000", "phone")


def test_a_fingerprint_is_looked_up_under_every_known_key_the_current_one_first() -> None:
    with crypto.using(ONE):
        old = crypto.index("13900000000", "phone")
    with crypto.using(TWO, ONE):
        found = crypto.indexes("13900000000", "phone")
        assert found == [crypto.index("13900000000", "phone"), old]
        assert crypto.fits(old, "13900000000", "phone")
        assert not crypto.fits(old, "13900000001", "phone")
    with crypto.using(TWO):
        assert not crypto.fits(old, "13900000000", "phone")


def test_a_link_signed_before_the_change_still_works_until_the_key_is_retired() -> None:
    with crypto.using(ONE):
        mark = crypto.sign("slip", "a")
    with crypto.using(TWO, ONE):
        assert crypto.signed("slip", "a", mark)
        assert crypto.sign("slip", "a") != mark
    with crypto.using(TWO):
        assert not crypto.signed("slip", "a", mark)


def test_a_form_opened_before_the_change_can_still_be_sent() -> None:
    with crypto.using(ONE):
        before = crypto.derived("token", "csrf")
    with crypto.using(TWO, ONE):
        assert crypto.derived("token", "csrf") == before != crypto.derived("token", "other")


def test_keys_come_from_the_settings_with_their_numbers() -> None:
    one, two = "01" * 32, "02" * 32
    plain = settings.root_keys(settings.read({"SECRET_KEY": one}))
    assert plain == (RootKey(1, b"\x01" * 32, "aes"),)
    chosen = settings.read({"SECRET_KEY": f"2:{two}", "OLD_SECRET_KEYS": f"1:{one}, 4:sm4:{two}", "CIPHER": "sm4"})
    assert settings.root_keys(chosen) == (
        RootKey(2, b"\x02" * 32, "sm4"), RootKey(1, b"\x01" * 32, "aes"), RootKey(4, b"\x02" * 32, "sm4"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "2:abcd"), ("SECRET_KEY", f"0:{'01' * 32}"), ("SECRET_KEY", f"x:{'01' * 32}"),
        ("OLD_SECRET_KEYS", "01" * 32), ("OLD_SECRET_KEYS", f"1:des:{'01' * 32}"),
        ("OLD_SECRET_KEYS", f"1:{'01' * 32},1:{'02' * 32}"), ("OLD_SECRET_KEYS", f"256:{'01' * 32}"),
        ("CIPHER", "des"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_refused_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as refused:
        settings.read({name: value})
    assert "01" * 32 not in str(refused.value)
