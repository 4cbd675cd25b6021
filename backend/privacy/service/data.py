"""我的信息: everything held of a person, to read and to take along (个人信息保护法 art. 45).

A table that no slice shows yet is shown plainly, from the register: what is readable in its rows, nothing of others.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db, holdings, rate, register, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.holdings import Holding
from backend.core.policy import RECENT, verb
from backend.core.register import Held
from backend.core.schemas import Output
from backend.core.words import N_, words
from backend.privacy import rules
from backend.privacy.events import DataExported
from backend.privacy.schemas import Export, HeldPart

WHO = ("resident", "operator", "clerk")
# What a code of a table without words of its own means; a code that is not here is left out of the page.
STATES = {"asked": N_("Asked for, still to come"), "taken-back": N_("Taken back"), "closed": N_("Is done")}
READABLE = (str, bool, int, float, datetime, date, time, list)


class PlainRow(Output, frozen=True):
    """A row as the register describes it."""

    since: datetime | None
    state: str
    values: dict[str, Any]


@verb("privacy.my_data", N_("See everything kept of me"), *WHO)
async def my_data(actor: Actor) -> list[tuple[Holding, Sequence[msgspec.Struct]]]:
    """Everything, for the page; staff who help see it too, and the person sees that they did."""
    person = actor.person
    limit, per = rules.LOOKS
    await rate.check("my-data", str(person), limit=limit, per=per)
    purpose = N_("Going through what is kept of you with you")
    await trail.viewed(actor, region=PROVINCE, person=person, what="everything", purpose=purpose)
    return [(each, await each.read(person)) for each in _all()]


@verb("privacy.export", N_("Take all my data along"), "resident", fresh=RECENT)
async def export(actor: Actor, *, lang: str) -> Export:
    """Everything as data, once an hour; that it was handed out stays on record."""
    person = actor.person
    limit, per = rules.EXPORTS
    once = N_("Once an hour is possible. Please try again in {seconds} seconds.")
    await rate.check("export", str(person), limit=limit, per=per, detail=once)
    parts = [await _part(each, person, lang) for each in _all()]
    await announce(actor, DataExported(region=PROVINCE, subject=person))
    return Export(made_at=clock.now(), person=person, holdings=parts)


async def _part(holding: Holding, person: UUID, lang: str) -> HeldPart:
    rows = [msgspec.to_builtins(row) for row in await holding.read(person)]
    return HeldPart(name=holding.name, title=words(lang).gettext(holding.title), rows=rows)


def _all() -> list[Holding]:
    """The holdings of the slices, and a plain one for each table about people that none of them shows."""
    known = holdings.registered()
    covered = frozenset().union(*(each.tables for each in known))
    about = [line for line in register.held() if line.about_people and line.table not in covered]
    return [*known, *(_plain(line) for line in about)]


def _plain(line: Held) -> Holding:
    async def read(person: UUID) -> list[PlainRow]:
        return await _rows(line, person)

    labels = {"since": N_("When"), "state": N_("State")}
    return Holding(
        name=line.table,
        title=line.purpose,
        tables=frozenset({line.table}),
        read=read,
        labels=labels,
        said={"state": STATES},
    )


async def _rows(line: Held, person: UUID) -> list[PlainRow]:
    """Readable columns only: sealed bytes say nothing, and ids may be those of somebody else."""
    rows = await db.fetch(f"SELECT * FROM {line.table} WHERE {line.person} = $1 LIMIT 5000", person)
    open_columns = f"{line.public} {line.internal} {line.personal}".split()
    return [
        PlainRow(
            since=row[line.since] if line.since and isinstance(row[line.since], datetime) else None,
            state=found if (found := str(row.get("state", ""))) in STATES else "",
            values={name: row[name] for name in open_columns if isinstance(row[name], READABLE)},
        )
        for row in rows
    ]
