from datetime import date
from pathlib import Path

import pytest

from backend.core.actor import ANONYMOUS
from backend.places import commands, service


async def test_a_new_arrangement_is_loaded_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("date,weekday,is_workday,day_type,holiday_name,status\n2027-02-06,6,1,makeup_workday,春节,final\n")
    assert await commands.load_calendar([str(file)]) == 0
    assert "1 days loaded" in capsys.readouterr().out
    assert await service.is_open_day(ANONYMOUS, date(2027, 2, 6))


async def test_every_bad_row_is_named_and_nothing_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(
        "date,day_type\n2027-02-06,makeup_workday\n2027-02-30,workday\n2027-03-01,party\n2027-02-06,weekend\n"
    )
    assert await commands.load_calendar([str(file)]) == 1
    told = capsys.readouterr().err
    assert all(f"row {line}:" in told for line in (3, 4, 5))
    assert not await service.is_open_day(ANONYMOUS, date(2027, 2, 6))


async def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert await commands.load_calendar(["/nowhere.csv"]) == 1
    assert "is not a file" in capsys.readouterr().err
