"""Run the measurements and print one table: ``python -m benchmarks [--quick] [--rows 10000,100000,1000000]``."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import booking, calling, disclosures, growth, hall_day, pages, reading, relay, rivals
from benchmarks.table import Row, show

ASKED = {"rivals", "relay"}  # only when asked for: one installs half a gigabyte, one takes long


def main() -> int:
    """Measure what was asked for; the exit status is 0 whatever the figures: a table, not a gate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of each: a check that all still runs")
    parser.add_argument("--rows", default="10000,100000", help="numbers of appointments for the growth measurement")
    parser.add_argument("--only", default="", help="one part: pages, reading, … day or rivals")
    parser.add_argument("--environments", type=Path, help="where the rivals are installed, kept for the next run")
    parser.add_argument("--rival", default="", help="only this one: pretix, libres, unlocked or locked")
    chosen = parser.parse_args()
    rounds, seconds = (1, 0.7) if chosen.quick else (5, 2.0)
    sizes = [int(each) for each in chosen.rows.split(",")]
    parts: dict[str, Callable[[Path], Sequence[Row]]] = {
        "pages": lambda folder: pages.measure(folder, rounds, seconds),
        "reading": lambda folder: reading.measure(folder, rounds, seconds),
        "booking": lambda folder: booking.measure(folder, rounds, seconds),
        "calling": lambda folder: calling.measure(folder, rounds, seconds),
        "disclosures": lambda folder: disclosures.measure(folder, rounds, seconds),
        "growth": lambda folder: growth.measure(folder, sizes, seconds),
        "relay": lambda folder: relay.measure(folder, 2000 if chosen.quick else sizes[-1], seconds),
        "day": lambda folder: hall_day.measure(folder),
        "rivals": lambda folder: rivals.measure(folder, chosen.environments or folder, seconds * 5, chosen.rival),
    }
    for name, part in parts.items():
        if name == chosen.only or (not chosen.only and name not in ASKED):
            with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
                Path(folder).chmod(0o755)
                show(name, part(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
