"""Tables for spreadsheets: CSV and XLSX that open in the right letters, and in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

BOM = "\ufeff"  # without it, spreadsheets on Windows read Chinese as something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # as what begins with these a spreadsheet computes or fetches


def csv_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as CSV: numbers stay numbers, none is empty, a text that looks like a formula gets an apostrophe."""
    written = io.StringIO(BOM)
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_cell(each) for each in head])
    writer.writerows([_cell(each) for each in row] for row in rows)
    return written.getvalue().encode()


Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMELESS = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def xlsx_of(sheets: Iterable[Sheet]) -> bytes:
    """Sheets of (name, head, rows) as XLSX. Text is written as text, whatever it begins with; the head stays in sight.

    The library is loaded when the first file is asked for: most processes never make one.
    """
    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name, head, rows in sheets:
        sheet = book.add_worksheet(name.translate(NAMELESS).strip()[:31] or "1")
        sheet.write_row(0, 0, [str(each) for each in head], bold)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, bool) or not isinstance(value, int | float | date):
                    sheet.write_string(at, column, "" if value is None else str(value))
                elif isinstance(value, date):
                    sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), day)
                else:
                    sheet.write_number(at, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    book.close()
    return written.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
