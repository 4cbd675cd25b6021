"""Tables for spreadsheets: numbers and texts, never a formula."""

from backend.core.sheets import csv_of


def test_no_cell_is_a_formula() -> None:
    rows: list[list[object]] = [
        ["=1+1", "+86", "-x", "@SUM(A1)", "\tx", "大厅, 一楼"],
        [-3, 2.5, None, "a\nb", "'", ""],
    ]
    assert csv_of(["甲", "=乙"], rows).decode("utf-8-sig") == (
        "甲,'=乙\r\n'=1+1,'+86,'-x,'@SUM(A1),'\tx,\"大厅, 一楼\"\r\n-3,2.5,,\"a\nb\",',\r\n"
    )
