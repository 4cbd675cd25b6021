"""One row a measurement: ours, the floor, their ratio, the aim."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``ours`` and ``floor`` in ``unit``; the ratio is floor/ours for costs and ours/floor for rates."""

    what: str
    unit: str
    ours: float
    floor: float | None = None
    aim: str = ""
    rate: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How near to the floor: 1.00 is as good."""
        if self.floor is None or not self.ours:
            return None
        return self.ours / self.floor if self.rate else self.floor / self.ours


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the rows of one part as a Markdown table."""
    print(f"\n### {title}\n\n| what | ours | floor | ratio | aim | note |\n|---|---:|---:|---:|---|---|", flush=True)
    for row in rows:
        floor = f"{row.floor:,.1f} {row.unit}" if row.floor is not None else "–"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
        print(f"| {row.what} | {row.ours:,.1f} {row.unit} | {floor} | {ratio} | {row.aim} | {row.note} |", flush=True)


def median(values: Sequence[float]) -> float:
    """The middle value of the rounds."""
    return statistics.median(values)
