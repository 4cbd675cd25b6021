"""``rotate-keys``: says what it does, counts honestly, and ends with what to do next."""

import pytest

from backend import rotate_keys
from backend.core import crypto
from backend.settings import RootKey
from tests.identity.factories import resident

ONE, TWO = RootKey(1, b"\x01" * 32), RootKey(2, b"\x02" * 32)


async def test_it_counts_moves_and_says_that_the_old_key_can_go(capsys: pytest.CaptureFixture[str]) -> None:
    with crypto.using(ONE):
        for _ in range(3):
            await resident()
    with crypto.using(TWO, ONE):
        assert await rotate_keys._report() == 1
        assert "3 rows still need an older key" in capsys.readouterr().out
        assert await rotate_keys._rotate() == 0
    said = capsys.readouterr().out
    assert "identity_person: 3 of 3 rows sealed anew" in said
    assert "100.00 % of 3 rows under key 2" in said
    assert "Nothing here needs key 1" in said
    with crypto.using(TWO):
        assert await rotate_keys._rotate() == 0
    assert "sealed anew" not in capsys.readouterr().out
