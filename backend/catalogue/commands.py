"""Commands of the catalogue."""

import argparse
import csv
import sys
from pathlib import Path

from backend.catalogue import service
from backend.catalogue.evaluation import search_eval
from backend.catalogue.schemas import LoadReport
from backend.core.actor import Actor

SHOWN = 200  # refused rows on the screen; --refused writes them all


async def load_items(argv: list[str]) -> int:
    """Load a file of items. Valid rows are stored, every refused row is named; ends with 1 when any was refused."""
    parser = argparse.ArgumentParser(prog="python -m backend load items")
    parser.add_argument("file", type=Path, help="JSON Lines, or CSV with a header; fields as in data/gov_items.jsonl")
    parser.add_argument("--refused", type=Path, help="write the refused rows to this CSV: line, id, reason")
    asked = parser.parse_args(argv)
    if not asked.file.is_file():
        print(f"{asked.file} is not a file. Nothing was loaded.", file=sys.stderr)
        return 2
    report = await service.load_items(Actor.system("load items"), asked.file)
    _tell(report)
    if asked.refused:
        _write(asked.refused, report)
    return 0 if report.ok else 1


def _tell(report: LoadReport) -> None:
    for refusal in report.refused[:SHOWN]:
        print(f"line {refusal.line}{f' ({refusal.id})' if refusal.id else ''}: {refusal.reason}", file=sys.stderr)
    if len(report.refused) > SHOWN:
        print(f"… and {len(report.refused) - SHOWN} more; --refused FILE writes them all", file=sys.stderr)
    for column, rows in sorted(report.unknown_columns.items()):
        print(f"column {column!r} is not read ({rows} rows)", file=sys.stderr)
    print(
        f"{report.total} rows: {report.new} new, {report.changed} changed, {report.unchanged} unchanged, "
        f"{len(report.refused)} refused"
    )


def _write(path: Path, report: LoadReport) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["line", "id", "reason"])
        writer.writerows([refusal.line, refusal.id, refusal.reason] for refusal in report.refused)


COMMANDS = {
    "load items": ("load service items from a JSON Lines or CSV file: FILE [--refused CSV]", load_items),
    "search-eval": ("measure the search with questions of citizens: [FILE.jsonl …] [--quiet]", search_eval),
}
