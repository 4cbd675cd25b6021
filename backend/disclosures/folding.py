"""Reads alike within an hour are one line: a person asks who looked, not how often a page was loaded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from backend.core.trail import Viewed

ALIKE = timedelta(hours=1)


class Fold(msgspec.Struct, kw_only=True):
    """The latest of some reads by the same person for the same purpose, how many there are, and what all was read."""

    latest: Viewed
    views: list[UUID]
    what: list[str]
    earliest: Viewed


def fold(rows: Sequence[Viewed], limit: int) -> tuple[list[Fold], UUID | None]:
    """At most ``limit`` lines from reads in falling order, and where to go on when not all reads were used."""
    lines: list[Fold] = []
    latest: dict[tuple[object, ...], Fold] = {}
    last: UUID | None = None
    for row in rows:
        key = (row.acting, row.purpose, row.basis, row.channel, row.acting_role)
        line = latest.get(key)
        if line is not None and line.latest.at - row.at <= ALIKE:
            _take(line, row)
        elif len(lines) == limit:
            return lines, last
        else:
            latest[key] = Fold(latest=row, views=[row.id], what=[row.what], earliest=row)
            lines.append(latest[key])
        last = row.id
    return lines, None


def _take(line: Fold, row: Viewed) -> None:
    line.views.append(row.id)
    line.earliest = row
    if row.what not in line.what:
        line.what.append(row.what)
