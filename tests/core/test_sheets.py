"""Tables for spreadsheets: numbers and texts, never a formula."""

import io
import zipfile
from datetime import date

import pytest

from backend.core.sheets import csv_of, xlsx_of


def test_no_cell_is_a_formula() -> None:
    rows: list[list[object]] = [
        ["=1+1", "+86", "-x", "@SUM(A1)", "\tx", "大厅, 一楼"],
        [-3, 2.5, None, "a\nb", "'", ""],
    ]
    assert csv_of(["甲", "=乙"], rows).decode("utf-8-sig") == (
        "甲,'=乙\r\n'=1+1,'+86,'-x,'@SUM(A1),'\tx,\"大厅, 一楼\"\r\n-3,2.5,,\"a\nb\",',\r\n"
    )


def test_a_workbook_keeps_text_as_text_and_days_as_days() -> None:
    pytest.importorskip("xlsxwriter")
    made = xlsx_of([("一/楼", ["甲", "乙"], [["=1+1", 2.5], [date(2026, 11, 23), None], ["http://x.cn", True]])])
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet and "<hyperlink" not in sheet and "<v>2.5</v>" in sheet and "<v>46349</v>" in sheet
    assert "=1+1" in texts and "http://x.cn" in texts
