"""The importer: a file of items becomes the province list. Repeatable, in one transaction, every refused row named."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from asyncpg import Record

from backend.catalogue.events import CatalogueChanged, ServiceWithdrawn
from backend.catalogue.intake import Intake
from backend.catalogue.rules import may_publish
from backend.catalogue.schemas import Essential, Item, LoadReport, LocalValues
from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.words import N_

COLUMNS = Item.__struct_fields__
STORED = (*COLUMNS, "fingerprint", "changed_at")
BATCH = 1000
CHANGE = f"""UPDATE catalogue_item SET {", ".join(f"{name} = ${n}" for n, name in enumerate(STORED, start=1))}
    WHERE id = $1"""
KEEP = """INSERT INTO catalogue_item_version (id, item, revision, values, replaced_at)
    SELECT $1, i.id, i.revision, to_jsonb(i) - 'fingerprint' - 'changed_at', $3 FROM catalogue_item i WHERE i.id = $2"""


@verb("catalogue.load_items", N_("Load the list of services"), "city")
async def load_items(actor: Actor, path: Path) -> LoadReport:
    """Load the valid rows of a JSON Lines or CSV file: all of them or, after a crash, none. Refused rows are reported.

    A row that is stored already in the same words changes nothing. An item that is not in the file stays: a catalogue
    may come in parts.
    """
    intake = Intake(path)
    found = list(intake.items())
    new = changed = 0
    async with db.transaction():
        await db.execute("SET LOCAL statement_timeout = '10min'")
        await db.fetchval("SELECT pg_advisory_xact_lock(hashtextextended('catalogue:load', 7))")
        for start in range(0, len(found), BATCH):
            added, renewed = await _store(actor, found[start : start + BATCH])
            new, changed = new + added, changed + renewed
        if new or changed:
            await announce(actor, CatalogueChanged(region=PROVINCE, subject=ids.new(), new=new, changed=changed))
    return LoadReport(
        total=intake.total, new=new, changed=changed, unchanged=len(found) - new - changed,
        refused=intake.refused, unknown_columns=dict(intake.unknown),
    )  # fmt: skip


async def _store(actor: Actor, batch: list[tuple[Item, str]]) -> tuple[int, int]:
    """Insert what is new and change what says something else; returns how many of each."""
    rows = await db.fetch(
        "SELECT id, fingerprint, revision, essential FROM catalogue_item WHERE id = ANY($1::text[])",
        [item.id for item, _ in batch],
    )
    known = {row["id"]: row for row in rows}
    now = clock.now()
    fresh = [(item, mark) for item, mark in batch if item.id not in known]
    renewed = [(item, mark) for item, mark in batch if item.id in known and known[item.id]["fingerprint"] != mark]
    await db.copy_records("catalogue_item", STORED, [(*_values(item), mark, now) for item, mark in fresh])
    await db.executemany(KEEP, [(ids.new(), item.id, now) for item, _ in renewed])
    raised = [(msgspec.structs.replace(item, revision=known[item.id]["revision"] + 1), mark) for item, mark in renewed]
    await db.executemany(CHANGE, [(*_values(item), mark, now) for item, mark in raised])
    for item, _ in renewed:
        if known[item.id]["essential"] != item.essential:
            await _hold_to_the_gate(actor, item.id, item.essential)
    return len(fresh), len(renewed)


async def _hold_to_the_gate(actor: Actor, item: str, essential: Essential) -> None:
    """An item that has come under the gate: adoptions without an offline way are taken down, with the reason kept."""
    rows = await db.fetch(
        "SELECT region, id, state, version, local::text AS local FROM catalogue_adoption WHERE item = $1 FOR UPDATE",
        item,
    )
    await db.execute("UPDATE catalogue_adoption SET essential = $2 WHERE item = $1", item, essential)
    for row in _failing(rows, essential):
        version = row["version"] + 1
        await db.execute(
            """UPDATE catalogue_adoption SET state = 'withdrawn', live_version = NULL, version = $3, updated_at = $4
            WHERE region = $1 AND id = $2""",
            row["region"], row["id"], version, clock.now(),
        )  # fmt: skip
        await db.execute(
            """INSERT INTO catalogue_adoption_version
                (region, id, adoption, version, step, essential, local, effective_from, at, by, reason)
            VALUES ($1, $2, $3, $4, 'withdrawn', $5, $6::jsonb, NULL, $7, NULL, $8)""",
            row["region"], ids.new(), row["id"], version, essential, row["local"], clock.now(),
            "no offline way (无障碍环境建设法第三十九条)",
        )  # fmt: skip
        event = ServiceWithdrawn(region=row["region"], subject=row["id"], item=item, version=version)
        await announce(actor, event)


def _failing(rows: Iterable[Record], essential: Essential) -> list[Record]:
    return [
        row
        for row in rows
        if row["state"] == "published"
        and not may_publish(essential, msgspec.json.decode(row["local"], type=LocalValues))
    ]


def _values(item: Item) -> list[object]:
    return [getattr(item, name) for name in COLUMNS]
