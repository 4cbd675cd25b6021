"""Tables for spreadsheets: CSV that opens in the right letters, and in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

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


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
