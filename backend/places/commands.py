"""Commands of places."""

import csv
import sys
from pathlib import Path

import msgspec

from backend.core.actor import Actor
from backend.core.problems import Invalid
from backend.places import service
from backend.places.schemas import CalendarDay

COLUMNS = ("date", "day_type", "holiday_name", "status")


async def load_calendar(argv: list[str]) -> int:
    """Put the days of a file in force. The whole file or nothing: every bad row is named with its reason."""
    if len(argv) != 1:
        print("usage: python -m backend load calendar FILE   (CSV: date,day_type,holiday_name,status)", file=sys.stderr)
        return 2
    days, refused = read_days(Path(argv[0]))
    for line, reason in refused:
        print(f"row {line}: {reason}", file=sys.stderr)
    if refused:
        print("Nothing was loaded.", file=sys.stderr)
        return 1
    try:
        count = await service.load_calendar(Actor.system("load calendar"), days)
    except Invalid:
        print("The file has no days. Nothing was loaded.", file=sys.stderr)
        return 1
    print(f"{count} days loaded, {days[0].day} to {days[-1].day}.")
    return 0


def read_days(path: Path) -> tuple[list[CalendarDay], list[tuple[int, str]]]:
    """The days of a CSV file like ``data/calendar.csv``, and the rows that cannot be used with their reasons."""
    if not path.is_file():
        return [], [(0, f"{path} is not a file")]
    days: dict[str, CalendarDay] = {}
    refused: list[tuple[int, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := {"date", "day_type"} - set(reader.fieldnames or ()):
            return [], [(1, f"column {', '.join(sorted(missing))} is missing")]
        for line, row in enumerate(reader, start=2):
            given = dict(zip(("day", "kind", "holiday", "status"), (row.get(name) for name in COLUMNS), strict=True))
            try:
                day = msgspec.convert({name: value for name, value in given.items() if value}, CalendarDay)
            except (msgspec.ValidationError, ValueError) as error:
                refused.append((line, str(error)))
                continue
            if row["date"] in days:
                refused.append((line, f"{row['date']} comes twice"))
            days[row["date"]] = day
    return sorted(days.values(), key=lambda each: each.day), refused


COMMANDS = {
    "load calendar": ("put the days of a newly published holiday arrangement in force: FILE", load_calendar),
}
