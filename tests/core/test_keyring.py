"""A start with a key that does not fit the database is refused in a sentence; nothing is sealed with it."""

import pytest

from backend import prepare, rotate_keys
from backend.core import crypto, db, keyring
from backend.settings import RootKey

ONE, TWO = RootKey(1, b"\x01" * 32), RootKey(2, b"\x02" * 32)
OTHER_ONE = RootKey(1, b"\x09" * 32)


async def kept() -> str:
    return str(await db.fetchval("SELECT version FROM core_load WHERE name = $1", keyring.NAME))


async def test_the_key_of_the_first_start_is_remembered_and_another_one_is_refused() -> None:
    assert await keyring.unfit([ONE]) == ""
    before = await kept()
    assert "Key 1 is another one" in await keyring.unfit([OTHER_ONE])
    assert "Key 1 is another one" in await keyring.unfit([RootKey(1, ONE.secret, "sm4")])
    assert "needs key 1" in await keyring.unfit([TWO])
    assert await kept() == before
    assert await keyring.unfit([ONE]) == ""


async def test_a_key_can_be_taken_out_only_after_everything_was_sealed_anew() -> None:
    assert await keyring.unfit([ONE]) == ""
    assert await keyring.unfit([TWO, ONE]) == ""
    assert "needs key 1" in await keyring.unfit([TWO])
    with crypto.using(TWO, ONE):
        assert await rotate_keys._rotate() == 0
    assert await keyring.unfit([TWO]) == ""
    assert "needs key 2" in await keyring.unfit([ONE])


async def test_the_mark_says_nothing_of_the_key() -> None:
    await keyring.unfit([ONE])
    assert ONE.secret.hex() not in await kept()


async def test_a_start_stops_with_the_sentence() -> None:
    await keyring.unfit([OTHER_ONE])
    with pytest.raises(prepare.Stop, match="Key 1 is another one"):
        await prepare.fitting_keys()
