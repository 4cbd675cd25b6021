"""Commands and timed work of identity."""

import io

import pytest

from backend.identity import commands, service
from backend.identity.schemas import StaffSignIn
from tests.identity.factories import PASSWORD


async def test_a_city_appoints_its_first_staff_and_ends_a_post(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert await commands.staff_add(["chen.first", "陈晓", "230103", "operator", "clerk"]) == 0
    wanted = StaffSignIn(login="chen.first", password=PASSWORD)
    assert (await service.staff_sign_in(wanted, address="", user_agent="")).token
    assert await commands.staff_end(["chen.first"]) == 0
    assert await commands.staff_end(["chen.first"]) == 1
    assert "no post any more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        ([], 2),
        (["chen", "陈晓", "230103"], 2),
        (["chen", "陈晓", "23", "clerk"], 2),
        (["chen", "陈晓", "230103", "x"], 1),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], argv: list[str], status: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert await commands.staff_add(argv) == status
    assert capsys.readouterr().err
