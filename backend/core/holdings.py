"""What is held of a person: each slice shows its rows, and says what must happen first when the account closes.

A slice brings ``holdings.py``; the export, the readable page and the closing are made from what is registered here.
A holding shows nothing of anybody else: staff and helpers appear by their right and channel, never by id or name.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.core import db
from backend.core.actor import Actor
from backend.core.schemas import Output
from backend.core.words import N_

Read = Callable[[UUID], Awaitable[Sequence[msgspec.Struct]]]
Close = Callable[[Actor, UUID], Awaitable[None]]
Erase = Callable[[UUID], Awaitable[int]]
# One page of a person's own trail; the newest ones, bounded, so that no export is without end.
VIEWS = """SELECT what, purpose, at, basis, channel FROM core_view WHERE person = $1 ORDER BY id DESC LIMIT 5000"""
ACTS = """SELECT name, at, acting, basis, channel FROM core_announcement WHERE principal = $1
    ORDER BY id DESC LIMIT 5000"""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A slice's rows about a person, from the ``tables`` named. ``labels`` are the fields that the readable page shows,
    in order; the export has all. ``said`` names the fields whose values are codes, with the message id of each, or are
    message ids themselves.
    """

    name: str
    title: str
    tables: frozenset[str]
    read: Read
    labels: dict[str, str]
    said: dict[str, dict[str, str]]


class ViewLine(Output, frozen=True):
    """Somebody other than the person read something."""

    at: datetime
    what: str
    purpose: str
    basis: str
    channel: str


class ActLine(Output, frozen=True):
    """Something was done for the person; ``by_me`` with their own hands."""

    at: datetime
    what: str
    step: str
    by_me: bool
    basis: str
    channel: str


BASES = {
    "self": N_("yourself"),
    "assisted": N_("staff who helped you"),
    "delegation": N_("a helper you named"),
    "official": N_("staff on duty"),
}
CHANNELS = {
    "app": N_("app"),
    "web": N_("website"),
    "miniprogram": N_("mini-program"),
    "counter": N_("counter"),
    "phone": N_("telephone"),
    "kiosk": N_("kiosk"),
    "field": N_("on the spot"),
}
OTHER = N_("Another step")
_holdings: dict[str, Holding] = {}
_closes: dict[str, Close] = {}
_erases: dict[str, Erase] = {}
_steps: dict[str, str] = {}


def holds(
    name: str,
    title: str,
    *,
    tables: str,
    labels: dict[str, str] | None = None,
    said: dict[str, dict[str, str]] | None = None,
) -> Callable[[Read], Read]:
    """Register what a slice shows of a person. ``title`` and labels are message ids; ``tables``, blanks between."""

    def register(read: Read) -> Read:
        _holdings[name] = Holding(
            name=name, title=title, tables=frozenset(tables.split()), read=read, labels=labels or {}, said=said or {}
        )
        return read

    return register


def closes(name: str) -> Callable[[Close], Close]:
    """Register what a slice does when an account closes, before rows are deleted: give places back, end consents."""

    def register(close: Close) -> Close:
        _closes[name] = close
        return close

    return register


def erases(table: str) -> Callable[[Erase], Erase]:
    """Register a slice's own way to erase a person's rows in a table, where a plain DELETE would be wrong."""

    def register(erase: Erase) -> Erase:
        _erases[table] = erase
        return erase

    return register


def own_erasure(table: str) -> Erase | None:
    """How a slice erases a person from this table itself; none: a plain DELETE is right."""
    return _erases.get(table)


def steps(words: dict[str, str]) -> None:
    """Put words to a slice's announcements, by the name of the event."""
    _steps.update(words)


def registered() -> list[Holding]:
    """All holdings, by name."""
    return [_holdings[name] for name in sorted(_holdings)]


async def close_all(actor: Actor, person: UUID) -> None:
    """Let every slice finish what is open for the person. Each must bear a repeat."""
    for name in sorted(_closes):
        await _closes[name](actor, person)


@holds(
    "views",
    N_("Who looked at my data"),
    tables="core_view",
    labels={"at": N_("When"), "purpose": N_("What for"), "basis": N_("Who"), "channel": N_("Where")},
    said={"basis": BASES, "channel": CHANNELS, "purpose": {}},
)
async def views(person: UUID) -> list[ViewLine]:
    """Reads by others, the latest first."""
    return [ViewLine(**row) for row in await db.fetch(VIEWS, person)]


@holds(
    "acts",
    N_("What was done in my name"),
    tables="core_announcement",
    labels={"at": N_("When"), "step": N_("What"), "basis": N_("Who"), "channel": N_("Where")},
    said={"basis": BASES, "channel": CHANNELS, "step": {}},
)
async def acts(person: UUID) -> list[ActLine]:
    """Announcements for the person, the latest first."""
    return [_act(row, person) for row in await db.fetch(ACTS, person)]


def _act(row: Any, person: UUID) -> ActLine:
    mine = row["acting"] == person
    return ActLine(
        at=row["at"], what=row["name"], step=_steps.get(row["name"], OTHER), by_me=mine, basis=row["basis"],
        channel=row["channel"],
    )  # fmt: skip
